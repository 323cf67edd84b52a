"""The breaker: while the relay is down nobody sends, and one worker at a time tries whether it is back.

It is one row, so that all workers on all machines agree. The waits stay under a minute: what waits goes out within one
of the relay's return, given a tick a minute.
"""

import random
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from program.delivery.models import RelayState
from program.doorbell import Bell, ring_after_commit
from program.extensions import count_changed, db, insert_missing

OPENS_AT = 3
"""So many times in a row there was no answer, to whichever worker."""
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(seconds=40)
PROBE_LEASE = timedelta(seconds=45)
"""Until another worker may try: longer than a connection that hangs takes to fail."""
ONLY = 1
"""The number of the one row."""


class Gate(StrEnum):
    """What a worker may do."""

    SEND = "send"
    PROBE = "probe"
    WAIT = "wait"


def ask(*, now: datetime) -> Gate:
    """Whether to send, to try the relay in the name of all, or to do nothing. Commit it before the relay is tried."""
    if not is_open():
        return Gate.SEND
    due = update(RelayState).where(RelayState.opened_at.is_not(None), RelayState.probe_at <= now)
    return Gate.PROBE if count_changed(due.values(probe_at=now + PROBE_LEASE)) else Gate.WAIT


def is_open() -> bool:
    """Whether nobody sends."""
    return db.session.scalar(select(RelayState.opened_at)) is not None


def note_down(*, after_success: bool, now: datetime) -> None:
    """The relay did not answer, the first time if it took something just before; open when it has been too often."""
    insert_missing(RelayState, [{"id": ONLY, "failures": 0, "wait_seconds": 0}])
    count_changed(update(RelayState).values(failures=1 if after_success else RelayState.failures + 1))
    often = update(RelayState).where(RelayState.opened_at.is_(None), RelayState.failures >= OPENS_AT)
    wait = int(FIRST_WAIT.total_seconds())
    count_changed(often.values(opened_at=now, probe_at=now + _spread(wait), wait_seconds=wait))


def note_still_down(*, now: datetime) -> None:
    """It was tried in vain: wait twice as long."""
    before = db.session.scalar(select(RelayState.wait_seconds)) or 0
    wait = min(2 * before, int(LONGEST_WAIT.total_seconds()))
    opened = update(RelayState).where(RelayState.opened_at.is_not(None))
    count_changed(opened.values(probe_at=now + _spread(wait), wait_seconds=wait))


def note_up() -> None:
    """It took something: count its failures anew."""
    count_changed(
        update(RelayState).where(RelayState.failures > 0, RelayState.opened_at.is_(None)).values(failures=0)
    )


def close() -> None:
    """It answers again: everybody sends, and is rung for."""
    count_changed(update(RelayState).values(failures=0, opened_at=None, probe_at=None, wait_seconds=0))
    ring_after_commit(Bell.DELIVER)


def _spread(seconds: float) -> timedelta:
    return timedelta(seconds=seconds * random.uniform(1, 1.25))  # noqa: S311 - spreads tries, keeps no secret
