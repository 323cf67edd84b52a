"""Whether the parts that the programme stands on answer, and whether the work keeps up."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from redis import Redis, RedisError
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError

from program.audit.models import PRIVATE_SUBJECTS
from program.delivery.queries import find_relay_down
from program.extensions import db
from program.health.models import BEAT, Heartbeat
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.queries import find_oldest_unsent

DAY = timedelta(days=1)
STANDING = tuple(state for state in NoticeState if state not in {NoticeState.SENT, NoticeState.CANCELLED})
PATIENCE = 0.5
"""Seconds that Redis may take to answer."""


@dataclass(frozen=True, slots=True)
class Health:
    """Ages are in seconds, and None where there is nothing to be old."""

    database: bool
    redis: bool | None
    oldest_unsent_seconds: int | None
    last_tick_seconds: int | None
    relay_down_seconds: int | None

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
        tick = find_last_tick()
        down = find_relay_down()
    except SQLAlchemyError:
        db.session.rollback()
        return Health(False, redis, None, None, None)  # noqa: FBT003 - the fields in their order
    ages = (_age(moment, now) for moment in (oldest, tick, down))
    return Health(True, redis, *ages)  # noqa: FBT003 - likewise


@dataclass(frozen=True, slots=True)
class Figures:
    """How sending goes. Ages are in seconds, and None where there is nothing to be old.

    What only those around it may know of is in none of the counts, as it is in no list of messages.
    """

    oldest_unsent_seconds: int | None
    last_tick_seconds: int | None
    relay_down_seconds: int | None
    sent: int
    failed: int
    ambiguous: int

    @property
    def failure_rate(self) -> float:
        """The share of messages that failed of those that were sent or failed, from 0 to 1; 0 if there were none."""
        return self.failed / max(1, self.sent + self.failed)


def read_figures(now: datetime, *, within: timedelta = DAY) -> Figures:
    """The figures of this moment; sent and failed are those of the time before it. Six statements."""
    since = now - within
    return Figures(
        _age(find_oldest_unsent(), now),
        _age(find_last_tick(), now),
        _age(find_relay_down(), now),
        _count((Notice.state == NoticeState.SENT) & (Notice.sent_at > since)),
        _count((Notice.state == NoticeState.FAILED) & (Notice.failed_at > since)),
        _count(Notice.state == NoticeState.AMBIGUOUS),
    )


def find_last_tick() -> datetime | None:
    """When beat last rang and a worker answered."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == BEAT))


class Standing(NamedTuple):
    """How many messages of a kind stand in a state, and how many tries they have had."""

    state: NoticeState
    kind: NoticeKind
    messages: int
    tries: int


def count_standing() -> Sequence[Standing]:
    """The messages that nobody is done with: all but those that were sent or cancelled."""
    query = select(Notice.state, Notice.kind, func.count(), func.sum(Notice.attempts))
    query = query.where(Notice.state.in_(STANDING), Notice.subject_kind.not_in(PRIVATE_SUBJECTS))
    return [Standing(*row) for row in db.session.execute(query.group_by(Notice.state, Notice.kind))]


def count_sent(since: datetime) -> Sequence[tuple[NoticeKind, int]]:
    """How many messages of each kind the relay took after this time."""
    query = select(Notice.kind, func.count()).where(
        Notice.state == NoticeState.SENT,
        Notice.sent_at > since,
        Notice.subject_kind.not_in(PRIVATE_SUBJECTS),
    )
    return [(kind, count) for kind, count in db.session.execute(query.group_by(Notice.kind))]


def _count(which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Notice)
    return db.session.scalar(query.where(which, Notice.subject_kind.not_in(PRIVATE_SUBJECTS))) or 0


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))


def _redis_answers(redis_url: str) -> bool:
    try:
        with Redis.from_url(redis_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as client:
            return bool(client.ping())
    except RedisError:
        return False
