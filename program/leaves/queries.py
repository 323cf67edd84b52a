"""Reading leaves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager

from program.access import Actor, Permission
from program.cohorts.models import ReportPeriod
from program.cohorts.queries import period_title
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, granted, is_asked_of
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship, Leave
from program.fellows.queries import deadline_day, visible_to


def list_leaves(fellowship_id: int) -> Sequence[Leave]:
    """The fellowship's leaves, the latest first."""
    query = select(Leave).where(Leave.fellowship_id == fellowship_id)
    return db.session.scalars(query.order_by(Leave.starts_on.desc(), Leave.id.desc())).all()


def get_leave(actor: Actor, leave_id: int, *, now: datetime) -> Leave:
    """A leave that the actor may change, with its fellowship. Raises NotFoundError."""
    fellowship = contains_eager(Leave.fellowship)
    query = (
        select(Leave)
        .join(Leave.fellowship)
        .where(Leave.id == leave_id, visible_to(actor, Permission.FELLOWSHIP_CHANGE, now=now))
        .options(fellowship.joinedload(Fellowship.account), fellowship.joinedload(Fellowship.cohort))
    )
    leave = db.session.scalar(query)
    if leave is None:
        raise NotFoundError("There is no such leave.")
    return leave


def paused_weeks(fellowship_id: int) -> dict[int, list[str]]:
    """The titles of the periods that nothing is owed for, by leave."""
    due_on = deadline_day(effective_due())
    query = (
        select(Leave.id, period_title())
        .join(Leave.fellowship)
        .join(ReportPeriod, and_(ReportPeriod.cohort_id == Fellowship.cohort_id, is_asked_of()))
        .outerjoin(Deadline, granted())
        .where(Leave.fellowship_id == fellowship_id, due_on.between(Leave.starts_on, Leave.ends_on))
        .order_by(ReportPeriod.due_at, ReportPeriod.id)
    )
    weeks: dict[int, list[str]] = {}
    for leave_id, title in db.session.execute(query):
        weeks.setdefault(leave_id, []).append(title)
    return weeks
