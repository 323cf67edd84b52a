"""When a mail may reach somebody: hours of the day and days of the week where they are. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import count

from program.clock import DAY, deadline, today

MONDAY, SATURDAY = 0, 5
WAKES_AT, SLEEPS_AT = 8, 20
"""The hours of whoever chose none."""
Span = tuple[datetime, datetime]
"""From an instant, to another that does not belong to it."""


class Pace(StrEnum):
    """How often mail comes: with each thing, each working morning, or on Monday mornings."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Habits:
    """When mail may reach a person: from `wakes_at` to `sleeps_at` o'clock (0 to 23) in their zone.

    Raises ValueError for hours in which nothing could ever come.
    """

    time_zone: str
    wakes_at: int = WAKES_AT
    sleeps_at: int = SLEEPS_AT
    weekends: bool = False
    pace: Pace = Pace.IMMEDIATE

    def __post_init__(self) -> None:
        """No night in between: it begins and ends on one day."""
        if not 0 <= self.wakes_at < self.sleeps_at <= 23:
            raise ValueError(f"from {self.wakes_at} to {self.sleeps_at} o'clock is no part of a day")

    def takes(self, day: date) -> bool:
        """Whether mail may come on this day."""
        if self.pace is Pace.WEEKLY:
            return day.weekday() == MONDAY
        return self.weekends or day.weekday() < SATURDAY


def next_moment(moment: datetime, habits: Habits) -> datetime:
    """The first instant (UTC) from `moment` on at which mail may reach this person.

    With the pace of a day or a week that is a morning, at the hour they wake.
    """
    day = today(moment, habits.time_zone)
    first, last = _span_from(day, habits)
    while moment >= last:
        day += DAY
        first, last = _span_from(day, habits)
    return max(first, moment)


def is_awake(moment: datetime, habits: Habits) -> bool:
    """Whether the instant lies in their hours, whatever their pace."""
    return next_moment(moment, replace(habits, pace=Pace.IMMEDIATE)) == moment


def last_morning(moment: datetime, habits: Habits) -> datetime:
    """The last instant (UTC), up to `moment`, at which they wake on a day of their mail."""
    day = today(moment, habits.time_zone)
    mornings = (_wakes(day - back * DAY, habits) for back in count() if habits.takes(day - back * DAY))
    return next(morning for morning in mornings if morning <= moment)


@lru_cache(maxsize=10_000)
def _span_from(day: date, habits: Habits) -> Span:
    """The first span of instants in which mail may come, of this day or a later one.

    Kept: a sweep asks it of thousands who have the same habits, on the same day.
    """
    return next(span for span in _spans_from(day, habits) if span[0] < span[1])


def _spans_from(day: date, habits: Habits) -> Iterator[Span]:
    for later in (day + ahead * DAY for ahead in count()):
        first = _wakes(later, habits)
        if not habits.takes(later) or today(first, habits.time_zone) != later:
            continue  # a zone that changes sides of the date line skips a day
        if habits.pace is Pace.IMMEDIATE:
            yield first, deadline(later, time(habits.sleeps_at), habits.time_zone)
        else:
            yield first, first + timedelta.resolution


def _wakes(day: date, habits: Habits) -> datetime:
    return deadline(day, time(habits.wakes_at), habits.time_zone)
