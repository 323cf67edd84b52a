"""Who is told that a report is asked of them beside the calendar, or not any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from program.clock import show
from program.cohorts.models import ReportPeriod
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, granted, is_expected
from program.delivery.letters import Letters, told
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.notices.models import Notice
from program.presentation import path_to, sentence
from program.succession.words import News

Asked = tuple[ReportPeriod, datetime]


def asked_reports(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the fellow, while they owe it and it is due as it was asked; one that was changed has a later message."""
    found = _asked_of(notices)
    news = {
        notice.id: (said, path_to("reports.own"))
        for notice in notices
        if (said := _news(notice, found.get((notice.account_id, notice.subject_id)), now))
    }
    return told(notices, now, news)


def _news(notice: Notice, asked: Asked | None, now: datetime) -> News | None:
    zone_name = notice.account.time_zone
    if notice.rung.startswith("back:") and notice.due_at is not None:
        day = show(notice.due_at, zone_name=zone_name, now=now).text
        said = f"You were asked for a report by {day}. It is not asked for any more: you owe nothing for it."
        return News("A report is not asked for any more", said, "See your reports", "you were asked for it")
    if asked is None or asked[0].due_at != notice.due_at:
        return None
    period, due_at = asked
    due, name = show(due_at, zone_name=zone_name, now=now), period.report_name
    opens = show(period.opens_at, zone_name=zone_name, now=now)
    begins = "You can write it now." if period.opens_at <= now else f"You can write it from {opens.text} on."
    said = f"You are asked for a report beside the weekly ones: your {name}, due {due.text}, {due.distance}. {begins}"
    return News(f"{sentence(name)}: due {due.text}", said, "See your reports", "you are asked for it", "")


def _asked_of(notices: Sequence[Notice]) -> dict[tuple[int, int], Asked]:
    """By account and period."""
    query = (
        select(Fellowship.account_id, ReportPeriod, effective_due())
        .join(ReportPeriod, ReportPeriod.cohort_id == Fellowship.cohort_id)
        .outerjoin(Deadline, granted())
        .where(
            ReportPeriod.id.in_({one.subject_id for one in notices if one.subject_kind == "period"}),
            Fellowship.account_id.in_({one.account_id for one in notices}),
            Fellowship.stage == FellowshipStage.ACTIVE,
            is_expected(),
        )
    )
    return {(account, period.id): (period, due_at) for account, period, due_at in db.session.execute(query)}
