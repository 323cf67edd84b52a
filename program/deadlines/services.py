"""What was granted follows the calendar."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from program.clock import carried
from program.deadlines.models import Deadline
from program.extensions import db


def move_deadlines(moved: Mapping[int, tuple[datetime, datetime]], *, zone_name: str) -> None:
    """The deadlines that were granted for these periods, as their own moves from the one instant to the other.

    What was added to them stays as long, by the clocks of the zone.
    """
    query = select(Deadline).where(Deadline.period_id.in_(moved), Deadline.due_at.is_not(None))
    for deadline in db.session.scalars(query):
        if deadline.due_at is not None:
            deadline.due_at = carried(deadline.due_at, *moved[deadline.period_id], zone_name)


def forget_deadlines(period_ids: Collection[int]) -> None:
    """What was granted for periods that go."""
    db.session.execute(delete(Deadline).where(Deadline.period_id.in_(period_ids)))
