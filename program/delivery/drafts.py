"""Between fellow and research manager: a draft is ready, something was said beside a report."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from program.clock import show
from program.commenting.models import Comment
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, granted
from program.delivery.letters import Letters, told
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import Notice
from program.presentation import path_to
from program.reports.models import Report
from program.reports.states import WRITABLE
from program.succession.words import News


def handed_over_drafts(notices: Sequence[Notice], now: datetime) -> Letters:
    """That it is ready, unless it was sent since; a returned one, too."""
    query = (
        select(Report)
        .where(Report.id.in_([notice.subject_id for notice in notices]), Report.state.in_(WRITABLE))
        .options(
            joinedload(Report.period),
            joinedload(Report.fellowship).joinedload(Fellowship.research_manager),
        )
    )
    reports = {report.id: report for report in db.session.scalars(query)}
    due = _due_of(reports)
    news = {
        notice.id: (
            _of_draft(report, _until(due[report.id], notice, now)),
            path_to("writing.desk", period_id=report.period_id),
        )
        for notice in notices
        if (report := reports.get(notice.subject_id))
    }
    return told(notices, now, news)


def _due_of(report_ids: Collection[int]) -> dict[int, datetime]:
    """When each is due: as it was asked of its fellow, or to be mended."""
    query = (
        select(Report.id, func.coalesce(Report.owed_at, effective_due()))
        .join(Report.fellowship)
        .join(Report.period)
        .outerjoin(Deadline, granted())
    )
    return {row[0]: row[1] for row in db.session.execute(query.where(Report.id.in_(report_ids)))}


def _until(due_at: datetime, notice: Notice, now: datetime) -> str:
    return f"It is due {show(due_at, zone_name=notice.account.time_zone, now=now).text}."


def _of_draft(report: Report, until: str) -> News:
    manager = report.fellowship.research_manager
    return News(
        f"Your {report.period.report_name} is drafted",
        f"{manager.name if manager else 'Your research manager'} drafted it from your notes. Read it, change what is "
        "not so, and send it: nothing goes to your mentor before you do.",
        "Read the draft",
        "it is your report",
        until,
    )


def said_beside(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the other of the two, while they still are: there is something to read, and not what."""
    report = joinedload(Comment.report)
    query = (
        select(Comment)
        .where(Comment.id.in_([notice.subject_id for notice in notices]))
        .options(joinedload(Comment.author), report.joinedload(Report.period))
        .options(report.joinedload(Report.fellowship).joinedload(Fellowship.account))
    )
    found = {comment.id: comment for comment in db.session.scalars(query)}
    news = {
        notice.id: _beside(comment, to=notice.account_id)
        for notice in notices
        if (comment := found.get(notice.subject_id))
        and notice.account_id
        in (comment.report.fellowship.account_id, comment.report.fellowship.research_manager_id)
    }
    return told(notices, now, news)


def _beside(comment: Comment, *, to: int) -> tuple[News, str]:
    report, author = comment.report, comment.author.name
    if to == report.fellowship.account_id:
        whose, url = f"your {report.period.report_name}", path_to("writing.desk", period_id=report.period_id)
    else:
        whose = f"the {report.period.report_name} of {report.fellowship.account.name}"
        place = {"fellowship_id": report.fellowship_id, "period_id": report.period_id}
        url = path_to("writing.coach", **place)
    news = News(
        f"{author} commented on {whose}",
        f"{author} said something beside {whose}. Only the two of you see it.",
        "Read it",
        "the comment is for you",
    )
    return news, url
