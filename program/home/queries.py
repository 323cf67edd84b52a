"""What the home pages put together from the features."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, func, or_, select

from program.cohorts.models import Cohort, ReportPeriod, Track
from program.cohorts.queries import period_title
from program.columns import AnySelect, UtcDateTime
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, granted, is_asked_of, is_expected
from program.extensions import db
from program.fellows.models import Fellowship, Leave
from program.fellows.queries import day_there, goes_on
from program.home.weeks import OwnWeek, Week, own_weeks
from program.reports.models import Ask, Report
from program.reports.queries import has_opened


class OwnPlace(NamedTuple):
    """A fellow's place in a cohort, how many asks there wait for an answer, and the last day of a leave."""

    fellowship_id: int
    cohort: str
    track: str
    project: str
    open_asks: int
    leave_until: date | None


def find_own_place(account_id: int, *, now: datetime) -> OwnPlace | None:
    """The account's place that goes on, else their latest."""
    row = db.session.execute(_own_place(), {"account_id": account_id, "now": now}).first()
    return OwnPlace(*row) if row else None


@cache
def _own_place() -> AnySelect:
    open_asks = select(func.count()).select_from(Ask).join(Ask.report)
    open_asks = open_asks.where(Report.fellowship_id == Fellowship.id, Ask.answered_at.is_(None))
    today = day_there(bindparam("now", type_=UtcDateTime))
    leave = select(func.max(Leave.ends_on)).where(
        Leave.fellowship_id == Fellowship.id, Leave.starts_on <= today, Leave.ends_on >= today
    )
    columns = (Fellowship.id, Cohort.name, Track.name, Fellowship.project)
    return (
        select(*columns, open_asks.scalar_subquery(), leave.correlate(Fellowship).scalar_subquery())
        .join(Fellowship.cohort)
        .join(Fellowship.track)
        .where(Fellowship.account_id == bindparam("account_id"))
        .order_by(case((goes_on(), 0), else_=1), Fellowship.starts_on.desc(), Fellowship.id.desc())
        .limit(1)
    )


def weeks_of(fellowship_ids: Collection[int], *, now: datetime) -> dict[int, list[Week]]:
    """The weeks that have opened, by fellowship."""
    values = {"fellowship_ids": list(fellowship_ids), "now": now}
    found = [OwnWeek(*row) for row in db.session.execute(_weeks(), values)]
    return {
        own: own_weeks([week for week in found if week.fellowship_id == own], now) for own in fellowship_ids
    }


@cache
def _weeks() -> AnySelect:
    return (
        select(
            Fellowship.id,
            ReportPeriod.id,
            period_title(),
            ReportPeriod.opens_at,
            effective_due(),
            Deadline.excused,
            Cohort.grace_hours,
            Cohort.very_late_days,
            Report.id,
            Report.state,
        )
        .join(Cohort, Cohort.id == Fellowship.cohort_id)
        .join(ReportPeriod, and_(ReportPeriod.cohort_id == Fellowship.cohort_id, is_asked_of()))
        .outerjoin(Deadline, granted())
        .outerjoin(Report, and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id))
        .where(
            Fellowship.id.in_(bindparam("fellowship_ids", expanding=True)),
            has_opened(bindparam("now")),
            or_(is_expected(), Deadline.excused, Report.id.is_not(None)),
        )
        .order_by(ReportPeriod.due_at, ReportPeriod.id)
    )
