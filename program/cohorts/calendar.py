"""The report calendar of a phase: a pure function of its dates, its cadence and the cohort's zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from program.clock import deadline

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One period: a report can be written from `opens_at`, and is owed at `due_at` (both UTC)."""

    opens_at: datetime
    due_at: datetime


def slots(
    starts_on: date, ends_on: date, *, weekday: int, at: time, zone_name: str, cadence_weeks: int = 1
) -> Iterator[Slot]:
    """The periods of a phase whose deadline falls inside it, both days included.

    Deadlines stand on `weekday` (Monday is 0) at wall-clock time `at`, `cadence_weeks` apart, the first at the
    end of the first whole stretch; each period opens when the one before was due, the first with the phase.
    """
    if cadence_weeks < 1:
        raise ValueError("a cadence is a week or longer")
    step = WEEK * cadence_weeks
    first = starts_on + timedelta(days=(weekday - starts_on.weekday()) % 7) + (step - WEEK)
    opens_at = deadline(starts_on, time(0), zone_name)
    day = first
    while day <= ends_on:
        due_at = deadline(day, at, zone_name)
        yield Slot(opens_at, due_at)
        opens_at, day = due_at, day + step
