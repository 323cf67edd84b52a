"""When a report is due in truth: what its period says, but for what was granted to the fellow."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from program.cohorts.models import ReportPeriod
from program.columns import UtcDateTime
from program.days import seconds_between
from program.deadlines.models import Deadline
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import deadline_day, is_on_leave

HOUR = 3_600


def granted() -> ColumnElement[bool]:
    """What `Deadline` is joined by, beside a fellowship and a period; an outer join, for most have none."""
    return and_(Deadline.fellowship_id == Fellowship.id, Deadline.period_id == ReportPeriod.id)


def effective_due() -> ColumnElement[datetime]:
    """When the report is due in truth, where `Deadline` is joined."""
    return func.coalesce(Deadline.due_at, ReportPeriod.due_at)


def is_asked_of() -> ColumnElement[bool]:
    """Whether a period of the cohort is one of the fellowship: all of it report on it, or this fellow is asked."""
    return or_(ReportPeriod.fellowship_id.is_(None), ReportPeriod.fellowship_id == Fellowship.id)


def is_expected() -> ColumnElement[bool]:
    """Whether a fellowship is to report on a period, where `Deadline` is joined.

    It is asked of them, stands on one of their days in the calendar, they are not excused, and not on leave when it
    is due in truth.
    """
    planned, truly = deadline_day(), deadline_day(effective_due())
    on_their_days = planned.between(Fellowship.starts_on, Fellowship.ends_on)
    return and_(
        is_asked_of(), on_their_days, func.coalesce(Deadline.excused, False).is_(False), ~is_on_leave(truly)
    )


def is_expected_as_planned() -> ColumnElement[bool]:
    """The same of a period that nothing was granted for: it needs no join."""
    planned = deadline_day()
    on_their_days = planned.between(Fellowship.starts_on, Fellowship.ends_on)
    return and_(is_asked_of(), on_their_days, ~is_on_leave(planned), ~_anything_granted())


def is_late(due_at: ColumnElement[datetime], at: Any, grace_hours: Any) -> ColumnElement[bool]:
    """Whether it is called late, as `Margins.lateness` says of one."""
    moment = literal(at, UtcDateTime) if isinstance(at, datetime) else at
    found: ColumnElement[bool] = seconds_between(moment, due_at) > grace_hours * HOUR
    return found


def deadlines_of(fellowship_id: int) -> Sequence[Deadline]:
    """All that was granted to the fellowship, in the order of the calendar, with who granted it."""
    query = select(Deadline).join(Deadline.period).where(Deadline.fellowship_id == fellowship_id)
    query = query.options(contains_eager(Deadline.period), joinedload(Deadline.by))
    return db.session.scalars(query.order_by(ReportPeriod.due_at, ReportPeriod.id)).all()


def _anything_granted() -> ColumnElement[bool]:
    return select(Deadline.id).where(granted()).correlate(Fellowship, ReportPeriod).exists()
