"""Setting up a cohort, and moving it through its states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from program.access import PROGRAMME, Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.calendar import NumberedSlot, slots
from program.cohorts.models import (
    AuthorshipMode,
    Break,
    Cohort,
    CohortState,
    Phase,
    ReportPeriod,
    Track,
)
from program.cohorts.plans import CLOSE_OF_DAY, FRIDAY, PhasePlan, Plan
from program.cohorts.queries import lock_cohort
from program.cohorts.states import check_changeable, check_step
from program.errors import ForbiddenStepError
from program.extensions import db, flush_or_conflict

NAME_TAKEN = "There is a cohort of this name by now. Please give it another name."


@dataclass(frozen=True, slots=True)
class TrackTarget:
    """A track and the share of the cohort's fellows it is meant to have, 0 to 1."""

    name: str
    aim: float
    low: float = 0.0
    high: float = 1.0


def create_cohort(
    *,
    name: str,
    time_zone: str,
    starts_on: date,
    ends_on: date,
    tracks: Sequence[TrackTarget] = (),
    anywhere_on_earth: bool = False,
    review_days: int = 3,
    state: CohortState = CohortState.PLANNING,
    copy_of: int | None = None,
    actor: Actor | None,
    now: datetime,
) -> Cohort:
    """A cohort with its tracks; phases and their calendar are added after. Raises ConflictError for a taken name."""
    if actor is not None:
        require(actor, Permission.COHORT_CHANGE, PROGRAMME, now=now)
    cohort = Cohort(name=name, time_zone=time_zone, starts_on=starts_on, ends_on=ends_on, state=state)
    cohort.anywhere_on_earth, cohort.review_days = anywhere_on_earth, review_days
    cohort.tracks = [
        Track(position=place, name=t.name, target_min=t.low, target_aim=t.aim, target_max=t.high)
        for place, t in enumerate(tracks, start=1)
    ]
    db.session.add(cohort)
    flush_or_conflict(NAME_TAKEN)
    after: dict[str, object] = {
        "name": name,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }
    if copy_of is not None:
        after["copy_of"] = copy_of
    subject = ("cohort", cohort.id)
    record(Tag.COHORT_CREATE, actor_id=actor.id if actor else None, subject=subject, now=now, after=after)
    return cohort


def describe_cohort(
    cohort: Cohort,
    *,
    name: str,
    review_days: int,
    grace_hours: int,
    very_late_days: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what says nothing about dates. Raises ForbiddenStepError if it is archived, ConflictError for a name."""
    require(actor, Permission.COHORT_CHANGE, cohort, now=now)
    check_changeable(cohort.state)
    after = {"name": name, "review_days": review_days}
    after |= {"grace_hours": grace_hours, "very_late_days": very_late_days}
    before = {key: getattr(cohort, key) for key in after}
    if before == after:
        return
    for key, value in after.items():
        setattr(cohort, key, value)
    flush_or_conflict(NAME_TAKEN)
    subject = ("cohort", cohort.id)
    record(Tag.COHORT_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def step_cohort(cohort: Cohort, *, state: CohortState, actor: Actor, now: datetime) -> None:
    """Take the cohort one state on, or one back. Safe to do twice. Raises ForbiddenStepError."""
    require(actor, Permission.COHORT_CHANGE, cohort, now=now)
    lock_cohort(cohort)
    before = cohort.state
    if state is before:
        return
    check_step(before, state)
    if before is CohortState.PLANNING and not cohort.phases:
        raise ForbiddenStepError(
            "This cohort has no phase yet, so nothing would ever be due. Add its phases first."
        )
    cohort.state = state
    db.session.flush()
    subject = ("cohort", cohort.id)
    steps = {"before": {"state": before}, "after": {"state": state}}
    record(Tag.COHORT_STEP, actor_id=actor.id, subject=subject, now=now, **steps)


def write_plan(cohort: Cohort, plan: Plan) -> dict[PhasePlan, Phase]:
    """Make the cohort's days, zone, phases and breaks those of the plan; its phases. What the plan has not stays."""
    cohort.starts_on, cohort.ends_on = plan.starts_on, plan.ends_on
    cohort.time_zone, cohort.anywhere_on_earth = plan.time_zone, plan.anywhere_on_earth
    phases = {phase.id: phase for phase in cohort.phases}
    breaks = {pause.id: pause for pause in cohort.breaks}
    written: dict[PhasePlan, Phase] = {}
    for wanted in plan.phases:
        written[wanted] = phases[wanted.key] if wanted.key else Phase(cohort=cohort)
        _write_phase(written[wanted], wanted)
    for rest in plan.breaks:
        pause = breaks[rest.key] if rest.key else Break(cohort=cohort)
        pause.name, pause.starts_on, pause.ends_on = rest.name, rest.starts_on, rest.ends_on
        pause.effect = rest.effect
        db.session.add(pause)
    db.session.flush()
    return written


def _write_phase(phase: Phase, wanted: PhasePlan) -> None:
    phase.name, phase.starts_on, phase.ends_on = wanted.name, wanted.starts_on, wanted.ends_on
    phase.weekday, phase.due_time = wanted.weekday, wanted.due_time
    phase.cadence_weeks, phase.authorship = wanted.cadence_weeks, wanted.authorship
    db.session.add(phase)


def phase_on(phases: Sequence[Phase], day: date) -> Phase:
    """The phase that is on this day, else the one that is nearest to it."""
    return min(phases, key=lambda phase: max(phase.starts_on - day, day - phase.ends_on, timedelta()))


def add_period(cohort: Cohort, place: NumberedSlot, phase: Phase) -> None:
    """A report period in its place of the calendar; not flushed."""
    period = ReportPeriod(cohort=cohort, phase=phase, number=place.number)
    period.opens_at, period.due_at = place.slot.opens_at, place.slot.due_at
    db.session.add(period)


def add_phase(
    cohort: Cohort,
    *,
    name: str,
    starts_on: date,
    ends_on: date,
    authorship: AuthorshipMode = AuthorshipMode.FELLOW_WRITES,
    cadence_weeks: int = 1,
    weekday: int = FRIDAY,
    at: time = CLOSE_OF_DAY,
) -> Phase:
    """A phase after all others, with its report periods, numbered on from the cohort's last."""
    wanted = PhasePlan(name, starts_on, ends_on, weekday, at, cadence_weeks, authorship)
    phase = Phase(cohort=cohort)
    _write_phase(phase, wanted)
    db.session.flush()
    last = select(func.coalesce(func.max(ReportPeriod.number), 0)).where(ReportPeriod.cohort_id == cohort.id)
    begun = db.session.scalar(last) or 0
    for number, slot in enumerate(slots(wanted, zone_name=cohort.deadline_zone), start=begun + 1):
        add_period(cohort, NumberedSlot(number, wanted, slot), phase)
    db.session.flush()
    return phase
