"""Changing a cohort's calendar: all of it in one transaction, as it was previewed, or none of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.clock import today
from program.cohorts.models import Cohort, Phase, ReportPeriod
from program.cohorts.plans import PhasePlan, Plan
from program.cohorts.queries import lock_cohort
from program.cohorts.services import add_period, phase_on, write_plan
from program.cohorts.states import OVER, check_changeable
from program.deadlines.services import forget_deadlines, move_deadlines
from program.errors import ConflictError, ForbiddenStepError
from program.evaluations.standing import list_unanswered_rounds
from program.extensions import db, flush_or_conflict
from program.fellows.models import Assignment, Fellowship, Leave
from program.mentors.services import move_next_steps
from program.postponing.services import forget_requests
from program.schedule.changes import ZERO, Change
from program.schedule.queries import find_change, list_unclosed_waves, reaching_out

CHANGED_MEANWHILE = (
    "Somebody else changed this cohort's calendar at the same time. Nothing was changed: please look again."
)
WRITTEN_MEANWHILE = (
    "Somebody began a report in a week that was to go. Nothing was changed: please look again."
)
NO_PHASE_LEFT = (
    "Reports are asked for beside the calendar, and a phase says who writes them. Keep a phase, or take them back "
    "first. Nothing was changed."
)


def check_dates_open(cohort: Cohort) -> None:
    """Raises ForbiddenStepError if the cohort's dates stand for good: it is over."""
    check_changeable(cohort.state)
    if cohort.state in OVER:
        raise ForbiddenStepError(
            f"This cohort is {cohort.state}: its dates and its calendar stand. Take it back to running first, "
            "then change them. Nothing was changed."
        )


def change_calendar(
    cohort: Cohort, *, plan: Plan, by: timedelta = ZERO, seen: str, actor: Actor, now: datetime
) -> Change:
    """Make the cohort's plan this one, and its periods those of the plan's calendar. Periods keep their ids.

    `by`: the whole cohort moves so far, with its people's places, planned waves and unanswered rounds. `seen` is
    the digest of the change that was looked at. Raises ForbiddenStepError if the cohort is over or a report would lose
    its period, ConflictError if it is not that change any more.
    """
    require(actor, Permission.COHORT_CHANGE, cohort, now=now)
    lock_cohort(cohort)
    check_dates_open(cohort)
    change = find_change(cohort, plan, by=by)
    if seen != change.digest:
        raise ConflictError(CHANGED_MEANWHILE)
    if trouble := trouble_with(change):
        raise ForbiddenStepError(trouble)
    if change.before == change.after:
        return change
    _write(cohort, change)
    _write_down(cohort, change, actor=actor, now=now)
    return change


def trouble_with(change: Change) -> str:
    """Why a change cannot be made, and what to do; empty if it can."""
    if change.people.outside:
        return (
            f"{change.people.outside} of the fellows' places, assignments and leaves would lie wholly outside these "
            "days. Change them first, under Fellows."
        )
    if not change.stuck:
        return ""
    weeks = ", ".join(line.label for line in change.stuck)
    reports = sum(line.reports for line in change.stuck)
    several = len(change.stuck) > 1
    return (
        f"{'Weeks' if several else 'Week'} {weeks} would have no deadline left, and {reports} "
        f"{'reports are' if reports > 1 else 'report is'} written for {'them' if several else 'it'}. Nothing that is "
        "written is ever removed: keep a deadline there, by other days or by a break that moves deadlines."
    )


def _write(cohort: Cohort, change: Change) -> None:
    phases = write_plan(cohort, change.after)
    _place_periods(cohort, change, phases)
    kept = {phase.key for phase in change.after.phases} | {phase.id for phase in phases.values()}
    _keep_others(cohort, [phase for phase in cohort.phases if phase.id in kept])
    pauses = {pause.key for pause in change.after.breaks}
    for phase in [phase for phase in cohort.phases if phase.id not in kept]:
        db.session.delete(phase)
    for pause in change.before.breaks:
        if pause.key not in pauses:
            db.session.delete(next(own for own in cohort.breaks if own.id == pause.key))
    if change.by:
        _move_people(cohort, change.by)
        _move_waves(cohort, change)
        _move_rounds(cohort, change)
    elif change.people.cut:
        _cut_people(cohort, change.after)
    flush_or_conflict(WRITTEN_MEANWHILE)
    db.session.expire(cohort)
    move_next_steps(cohort)


