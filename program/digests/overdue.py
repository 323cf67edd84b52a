"""Reviews that nobody gave for working days after their target, and which staff heard of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import selectinload

from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.cohorts.working import after_working_days
from program.extensions import db
from program.notices.models import Notice, NoticeKind
from program.reports.models import Report
from program.reviews.queries import owed_reviews, unled_reviews

DAYS = 2
"""Working days after its target at which a review is told to staff."""
_KIND, ACCOUNT, SUBJECT, COHORT, DUE, _NUMBER, ABOUT = range(7)


class Overdue(NamedTuple):
    """A review that is long over its target: whose, of what, and since when staff are to know.

    Without a mentor nobody owes it, as the board says of it.
    """

    report_id: int
    mentor: str | None
    about: str
    owed_at: datetime
    told_at: datetime

    def is_news(self, last: datetime | None, until: datetime) -> bool:
        """Whether it came to be so after the last time that staff were told, and until this time."""
        return self.told_at <= until and (last is None or self.told_at > last)


def list_overdue(*, now: datetime) -> Sequence[Overdue]:
    """Every review that is so many working days over its target, owed by a mentor or by none, the longest first."""
    owed = _owed(now)
    if not owed:
        return []
    cohorts = {cohort.id: cohort for cohort in _cohorts({row[COHORT] for row in owed})}
    names = _names({row[ACCOUNT] for row in owed})
    found = (
        Overdue(
            row[SUBJECT],
            names.get(row[ACCOUNT]),
            row[ABOUT],
            row[DUE],
            _told_at(row[DUE], cohorts[row[COHORT]]),
        )
        for row in owed
    )
    return sorted((one for one in found if one.told_at <= now), key=lambda one: (one.told_at, one.report_id))


def last_told() -> Mapping[int, datetime]:
    """Until when each member of staff has heard of all that was overdue."""
    query = select(Notice.account_id, func.max(Notice.due_at))
    told = query.where(Notice.kind == NoticeKind.REVIEWS_OVERDUE).group_by(Notice.account_id)
    return {account_id: at for account_id, at in db.session.execute(told) if at}


def told_before(notice: Notice) -> datetime | None:
    """Until when its reader had heard of all before this message."""
    query = select(func.max(Notice.due_at)).where(
        Notice.account_id == notice.account_id,
        Notice.kind == NoticeKind.REVIEWS_OVERDUE,
        Notice.due_at < notice.due_at,
    )
    return db.session.scalar(query)


def _owed(now: datetime) -> Sequence[Any]:
    found: list[Any] = []
    for reviews in (owed_reviews, unled_reviews):
        query = reviews(bindparam("day", type_=Date))
        query = query.where(Report.owed_at <= now - timedelta(days=DAYS))
        found += db.session.execute(query, {"day": now.date()})
    return found


def _told_at(owed_at: datetime, cohort: Cohort) -> datetime:
    return after_working_days(owed_at, DAYS, zone_name=cohort.time_zone, breaks=cohort.breaks)


def _cohorts(ids: set[int]) -> Sequence[Cohort]:
    query = select(Cohort).where(Cohort.id.in_(ids)).options(selectinload(Cohort.breaks))
    return db.session.scalars(query).all()


def _names(ids: set[int]) -> Mapping[int, str]:
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)}
