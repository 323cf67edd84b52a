"""What somebody owes as iCalendar (RFC 5545, RFC 7986): one event for each. Pure.

Events, for tasks (VTODO) are shown by none of the usual calendars that subscribe to an address. Each begins at its
deadline in UTC and is short, takes up no time of its reader's, and is private where calendars are shared.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from program.obligations.models import Obligation, ObligationKind

NAME = "Fellowship: what you owe"
MADE_BY = "-//Fellowship programme//What you owe//EN"
LENGTH = timedelta(minutes=15)
REFRESH = timedelta(hours=1)
"""How often a calendar is asked to look again. Some look once a day, whatever they are told."""
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
QUIET = "Something waits for you"
"""All that is said of a concern: whoever looks at a calendar beside its holder is to learn nothing of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: what stays the same for the same obligation, when it is due, and what is said of it."""

    uid: str
    due_at: datetime
    title: str
    action: str
    url: str


def entries_of(owed: Sequence[Obligation], *, key: str, site: str) -> list[Entry]:
    """The events of what is owed. `key` is secret, `site` the public address of the programme without a path."""
    return [_entry(obligation, key=key, site=site) for obligation in owed]


def _entry(obligation: Obligation, *, key: str, site: str) -> Entry:
    """Its number tells nothing of what it is about, and does not change with its deadline."""
    told = repr(obligation.identity).encode()
    uid = hmac.new(key.encode(), told, sha256).hexdigest()[:32]
    if obligation.kind is ObligationKind.CONCERN:
        return Entry(uid, obligation.due_at, QUIET, "Sign in to see what it is", f"{site}/")
    return Entry(uid, obligation.due_at, obligation.title, obligation.action, f"{site}{obligation.url}")


def mark_of(entries: Sequence[Entry]) -> str:
    """Short for all that the calendar says: the same as long as nothing of it changes."""
    return sha256(repr(sorted(entries, key=lambda entry: entry.uid)).encode()).hexdigest()[:32]


def write_calendar(entries: Sequence[Entry], *, now: datetime) -> bytes:
    """The calendar as it stands now.

    SEQUENCE counts seconds, so that of two versions of an event the one that was written later is the newer one,
    wherever its deadline has moved to; no table needs to remember which was read.
    """
    calendar = Calendar()
    for name, value in (
        ("prodid", MADE_BY),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
    ):
        calendar.add(name, value)
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, now))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, now: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("last-modified", now)
    event.add("sequence", int((now - EPOCH).total_seconds()))
    event.add("dtstart", entry.due_at.astimezone(UTC))
    event.add("dtend", entry.due_at.astimezone(UTC) + LENGTH)
    event.add("summary", entry.title)
    event.add("description", f"{entry.action}: {entry.url}\nIt goes from here once it is done.")
    event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
