"""How fast each domain is written to, by all workers together: so many mails a minute, and none while it says wait."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select

from program.delivery.models import DomainPace
from program.extensions import db, insert_missing

MINUTE = timedelta(minutes=1)
FIRST_WAIT = MINUTE
LONGEST_WAIT = timedelta(hours=1)
Mails = Sequence[tuple[str, str]]
"""Message-ID and address."""


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case."""
    return address.rpartition("@")[2].lower()


def put_off(
    mails: Mails, *, slowed: Mapping[str, datetime], per_minute: int, now: datetime
) -> dict[str, datetime]:
    """Until when which of the mails have to wait; the others have their place in this minute.

    A `per_minute` of 0 is no limit. Call it in the transaction that claims them: the places are taken for good.
    """
    waits: dict[str, datetime] = {}
    in_order = sorted(
        mails, key=lambda mail: domain_of(mail[1])
    )  # so that nobody waits for who waits for them
    for domain, group in groupby(in_order, key=lambda mail: domain_of(mail[1])):
        ids = [message_id for message_id, _address in group]
        if domain in slowed:
            waits |= dict.fromkeys(ids, slowed[domain])
        elif per_minute:
            given = zip(ids, _places(domain, per_minute, now), strict=False)
            waits |= {message_id: place for message_id, place in given if place > now}
    return waits


def slow_down(domain: str, *, now: datetime) -> datetime:
    """The domain says that mail comes too fast: nothing goes there until this moment, longer each time."""
    row = _locked(domain, now)
    if row.slow_until is None or row.slow_until + timedelta(seconds=row.slow_seconds) < now:
        row.slow_seconds, row.slow_until = 0, None
    if row.slow_until is None or row.slow_until <= now:  # else another worker has just heard the same
        wait = min(2 * row.slow_seconds or FIRST_WAIT.total_seconds(), LONGEST_WAIT.total_seconds())
        row.slow_seconds = int(wait)
        row.slow_until = now + timedelta(seconds=wait * random.uniform(1, 1.25))  # noqa: S311 - no secret
    db.session.flush()
    return row.slow_until


def _minute_of(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def list_slowed(now: datetime) -> dict[str, datetime]:
    """The domains that wait, and until when."""
    query = select(DomainPace.domain, DomainPace.slow_until).where(DomainPace.slow_until > now)
    return {domain: until for domain, until in db.session.execute(query) if until}


def _places(domain: str, per_minute: int, now: datetime) -> Iterator[datetime]:
    """One place after another: those of this minute that are left, then the first ones that nobody was given yet.

    Who comes back for a place in a later minute is one of those who ask in that minute.
    """
    row, minute = _locked(domain, now), _minute_of(now)
    if row.minute < minute:
        row.minute, row.used = minute, 0
    while row.used < per_minute:
        row.used += 1
        yield now
    if row.later <= minute:
        row.later, row.queued = minute + MINUTE, 0
    while True:
        if row.queued >= per_minute:
            row.later, row.queued = row.later + MINUTE, 0
        row.queued += 1
        yield row.later


def _locked(domain: str, now: datetime) -> DomainPace:
    """The domain's row, which is ours until the transaction ends."""
    fresh = {"domain": domain, "minute": _minute_of(now), "later": _minute_of(now)}
    insert_missing(DomainPace, [fresh | {"used": 0, "queued": 0, "slow_seconds": 0}])
    return db.session.get_one(DomainPace, domain, with_for_update=True, populate_existing=True)
