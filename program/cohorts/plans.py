"""What a cohort's calendar is made from, as values: a change is tried out on them before anything is written."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from hashlib import sha256
from typing import TypeVar

from program.clock import ANYWHERE_ON_EARTH
from program.cohorts.models import AuthorshipMode, BreakEffect, Cohort

FRIDAY = 4
CLOSE_OF_DAY = time(17)


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """A phase; `key` is its id, None before it is kept."""

    name: str
    starts_on: date
    ends_on: date
    weekday: int = FRIDAY
    due_time: time = CLOSE_OF_DAY
    cadence_weeks: int = 1
    authorship: AuthorshipMode = AuthorshipMode.FELLOW_WRITES
    key: int | None = None


@dataclass(frozen=True, slots=True)
class BreakPlan:
    """Days on which nothing falls due, both included."""

    name: str
    starts_on: date
    ends_on: date
    effect: BreakEffect = BreakEffect.SHIFT
    key: int | None = None


Part = TypeVar("Part", PhasePlan, BreakPlan)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides when reports of a cohort are due. Its parts stand in the order of their days."""

    starts_on: date
    ends_on: date
    time_zone: str
    anywhere_on_earth: bool = False
    phases: tuple[PhasePlan, ...] = ()
    breaks: tuple[BreakPlan, ...] = ()

    @property
    def deadline_zone(self) -> str:
        """The zone that deadlines' times of day are in."""
        return ANYWHERE_ON_EARTH if self.anywhere_on_earth else self.time_zone

    @property
    def digest(self) -> str:
        """Short for all of it: two plans with the same are the same."""
        return sha256(repr(self).encode()).hexdigest()[:32]

    def moved(self, by: timedelta) -> "Plan":
        """The same plan, so many days later."""
        return replace(
            self,
            starts_on=self.starts_on + by,
            ends_on=self.ends_on + by,
            phases=tuple(_moved(phase, by) for phase in self.phases),
            breaks=tuple(_moved(pause, by) for pause in self.breaks),
        )

    def afresh(self) -> "Plan":
        """The same plan for a cohort that has none of it yet."""
        return replace(
            self,
            phases=tuple(replace(phase, key=None) for phase in self.phases),
            breaks=tuple(replace(pause, key=None) for pause in self.breaks),
        )

    def with_phase(self, phase: PhasePlan) -> "Plan":
        """With this phase, in the place of the one that it was."""
        return replace(self, phases=_with(self.phases, phase))

    def without_phase(self, key: int) -> "Plan":
        """Without the phase of this id."""
        return replace(self, phases=tuple(phase for phase in self.phases if phase.key != key))

    def with_break(self, pause: BreakPlan) -> "Plan":
        """With this break, in the place of the one that it was."""
        return replace(self, breaks=_with(self.breaks, pause))

    def without_break(self, key: int) -> "Plan":
        """Without the break of this id."""
        return replace(self, breaks=tuple(pause for pause in self.breaks if pause.key != key))


def plan_of(cohort: Cohort) -> Plan:
    """The plan that a cohort has."""
    return Plan(
        cohort.starts_on,
        cohort.ends_on,
        cohort.time_zone,
        anywhere_on_earth=cohort.anywhere_on_earth,
        phases=_sorted(
            PhasePlan(
                phase.name,
                phase.starts_on,
                phase.ends_on,
                weekday=phase.weekday,
                due_time=phase.due_time,
                cadence_weeks=phase.cadence_weeks,
                authorship=phase.authorship,
                key=phase.id,
            )
            for phase in cohort.phases
        ),
        breaks=_sorted(
            BreakPlan(pause.name, pause.starts_on, pause.ends_on, effect=pause.effect, key=pause.id)
            for pause in cohort.breaks
        ),
    )


def _moved(part: Part, by: timedelta) -> Part:
    return replace(part, starts_on=part.starts_on + by, ends_on=part.ends_on + by)


def _with(parts: tuple[Part, ...], new: Part) -> tuple[Part, ...]:
    return _sorted([part for part in parts if part.key is None or part.key != new.key] + [new])


def _sorted(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (part.starts_on, part.ends_on, part.name)))
