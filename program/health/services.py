"""Writing down that something ran."""

from datetime import datetime

from sqlalchemy import update

from program.extensions import db, insert_missing
from program.health.models import BEAT, Heartbeat


def record_tick(name: str = BEAT, *, now: datetime) -> None:
    """It ran just now."""
    if not insert_missing(Heartbeat, [{"name": name, "at": now}]):
        db.session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=now))
