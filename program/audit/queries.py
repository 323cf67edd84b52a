"""Reading where the record begins."""

from datetime import datetime

from sqlalchemy import func, select

from program.audit.models import AuditEvent
from program.extensions import db


def find_last_before(moment: datetime) -> int | None:
    """The last event with nothing but events from before this moment up to it; None if there is none."""
    first_kept = select(func.min(AuditEvent.sequence)).where(AuditEvent.at >= moment).scalar_subquery()
    place = AuditEvent.sequence
    last = select(func.max(place)).where(first_kept.is_(None) | (place < first_kept))
    return db.session.scalar(last)


def count_up_to(sequence: int) -> int:
    """How many events there are up to this one."""
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.sequence <= sequence)
    return db.session.scalar(query) or 0


def seal_at(sequence: int) -> str:
    """The seal of this event."""
    return db.session.scalars(select(AuditEvent.seal).where(AuditEvent.sequence == sequence)).one()
