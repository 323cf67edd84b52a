"""Letting a fellowship go on: longer in its cohort, or in another one."""

from datetime import datetime

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.clock import DAY, written_day
from program.cohorts.models import Cohort, Phase, Track
from program.cohorts.states import check_changeable
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage, FellowshipStep
from program.fellows.queries import hold_fellowship
from program.fellows.services import FellowError, place_fellow
from program.fellows.stages import SEATED
from program.folding import fold


def extend_into_phase(
    fellowship: Fellowship, phase: Phase, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Let the fellowship last to the end of a later phase of its cohort. Raises FellowError.

    It is written down as a step from the stage to the same stage.
    """
    require(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    check_changeable(fellowship.cohort.state)
    hold_fellowship(fellowship)
    _check_goes_on(fellowship)
    ends_on = min(phase.ends_on, fellowship.cohort.ends_on)
    if phase.cohort_id != fellowship.cohort_id or ends_on <= fellowship.ends_on:
        raise FellowError("The fellowship lasts as long already. Choose a later phase.", field="to")
    before, fellowship.ends_on = fellowship.ends_on, ends_on
    stage = fellowship.stage
    step = FellowshipStep(
        fellowship_id=fellowship.id, from_stage=stage, to_stage=stage, at=now, by_id=actor.id
    )
    step.reason = reason
    db.session.add(step)
    db.session.flush()
    record(
        Tag.FELLOWSHIP_CHANGE,
        actor_id=actor.id,
        subject=("fellowship", fellowship.id),
        now=now,
        before={"ends_on": before.isoformat()},
        after={"ends_on": ends_on.isoformat()},
    )


def extend_into_cohort(
    fellowship: Fellowship, cohort: Cohort, *, reason: str, actor: Actor, now: datetime
) -> Fellowship:
    """A new place of the same person in another cohort, on the tracks of the same names. Raises FellowError."""
    require(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    check_changeable(cohort.state)
    _check_goes_on(fellowship, or_over=True)
    place = {
        "project": fellowship.project,
        "track": _same_track(fellowship.track, cohort),
        "second_track": _same_track(fellowship.second_track, cohort) if fellowship.second_track else None,
        "track_weight": fellowship.track_weight,
        "research_manager_id": fellowship.research_manager_id,
    }
    starts_on = max(cohort.starts_on, min(fellowship.ends_on + DAY, cohort.ends_on))
    why = f"Goes on from {fellowship.cohort.name}, until {written_day(fellowship.ends_on)} there. {reason}"
    return place_fellow(
        fellowship.account,
        cohort,
        stage=FellowshipStage.ACCEPTED,
        days=(starts_on, cohort.ends_on),
        place=place,
        reason=why.strip(),
        actor=actor,
        now=now,
    )


def _check_goes_on(fellowship: Fellowship, *, or_over: bool = False) -> None:
    if fellowship.stage in SEATED or (or_over and fellowship.stage is FellowshipStage.COMPLETED):
        return
    raise FellowError(
        f"{fellowship.account.name} is {fellowship.stage}: only a fellowship that goes on is extended.",
        field="to",
    )


def _same_track(track: Track, cohort: Cohort) -> Track:
    found = next((one for one in cohort.tracks if fold(one.name) == fold(track.name)), None)
    if found is None:
        raise FellowError(f"{cohort.name} has no track called {track.name}. Add it there first.", field="to")
    return found
