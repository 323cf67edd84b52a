"""Whether the parts that the programme stands on answer, and whether the work keeps up."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from redis import Redis, RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from program.extensions import db
from program.health.models import BEAT, Heartbeat
from program.notices.queries import find_oldest_unsent

PATIENCE = 0.5
"""Seconds that Redis may take to answer."""


@dataclass(frozen=True, slots=True)
class Health:
    """Ages are in seconds, and None where there is nothing to be old."""

    database: bool
    redis: bool | None
    oldest_unsent_seconds: int | None
    last_tick_seconds: int | None

    @property
    def ready(self) -> bool:
        """Whether requests can be served. Redis is not needed for that: without it, sending waits."""
        return self.database

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"ready": self.ready} | asdict(self)


def read_health(redis_url: str, *, now: datetime) -> Health:
    """Ask everything once."""
    redis = _redis_answers(redis_url) if redis_url else None
    try:
        oldest = find_oldest_unsent()
        tick = db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == BEAT))
    except SQLAlchemyError:
        db.session.rollback()
        return Health(False, redis, None, None)  # noqa: FBT003 - the fields in their order
    return Health(True, redis, _age(oldest, now), _age(tick, now))  # noqa: FBT003 - likewise


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))


def _redis_answers(redis_url: str) -> bool:
    try:
        with Redis.from_url(redis_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as client:
            return bool(client.ping())
    except RedisError:
        return False
