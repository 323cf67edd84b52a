"""To the fellow: the research manager's draft of a report is theirs to read, change and send."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.delivery.letters import Letters, letter
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import Notice
from program.presentation import path_to
from program.reports.models import Report, ReportState
from program.succession.words import News


def handed_over_drafts(notices: Sequence[Notice], now: datetime) -> Letters:
    """That it is ready, unless it was sent since."""
    query = (
        select(Report)
        .where(Report.id.in_([notice.subject_id for notice in notices]), Report.state == ReportState.DRAFT)
        .options(
            joinedload(Report.period),
            joinedload(Report.fellowship).joinedload(Fellowship.research_manager),
        )
    )
    reports = {report.id: report for report in db.session.scalars(query)}
    return {
        notice.id: partial(
            letter,
            "news",
            notice,
            now,
            news=_of_draft(report),
            url=path_to("writing.desk", period_id=report.period_id),
        )
        for notice in notices
        if (report := reports.get(notice.subject_id))
    }


def _of_draft(report: Report) -> News:
    manager = report.fellowship.research_manager
    return News(
        f"Your report for week {report.period.number} is drafted",
        f"{manager.name if manager else 'Your research manager'} drafted it from your notes. Read it, change what is "
        "not so, and send it: nothing goes to your mentor before you do.",
        "Read the draft",
        "it is your report",
    )
