"""What is wrong with the dates of a cohort, in words, each for the field that it stands next to. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from program.clock import ANYWHERE_ON_EARTH, written_day, zone_names
from program.cohorts.plans import BreakPlan, PhasePlan, Plan

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
MOST_DAYS = 1_096
"""Three years: 157 weekly reports, and about as wide as a board can be."""
MOST_PHASES, MOST_BREAKS = 24, 100
MOST_WEEKS = 12
"""The longest cadence."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A message, and the field of the form that it stands next to."""

    field: str
    message: str


def dates_wrong(plan: Plan) -> Iterator[Wrong]:
    """What is wrong with the cohort's own days and its zone, and which of its phases and breaks they leave out."""
    yield from zone_wrong(plan.time_zone)
    own = [*_days_wrong(plan.starts_on, plan.ends_on)]
    yield from own
    length = (plan.ends_on - plan.starts_on).days + 1
    if not own and length > MOST_DAYS:
        message = (
            f"That is {length:,} days. A cohort has {MOST_DAYS:,} (three years) at most: look at the years."
        )
        yield Wrong("ends_on", message)
    elif not own:
        for phase in plan.phases:
            yield from _left_outside(plan, "phase", phase)
        for pause in plan.breaks:
            yield from _left_outside(plan, "break", pause)


def zone_wrong(name: str) -> Iterator[Wrong]:
    """Whether there is such a zone."""
    if name != "UTC" and name not in zone_names():
        hint = " For Anywhere on Earth, choose so below." if name == ANYWHERE_ON_EARTH else ""
        yield Wrong(
            "time_zone", f"There is no time zone called “{name}”. Please choose one from the list.{hint}"
        )


def phase_wrong(plan: Plan, phase: PhasePlan) -> Iterator[Wrong]:
    """What is wrong with a phase of this plan."""
    own = [*_days_wrong(phase.starts_on, phase.ends_on)] or [*_inside_wrong(plan, phase, "phase")]
    yield from own
    if len(plan.phases) > MOST_PHASES:
        yield Wrong("name", f"A cohort has {MOST_PHASES} phases at most. Remove one first.")
    for other in [] if own else plan.phases:
        if other != phase and _meet(other, phase):
            span = f"{written_day(other.starts_on)} to {written_day(other.ends_on)}"
            field = "starts_on" if other.starts_on <= phase.starts_on else "ends_on"
            message = f"This overlaps the phase “{other.name}” ({span}). Phases follow one another: change one of them."
            yield Wrong(field, message)


def break_wrong(plan: Plan, pause: BreakPlan) -> Iterator[Wrong]:
    """What is wrong with a break of this plan."""
    own = [*_days_wrong(pause.starts_on, pause.ends_on, one_day=True)]
    own = own or [*_inside_wrong(plan, pause, "break")]
    yield from own
    if len(plan.breaks) > MOST_BREAKS:
        yield Wrong("name", f"A cohort has {MOST_BREAKS} breaks at most. Remove one first.")
    for other in [] if own else plan.breaks:
        if other != pause and _meet(other, pause):
            span = f"{written_day(other.starts_on)} to {written_day(other.ends_on)}"
            field = "starts_on" if other.starts_on <= pause.starts_on else "ends_on"
            yield Wrong(
                field, f"This overlaps the break “{other.name}” ({span}). Make one of the two longer instead."
            )


def _days_wrong(starts_on: date, ends_on: date, *, one_day: bool = False) -> Iterator[Wrong]:
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not FIRST_DAY <= day <= LAST_DAY:
            yield Wrong(
                field, f"The year {day.year} is not one that is planned for: give one from 2000 to 2099."
            )
            return
    if ends_on < starts_on:
        yield Wrong(
            "ends_on", f"The last day is before the first ({written_day(starts_on)}). Please look at both."
        )
    elif ends_on == starts_on and not one_day:
        yield Wrong("ends_on", "First and last day are the same. It has to last two days or longer.")


def _inside_wrong(plan: Plan, part: PhasePlan | BreakPlan, kind: str) -> Iterator[Wrong]:
    cure = f"Move the {kind}, or change the cohort's dates first."
    if part.starts_on < plan.starts_on:
        yield Wrong("starts_on", f"The cohort begins later, on {written_day(plan.starts_on)}. {cure}")
    elif part.starts_on > plan.ends_on:
        yield Wrong(
            "starts_on", f"The cohort is over by then: it ends on {written_day(plan.ends_on)}. {cure}"
        )
    elif part.ends_on > plan.ends_on:
        yield Wrong("ends_on", f"The cohort ends earlier, on {written_day(plan.ends_on)}. {cure}")


def _left_outside(plan: Plan, kind: str, part: PhasePlan | BreakPlan) -> Iterator[Wrong]:
    if part.starts_on < plan.starts_on:
        message = (
            f"The {kind} “{part.name}” begins before this, on {written_day(part.starts_on)}. Change it first, "
            "or move the whole cohort."
        )
        yield Wrong("starts_on", message)
    if part.ends_on > plan.ends_on:
        message = (
            f"The {kind} “{part.name}” ends after this, on {written_day(part.ends_on)}. Shorten or remove it first, "
            "or move the whole cohort."
        )
        yield Wrong("ends_on", message)


def _meet(one: PhasePlan | BreakPlan, other: PhasePlan | BreakPlan) -> bool:
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on
