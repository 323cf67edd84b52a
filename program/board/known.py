"""What the cells of some fellows are made of: their reports, what was granted to them, their leaves. One query."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from program.board.cells import Column, Days, Granted, Known, Own
from program.clock import today
from program.cohorts.models import Cohort, ReportPeriod
from program.cohorts.queries import period_title
from program.columns import AnySelect, UtcDateTime
from program.deadlines.lateness import margins_of
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, is_late
from program.extensions import db
from program.fellows.models import Leave
from program.reports.models import Report

NOTHING: dict[str, Any] = {
    "fellowship_id": cast(null(), Integer),
    "period_id": cast(null(), Integer),
    "report_id": cast(null(), Integer),
    "state": cast(null(), String),
    "late": cast(null(), Boolean),
    "waits": cast(null(), Boolean),
    "due_at": cast(null(), UtcDateTime),
    "opens_at": cast(null(), UtcDateTime),
    "title": cast(null(), String),
    "first": cast(null(), Date),
    "last": cast(null(), Date),
}
"""What a part of the query says nothing of, in the order of all columns: the rows tell by their gaps what they are."""


class Slot(NamedTuple):
    """A period, how it is called in the head of its column and in full."""

    period_id: int
    label: str
    title: str
    opens_at: datetime
    due_at: datetime


def read_known(cohort: Cohort, fellowship_ids: Sequence[int], now: datetime) -> dict[int, Own]:
    """What is known of each of these fellows of the cohort."""
    found = {own: Own() for own in fellowship_ids}
    values = {"fellowship_ids": list(fellowship_ids), "now": now, "grace": cohort.grace_hours}
    for own, period_id, *rest in db.session.execute(_known(), values):
        fellow, (report_id, state, late, waits, due_at, opens_at, title, first, last) = found[own], rest
        if report_id is not None:
            fellow.reports[period_id] = Known(report_id, state, late, waits)
        elif opens_at is not None:
            fellow.asked.append(column_of(cohort, Slot(period_id, title, title, opens_at, due_at), now))
        elif period_id is not None:
            fellow.granted[period_id] = _granted(cohort, due_at, now)
        else:
            fellow.leaves.append(Days(first, last))
    return found


def column_of(cohort: Cohort, slot: Slot, now: datetime) -> Column:
    """A period of the cohort as it is now."""
    due_on = today(slot.due_at, cohort.deadline_zone)
    lateness = margins_of(cohort).lateness(slot.due_at, now)
    return Column(slot.period_id, slot.label, slot.title, due_on, slot.opens_at <= now, lateness)


def _granted(cohort: Cohort, due_at: datetime | None, now: datetime) -> Granted:
    """What a deadline of one fellow's own means; with none they are excused."""
    due_on: date = today(due_at or now, cohort.deadline_zone)
    return Granted(due_at is None, due_on, margins_of(cohort).lateness(due_at or now, now))


@cache
def _known() -> AnySelect:
    own: Any = bindparam("fellowship_ids", expanding=True)
    late = is_late(effective_due(), Report.first_submitted_at, bindparam("grace", type_=Integer))
    reports = _part(
        fellowship_id=Report.fellowship_id,
        period_id=Report.period_id,
        report_id=Report.id,
        state=type_coerce(Report.state, String),
        late=and_(late, func.coalesce(Deadline.excused, literal(value=False)).is_(False)),
        waits=Report.owed_at < bindparam("now", type_=UtcDateTime),
    )
    granted = _part(
        fellowship_id=Deadline.fellowship_id, period_id=Deadline.period_id, due_at=Deadline.due_at
    )
    asked = _part(
        fellowship_id=ReportPeriod.fellowship_id,
        period_id=ReportPeriod.id,
        due_at=ReportPeriod.due_at,
        opens_at=ReportPeriod.opens_at,
        title=period_title(),
    )
    leaves = _part(fellowship_id=Leave.fellowship_id, first=Leave.starts_on, last=Leave.ends_on)
    return select(
        union_all(
            reports.join(Report.period).outerjoin(Report.deadline).where(Report.fellowship_id.in_(own)),
            granted.where(Deadline.fellowship_id.in_(own)),
            asked.where(ReportPeriod.fellowship_id.in_(own)),
            leaves.where(Leave.fellowship_id.in_(own)),
        ).subquery()
    )


def _part(**said: Any) -> AnySelect:
    return select(*((NOTHING | said)[name].label(name) for name in NOTHING))
