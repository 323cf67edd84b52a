"""Writing down that something ran, and alerting staff if it had not for long."""

from datetime import datetime, timedelta

from sqlalchemy import update

from program.alerts.models import AlertKind
from program.alerts.raising import raise_alert
from program.extensions import db, insert_missing
from program.health.models import BEAT, Heartbeat
from program.health.queries import find_last_tick
from program.notices.queries import find_oldest_unsent

LATE = timedelta(minutes=15)
"""A tick is good while no message has been waiting for longer than this; and ticks are no further apart."""


def record_tick(name: str = BEAT, *, now: datetime) -> None:
    """It ran just now."""
    if not insert_missing(Heartbeat, [{"name": name, "at": now}]):
        db.session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=now))


def watch(*, now: datetime) -> None:
    """Alert staff that nothing ran for long, now that it does again, or, once an hour, that mail is stuck.

    To be called before this tick is recorded.
    """
    last, oldest = find_last_tick(), find_oldest_unsent()
    if last is not None and now - last > LATE:
        raise_alert(AlertKind.SILENCE, last.isoformat(), since=last, until=now, now=now)
    elif oldest is not None and now - oldest > LATE:
        hour = now.replace(minute=0, second=0, microsecond=0)
        raise_alert(AlertKind.SENDING_STUCK, hour.isoformat(), since=oldest, until=now, now=now)
