"""What was granted follows the calendar."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import delete, select

from program.deadlines.models import Deadline
from program.extensions import db


def move_deadlines(moved: Mapping[int, timedelta]) -> None:
    """The deadlines that were granted for these periods, by so much: what was added to them stays as long."""
    query = select(Deadline).where(Deadline.period_id.in_(moved), Deadline.due_at.is_not(None))
    for deadline in db.session.scalars(query):
        if deadline.due_at is not None:
            deadline.due_at += moved[deadline.period_id]


def forget_deadlines(period_ids: Collection[int]) -> None:
    """What was granted for periods that go."""
    db.session.execute(delete(Deadline).where(Deadline.period_id.in_(period_ids)))
