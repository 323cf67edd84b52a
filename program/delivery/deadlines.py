"""Who is told that a report of theirs is due at another time, or not at all."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select
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
from program.reports.models import Report
from program.succession.words import News

SEVERAL = News(
    "Deadlines of your reports have changed",
    "Reports of yours have other deadlines than before. Your list says when each is due.",
    "See your reports",
    "they are your reports",
    "",
)
MORE = "Later reports of yours have other deadlines too: your list says which."


class Granted(NamedTuple):
    """A period of a fellow, what was granted for it, and when they sent its report first."""

    period: ReportPeriod
    deadline: Deadline | None
    sent_at: datetime | None

    @property
    def due_at(self) -> datetime | None:
        """When it is due in truth; None for who is excused."""
        return self.deadline.due_at if self.deadline else self.period.due_at

    @property
    def truly(self) -> datetime:
        """When it is due in truth; when it would be, if the fellow is excused."""
        return self.due_at or self.period.due_at

    @property
    def is_sent_late(self) -> bool:
        """Whether it was sent after it was due."""
        return self.sent_at is not None and self.sent_at > self.truly

    def was_moved(self, moment: int) -> bool:
        """Whether its deadline is what was granted at this moment, and still news."""
        if self.deadline is None or self.deadline.due_at is None or self.is_sent_late:
            return False
        return int(self.deadline.at.timestamp()) == moment


def changed_deadlines(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the fellow, while it is still so of the first report, or later ones changed beside it."""
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
    theirs = _granted({notice.account_id for notice in notices})
    news = {
        notice.id: (_declined(notice, theirs[notice.account_id][wish.period_id], now), _asked_at(wish))
        for notice in notices
        if (wish := asked.get(notice.subject_id))
    }
    return told(notices, now, news)


def _declined(notice: Notice, granted: Granted, now: datetime) -> News:
    name = granted.period.report_name
    due = show(granted.truly, zone_name=notice.account.time_zone, now=now).text
    said = (
        f"The deadline of your {name} stays as it is: {due}. What staff say to it stands beside your request."
    )
    return News(
        f"Your {name} is due as before", said, "Read what they say", "you asked for a later deadline", ""
    )


def _asked_at(wish: ExtensionRequest) -> str:
    return path_to("postponing.wanted", period_id=wish.period_id)


def _news(notice: Notice, theirs: dict[int, Granted], now: datetime) -> News | None:
    deed, moment, later = _parts(notice.rung)
    first = theirs.get(notice.subject_id)
    if first is None or not _is_so(first, deed, notice.due_at):
        return SEVERAL if later and theirs else None
    name = first.period.report_name
    if deed is Deed.EXCUSE:
        said = f"You are excused from your {name}: nothing is owed, and nobody reminds you. Why stands in your list."
        return News(f"You are excused from your {name}", said, "See your reports", "this report was yours")
    zone_name = notice.account.time_zone
    named = [one for one in theirs.values() if one is not first and one.was_moved(moment)]
    words = [_said(first, zone_name, now), *(f"{_due(one, zone_name, now)}." for one in named)]
    words += [MORE] if len(named) < later else []
    due = show(first.truly, zone_name=zone_name, now=now).text
    title = f"{sentence(name)}: {'on time, ' if first.sent_at else ''}due {due}"
    return News(title, " ".join(words), "See your reports", "it is your report", "")


def _parts(rung: str) -> tuple[Deed, int, int]:
    """What was done, when in seconds, and of how many later reports beside the first."""
    deed, moment, *later = rung.split(":")
    return Deed(deed), int(moment), int(later[0]) if later else 0


def _is_so(first: Granted, deed: Deed, due_at: datetime | None) -> bool:
    """Whether it is as it was told, and still news: what was sent late all the same needs none."""
    if deed is Deed.EXCUSE:
        return first.due_at is None
    return first.due_at is not None and first.due_at == due_at and not first.is_sent_late


def _said(first: Granted, zone_name: str, now: datetime) -> str:
    planned = show(first.period.due_at, zone_name=zone_name, now=now)
    instead = f"; the calendar says {planned.text}" if first.deadline else ", as in the calendar"
    distance = "" if first.sent_at else f", {show(first.truly, zone_name=zone_name, now=now).distance}"
    return f"{_due(first, zone_name, now)}{distance}{instead}."


def _due(one: Granted, zone_name: str, now: datetime) -> str:
    name, due = one.period.report_name, show(one.truly, zone_name=zone_name, now=now).text
    return (
        f"Your {name} counts as on time: its deadline is {due}"
        if one.sent_at
        else f"Your {name} is due {due}"
    )


def _granted(account_ids: set[int]) -> dict[int, dict[int, Granted]]:
    """The periods of these people in the order of the calendar, with what was granted to them and what they sent."""
    mine = and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id)
    query = (
        select(Fellowship.account_id, ReportPeriod, Deadline, Report.first_submitted_at)
        .join(ReportPeriod, ReportPeriod.cohort_id == Fellowship.cohort_id)
        .outerjoin(Deadline, granted())
        .outerjoin(Report, mine)
        .where(Fellowship.account_id.in_(account_ids))
        .order_by(ReportPeriod.due_at, ReportPeriod.id)
    )
    found: dict[int, dict[int, Granted]] = {}
    for account_id, period, deadline, sent_at in db.session.execute(query):
        found.setdefault(account_id, {})[period.id] = Granted(period, deadline, sent_at)
    return found
