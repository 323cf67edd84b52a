"""The report calendar: a pure function of a cohort's phases, their cadence, its breaks and its zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from program.clock import deadline
from program.cohorts.models import BreakEffect
from program.cohorts.plans import BreakPlan, PhasePlan, Plan

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """One period: a report can be written from `opens_at`, and is owed at `due_at` (both UTC)."""

    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NumberedSlot:
    """A slot in its place in the cohort's calendar, from 1, and the phase it belongs to."""

    number: int
    phase: PhasePlan
    slot: Slot


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A day that would have been a deadline, and the break because of which none of its own stands for it."""

    day: date
    phase: str
    pause: str


def calendar_of(plan: Plan) -> list[NumberedSlot]:
    """The whole calendar, numbered on over the phases.

    No period opens before the one before it was due, wherever the phases' edges lie on the clock.
    """
    found: list[NumberedSlot] = []
    for phase in plan.phases:
        last = found[-1].slot.due_at if found else None
        for slot in slots(phase, zone_name=plan.deadline_zone, breaks=plan.breaks, not_before=last):
            found.append(NumberedSlot(len(found) + 1, phase, slot))
    return found


def slots(
    phase: PhasePlan,
    *,
    zone_name: str,
    breaks: Sequence[BreakPlan] = (),
    not_before: datetime | None = None,
) -> Iterator[Slot]:
    """The periods of a phase whose deadline falls inside it, both days included.

    Deadlines stand on the phase's weekday at its wall-clock time, a cadence apart, the first at the end of the first
    whole stretch; each period opens when the one before was due, the first with the phase. Two deadlines that a
    break moves to the same day are one.
    """
    opens_at = deadline(phase.starts_on, time(0), zone_name)
    opens_at = max(opens_at, not_before) if not_before else opens_at
    days = (placed(day, phase, breaks) for day in due_days(phase))
    for day in dict.fromkeys(day for day in days if day is not None):
        due_at = deadline(day, phase.due_time, zone_name)
        if due_at > opens_at:  # a phase may begin with the very minute of its first deadline
            yield Slot(opens_at, due_at)
            opens_at = due_at


def left_out(plan: Plan) -> list[LeftOut]:
    """The deadlines that breaks take away: for good, or into one with another."""
    gone: list[LeftOut] = []
    for phase in plan.phases:
        taken = {*(days := [*due_days(phase)])}
        for day in days:
            if pause := _break_on(day, plan.breaks):
                where = placed(day, phase, plan.breaks)
                if where is None or where in taken:
                    gone.append(LeftOut(day, phase.name, pause.name))
                else:
                    taken.add(where)
    return gone


def due_days(phase: PhasePlan) -> Iterator[date]:
    """The days of the phase's deadlines as they would be without a break. Raises ValueError for no cadence."""
    if phase.cadence_weeks < 1:
        raise ValueError("a cadence is a week or longer")
    step = WEEK * phase.cadence_weeks
    day = phase.starts_on + timedelta(days=(phase.weekday - phase.starts_on.weekday()) % 7) + (step - WEEK)
    while day <= phase.ends_on:
        yield day
        day += step


def placed(day: date, phase: PhasePlan, breaks: Sequence[BreakPlan]) -> date | None:
    """Where a deadline that was meant for this day stands; None if a break takes it away.

    A break that shifts moves it to the first working day after, in a phase whose deadlines are on working days. It
    stays in its phase, or there is none.
    """
    pause = _break_on(day, breaks)
    if pause is None:
        return day
    if pause.effect is BreakEffect.SKIP:
        return None
    while pause is not None or (day.weekday() >= SATURDAY > phase.weekday):
        day = (pause.ends_on if pause else day) + DAY
        pause = _break_on(day, breaks)
    return day if day <= phase.ends_on else None


def _break_on(day: date, breaks: Sequence[BreakPlan]) -> BreakPlan | None:
    return next((pause for pause in breaks if pause.starts_on <= day <= pause.ends_on), None)
