"""Working days: Monday to Friday where a cohort is, without its breaks. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from program.clock import deadline, zone

DAY = timedelta(days=1)
SATURDAY = 5


class Pause(Protocol):
    """Days on which nobody works, both included."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


def after_working_days(
    instant: datetime, days: int, *, zone_name: str, breaks: Iterable[Pause] = ()
) -> datetime:
    """The instant so many working days later (UTC), at the same time of day in the zone.

    One working day after a Saturday is the Monday. No days is the instant itself.
    """
    return by_working_days(instant, max(0, days), zone_name=zone_name, breaks=breaks)


def by_working_days(
    instant: datetime, days: int, *, zone_name: str, breaks: Iterable[Pause] = ()
) -> datetime:
    """Likewise; so many earlier if `days` is negative: one working day before a Sunday is the Friday."""
    if days == 0:
        return instant.astimezone(UTC)
    pauses, step = list(breaks), DAY if days > 0 else -DAY
    local = instant.astimezone(zone(zone_name))
    day = local.date()
    for _ in range(abs(days)):
        day = _next_working_day(day, pauses, step)
    return deadline(day, local.time(), zone_name)


def is_working_day(day: date, breaks: Iterable[Pause] = ()) -> bool:
    """Whether people work on this day."""
    return day.weekday() < SATURDAY and not any(p.starts_on <= day <= p.ends_on for p in breaks)


def _next_working_day(day: date, breaks: Sequence[Pause], step: timedelta) -> date:
    """The first working day after this one, or before it."""
    day += step
    while not is_working_day(day, breaks):
        pause = next((p for p in breaks if p.starts_on <= day <= p.ends_on), None)
        beyond = (pause.ends_on if step > timedelta() else pause.starts_on) if pause else day
        day = beyond + step
    return day
