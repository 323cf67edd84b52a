"""Who is told that a report of theirs is due at another time, or not at all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.clock import show
from program.cohorts.models import ReportPeriod
from program.deadlines.models import Deadline
from program.deadlines.queries import granted
from program.delivery.letters import Letters, told
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import Notice
from program.postponing.changes import Deed
from program.postponing.models import ExtensionRequest
from program.presentation import path_to, sentence
from program.succession.words import News

Granted = tuple[ReportPeriod, Deadline | None]


def changed_deadlines(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the fellow, while it is still so; one that was changed once more has a later message."""
    found = _granted({notice.account_id for notice in notices})
    news = {
        notice.id: (said, path_to("reports.own"))
        for notice in notices
        if (said := _news(notice, found.get(notice.account_id, {}), now))
    }
    return told(notices, now, news)


def declined_requests(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the fellow: the deadline stays. What staff say to it is read where it was asked for."""
    query = select(ExtensionRequest).options(joinedload(ExtensionRequest.period))
    found = db.session.scalars(query.where(ExtensionRequest.id.in_([one.subject_id for one in notices])))
    asked = {one.id: one for one in found}
    news = {
        notice.id: (_declined(wish), _asked_at(wish))
        for notice in notices
        if (wish := asked.get(notice.subject_id))
    }
    return told(notices, now, news)


def _declined(wish: ExtensionRequest) -> News:
    name = wish.period.report_name
    said = f"The deadline of your {name} stays as it is. What staff say to it stands beside your request."
    return News(f"Your {name} is due as before", said, "Read what they say", "you asked for a later deadline")


def _asked_at(wish: ExtensionRequest) -> str:
    return path_to("postponing.wanted", period_id=wish.period_id)


def _news(notice: Notice, granted_to: dict[int, Granted], now: datetime) -> News | None:
    if notice.subject_id not in granted_to:
        return None
    period, deadline = granted_to[notice.subject_id]
    deed = Deed(notice.rung.partition(":")[0])
    name = period.report_name
    if deed is Deed.EXCUSE:
        if deadline is None or not deadline.excused:
            return None
        said = f"You are excused from your {name}: nothing is owed, and nobody reminds you. Why stands in your list."
        return News(f"You are excused from your {name}", said, "See your reports", "this report was yours")
    due_at = deadline.due_at if deadline else period.due_at
    if due_at is None or due_at != notice.due_at:
        return None
    zone_name = notice.account.time_zone
    due = show(due_at, zone_name=zone_name, now=now)
    planned = show(period.due_at, zone_name=zone_name, now=now).text
    instead = f"; the calendar says {planned}" if deadline else ", as in the calendar"
    also = [] if deadline is None else _moved_with_it(granted_to, deadline, zone_name, now)
    words = [f"Your {name} is due {due.text}, {due.distance}{instead}.", *also]
    return News(f"{sentence(name)}: due {due.text}", " ".join(words), "See your reports", "it is your report")


def _moved_with_it(
    granted_to: dict[int, Granted], deadline: Deadline, zone_name: str, now: datetime
) -> list[str]:
    """Of the later reports that were moved in the same moment, each with its new deadline."""
    return [
        f"Your {period.report_name} is due {show(one.due_at, zone_name=zone_name, now=now).text}."
        for period, one in granted_to.values()
        if one is not None and one is not deadline and one.at == deadline.at and one.due_at is not None
    ]


def _granted(account_ids: set[int]) -> dict[int, dict[int, Granted]]:
    """The periods of these people in the order of the calendar, with what was granted to them."""
    query = (
        select(Fellowship.account_id, ReportPeriod, Deadline)
        .join(ReportPeriod, ReportPeriod.cohort_id == Fellowship.cohort_id)
        .outerjoin(Deadline, granted())
        .where(Fellowship.account_id.in_(account_ids))
        .order_by(ReportPeriod.due_at, ReportPeriod.id)
    )
    found: dict[int, dict[int, Granted]] = {}
    for account_id, period, deadline in db.session.execute(query):
        found.setdefault(account_id, {})[period.id] = (period, deadline)
    return found