def _place_periods(cohort: Cohort, change: Change, phases: dict[PhasePlan, Phase]) -> None:
    """Periods in their new places. Numbers are unique at every moment, so they are left before they are taken."""
    standing = {period.id: period for period in cohort.weeks}
    moved = [(line.move.period, line.move.slot) for line in change.lines]
    placed = {old.id: (old.due_at, new.slot.due_at) for old, new in moved if old and new}
    move_deadlines(placed, zone_name=change.after.deadline_zone)
    gone = [old.id for old, new in moved if old and not new]
    forget_deadlines(gone)
    forget_requests(gone)
    for line in change.lines:
        if line.move.period and line.move.slot is None:
            db.session.delete(standing[line.move.period.id])
        elif line.move.period and line.move.is_renumbered:
            standing[line.move.period.id].number = -line.move.period.id
    flush_or_conflict(WRITTEN_MEANWHILE)
    for line in change.lines:
        place = line.move.slot
        if place is None:
            continue
        if line.move.period is None:
            add_period(cohort, place, phases[place.phase])
            continue
        period = standing[line.move.period.id]
        period.number, period.phase = place.number, phases[place.phase]
        period.opens_at, period.due_at = place.slot.opens_at, place.slot.due_at
    flush_or_conflict(WRITTEN_MEANWHILE)


def _keep_others(cohort: Cohort, phases: Sequence[Phase]) -> None:
    """Reports beside the calendar stand, in the phase of their day or the nearest. Raises ForbiddenStepError."""
    query = select(ReportPeriod).where(ReportPeriod.cohort_id == cohort.id, ReportPeriod.number.is_(None))
    for period in db.session.scalars(query):
        if not phases:
            raise ForbiddenStepError(NO_PHASE_LEFT)
        period.phase = phase_on(phases, today(period.due_at, cohort.deadline_zone))


def _move_people(cohort: Cohort, by: timedelta) -> None:
    query = select(Fellowship).where(Fellowship.cohort_id == cohort.id)
    for place in db.session.scalars(query.options(selectinload(Fellowship.assignments))):
        place.starts_on, place.ends_on = place.starts_on + by, place.ends_on + by
        for assignment in place.assignments:
            assignment.starts_on += by
            assignment.ends_on = assignment.ends_on + by if assignment.ends_on else None


def _cut_people(cohort: Cohort, plan: Plan) -> None:
    own = select(Fellowship.id).where(Fellowship.cohort_id == cohort.id)
    places = {Fellowship: Fellowship.cohort_id == cohort.id}
    parts = {part: part.fellowship_id.in_(own) for part in (Assignment, Leave)}
    for part, theirs in (places | parts).items():
        early, late = reaching_out(part, plan)
        for condition, day in ((early, {"starts_on": plan.starts_on}), (late, {"ends_on": plan.ends_on})):
            cut = update(part).where(theirs, condition).values(day)
            db.session.execute(cut, execution_options={"synchronize_session": False})
    db.session.expire_all()


def _move_waves(cohort: Cohort, change: Change) -> None:
    lines = {line.id: line for line in change.waves if line.moves}
    for wave in list_unclosed_waves(cohort.id):
        if line := lines.get(wave.id):
            wave.opens_at, wave.closes_at = line.opens_after, line.closes_after


def _move_rounds(cohort: Cohort, change: Change) -> None:
    lines = {line.id: line for line in change.rounds}
    for asked in list_unanswered_rounds(cohort.id):
        if line := lines.get(asked.id):
            asked.opens_at, asked.due_at = line.opens_after, line.closes_after


def _write_down(cohort: Cohort, change: Change, *, actor: Actor, now: datetime) -> None:
    after: dict[str, object] = {
        "starts_on": change.after.starts_on.isoformat(),
        "ends_on": change.after.ends_on.isoformat(),
        "zone": change.after.deadline_zone,
        "phases": len(change.after.phases),
        "breaks": len(change.after.breaks),
        "deadlines_moved": change.count("moves"),
        "deadlines_new": change.count("new"),
        "deadlines_gone": change.count("goes"),
        "places_moved": change.people.fellowships,
        "places_cut": change.people.cut,
        "waves_moved": sum(wave.moves for wave in change.waves),
        "rounds_moved": sum(asked.moves for asked in change.rounds),
    }
    before: dict[str, object] = {
        "starts_on": change.before.starts_on.isoformat(),
        "ends_on": change.before.ends_on.isoformat(),
        "zone": change.before.deadline_zone,
        "phases": len(change.before.phases),
        "breaks": len(change.before.breaks),
    }
    if not change.by:
        were, are = _parts_of(change.before), _parts_of(change.after)
        before |= {name: said for name, said in were.items() if are.get(name) != said}
        after |= {name: said for name, said in are.items() if were.get(name) != said}
    tag = Tag.COHORT_MOVE if change.by else Tag.COHORT_CHANGE
    record(tag, actor_id=actor.id, subject=("cohort", cohort.id), now=now, before=before, after=after)


def _parts_of(plan: Plan) -> dict[str, str]:
    """Each phase and break, as the record says it."""
    phases = {
        f"phase {phase.name}": f"{phase.starts_on} to {phase.ends_on}, cadence {phase.cadence_weeks}, "
        f"{phase.due_time:%H:%M} on day {phase.weekday + 1}, {phase.authorship}"
        for phase in plan.phases
    }
    breaks = {
        f"break {pause.name}": f"{pause.starts_on} to {pause.ends_on}, {pause.effect}"
        for pause in plan.breaks
    }
    return phases | breaks
