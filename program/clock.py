"""Instants are UTC; a deadline is a wall-clock time in a zone, turned into UTC once, when it is made."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

ANYWHERE_ON_EARTH = "AoE"
ANYWHERE_ON_EARTH_ZONE = "Etc/GMT+12"
"""The same for databases, which know only the names of IANA."""
DAY = timedelta(days=1)


def now() -> datetime:
    """The present instant in UTC; the edges call it once and pass it down."""
    return datetime.now(UTC)


def zone(name: str) -> tzinfo:
    """The zone called `name` (IANA, or "AoE": 12 h behind UTC as in IEEE 802.16). Raises ZoneInfoNotFoundError."""
    return timezone(-timedelta(hours=12), ANYWHERE_ON_EARTH) if name == ANYWHERE_ON_EARTH else ZoneInfo(name)


@cache
def zone_names() -> tuple[str, ...]:
    """The zones a person or cohort can choose, in the order they are listed in."""
    named = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return tuple(sorted(named))


def deadline(day: date, at: time, zone_name: str) -> datetime:
    """The UTC instant of wall-clock time `at` on `day` in the zone.

    A time that DST skips means the instant as long after midnight as the clock would have shown (PEP 495,
    fold=0); a time that occurs twice means the first.
    """
    return datetime.combine(day, at, tzinfo=zone(zone_name)).astimezone(UTC)


def later(instant: datetime, by: timedelta, zone_name: str) -> datetime:
    """The same time of day, so many days later, by the clocks of the zone."""
    local = instant.astimezone(zone(zone_name))
    return deadline(local.date() + by, local.time(), zone_name)


def carried(instant: datetime, before: datetime, after: datetime, zone_name: str) -> datetime:
    """The instant that stands to `after` as this one does to `before`, by the clocks of the zone."""
    local, was, becomes = (
        one.astimezone(zone(zone_name)).replace(tzinfo=None) for one in (instant, before, after)
    )
    there = becomes + (local - was)
    return deadline(there.date(), there.time(), zone_name)


def today(instant: datetime, zone_name: str) -> date:
    """The calendar day that `instant` falls on in the zone."""
    return instant.astimezone(zone(zone_name)).date()


def written_day(day: date) -> str:
    """A day as it is written: "5 Jun 2026"."""
    return f"{day.day} {day:%b %Y}"


@dataclass(frozen=True, slots=True)
class Shown:
    """An instant as one reader sees it: machine-readable, in words, and how far away it is."""

    iso: str
    text: str
    distance: str


def show(instant: datetime, *, zone_name: str, now: datetime) -> Shown:
    """`instant` in the reader's zone, the zone named ("Fri 12 Jun, 17:00 BST"), with its distance from `now`."""
    local = instant.astimezone(zone(zone_name))
    year = "" if local.year == now.year else f" {local.year}"
    text = f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M} {_zone_word(local)}"
    return Shown(iso=instant.isoformat(), text=text, distance=distance(instant - now))


def _zone_word(local: datetime) -> str:
    """The zone's abbreviation; one that has none but figures ("+03") is told from UTC: "UTC+3"."""
    name = local.tzname() or ""
    if name[:1] not in ("+", "-"):
        return name
    return f"UTC{name[0]}{int(name[1:3])}" + (f":{name[3:]}" if name[3:] else "")


def distance(delta: timedelta) -> str:
    """How far `delta` is from now in its largest whole unit: "in 2 days", "3 hours ago"."""
    seconds = abs(int(delta.total_seconds()))
    if seconds < 60:
        return "now"
    size, unit = next((s, u) for s, u in ((86_400, "day"), (3_600, "hour"), (60, "minute")) if seconds >= s)
    count = seconds // size
    words = f"{count} {unit}{'s' if count > 1 else ''}"
    return f"in {words}" if delta > timedelta() else f"{words} ago"
