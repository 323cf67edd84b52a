"""How large a made-up programme is, and when its cohorts run. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from program.cohorts.models import CohortState

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKS, TRAINING_WEEKS, THIS_WEEK = 12, 2, 5
PLANNED_BEFORE = 50 * DAY
ARCHIVED_AFTER = 365 * DAY
SOME_TIME, LONG_TIME = 14, 120
YEARS = 3600
"""In days: over how long many cohorts are spread, one at most every two weeks."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything. `number` chooses among programmes of this size; `day` is what they take for today."""

    fellows: int
    mentors: int
    cohorts: int
    number: int
    day: date

    @property
    def staff(self) -> int:
        return max(6, self.cohorts // 30)

    @property
    def managers(self) -> int:
        return max(10, self.cohorts // 10)

    @property
    def organisations(self) -> int:
        """How many there are beside the catalogue's."""
        return max(20, self.mentors // 20)


@dataclass(slots=True)
class CohortPlan:
    """When a cohort runs; the ids of its tracks by their names, and of its confirmed mentors by track."""

    id: int
    starts_on: date
    state: CohortState
    tracks: dict[str, int]
    confirmed: dict[int, list[int]] = field(default_factory=dict)

    @property
    def ends_on(self) -> date:
        return self.starts_on + WEEKS * WEEK - 3 * DAY

    @property
    def is_over(self) -> bool:
        return self.state in (CohortState.CLOSED, CohortState.ARCHIVED)


def first_days(cohorts: int, day: date) -> list[date]:
    """A Monday for each, the earliest first. The last but one is in its fifth week, the last is still to come."""
    gap = max(SOME_TIME, min(LONG_TIME, YEARS // cohorts)) // 7 * WEEK
    begun = day - day.weekday() * DAY - (THIS_WEEK - 1) * WEEK
    before = [begun - gap * place for place in range(max(1, cohorts - 1))]
    return [*before[::-1], begun + 2 * THIS_WEEK * WEEK][:cohorts]


def state_of(starts_on: date, day: date) -> CohortState:
    """How far a cohort that starts then is on this day."""
    if starts_on > day + PLANNED_BEFORE:
        return CohortState.PLANNING
    if starts_on > day:
        return CohortState.OPEN
    if starts_on + WEEKS * WEEK > day:
        return CohortState.RUNNING
    return CohortState.CLOSED if starts_on + ARCHIVED_AFTER > day else CohortState.ARCHIVED


def share(place: int, *, of: int, among: Sequence[CohortPlan]) -> int:
    """Which of the cohorts this one of so many falls to: equal runs of neighbours."""
    return place * len(among) // of


def at(day: date, hour: int = 9) -> datetime:
    """A time of day, in UTC."""
    return datetime.combine(day, time(hour), UTC)
