"""Reading leaves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from program.access import Actor, Permission
from program.cohorts.models import ReportPeriod
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


def paused_weeks(fellowship_id: int) -> dict[int, list[int]]:
    """The numbers of the weeks that nothing is owed for, by leave."""
    due_on = deadline_day()
    query = (
        select(Leave.id, ReportPeriod.number)
        .join(Leave.fellowship)
        .join(ReportPeriod, ReportPeriod.cohort_id == Fellowship.cohort_id)
        .where(Leave.fellowship_id == fellowship_id, due_on.between(Leave.starts_on, Leave.ends_on))
        .order_by(ReportPeriod.number)
    )
    weeks: dict[int, list[int]] = {}
    for leave_id, number in db.session.execute(query):
        weeks.setdefault(leave_id, []).append(number)
    return weeks
