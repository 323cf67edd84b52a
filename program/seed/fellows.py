"""Fellows: accounts, places with every step, mentors and leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.fellows.models import (
    Assignment,
    AssignmentKind,
    Fellowship,
    FellowshipStage,
    FellowshipStep,
    Leave,
)
from program.folding import fold
from program.seed.bulk import BATCH, Batch, Rows
from program.seed.ground import add_account
from program.seed.paths import fellow_paths, walked
from program.seed.plan import CohortPlan, Size, at, share
from program.seed.words import anybody, dice, project, words

HELD = {FellowshipStage.ACTIVE, FellowshipStage.COMPLETED, FellowshipStage.WITHDRAWN}
"""Who has, or had, a mentor and a research manager."""
JOINED = {*HELD, FellowshipStage.ACCEPTED}
WITH_REASON = {FellowshipStage.DECLINED, FellowshipStage.WITHDRAWN, FellowshipStage.DEFERRED}
TWO_TRACKS, CO_MENTORED, ON_LEAVE = 0.08, 0.15, 0.05


@dataclass(frozen=True, slots=True)
class Intake:
    """What the rows of fellows refer to."""

    size: Size
    cohorts: Sequence[CohortPlan]
    staff: Sequence[int]
    managers: Sequence[int]


def fellow_batches(intake: Intake) -> Iterator[Rows]:
    """All fellows, some at a time."""
    order = (Account, AccountRole, Fellowship, FellowshipStep, Assignment, Leave)
    batch = Batch.of(dice(intake.size.number, "fellows"), *order)
    for place in range(intake.size.fellows):
        _add(batch, intake, intake.cohorts[share(place, of=intake.size.fellows, among=intake.cohorts)])
        if place % BATCH == BATCH - 1:
            yield batch.taken()
    yield batch.taken()


def _add(batch: Batch, intake: Intake, cohort: CohortPlan) -> None:
    rng, number = batch.rng, batch.number(Fellowship)
    person, paths = anybody(rng), fellow_paths(cohort, intake.size.day)
    [path] = rng.choices(paths, [path.weight for path in paths])
    steps = walked(path, cohort, day=intake.size.day, rng=rng)
    stage, since = steps[-1]
    joined = stage in JOINED
    email = person.email(number, "fellows")
    account = add_account(batch, person, email, Role.FELLOW, size=intake.size, joined=joined)
    ends_on = since if stage is FellowshipStage.WITHDRAWN else cohort.ends_on
    tracks = _tracks(batch, cohort, titled=joined)
    batch.add(
        Fellowship,
        id=number,
        account_id=account,
        cohort_id=cohort.id,
        research_manager_id=rng.choice(intake.managers) if stage in HELD else None,
        stage=stage,
        starts_on=cohort.starts_on,
        ends_on=ends_on,
        **tracks,
    )
    _walk(batch, number, steps, rng.choice(intake.staff))
    if stage in HELD:
        ended = None if stage is FellowshipStage.ACTIVE else ends_on
        _mentor(batch, number, cohort, tracks["track_id"], ended)
        if rng.random() < ON_LEAVE:
            _leave(batch, number, cohort.starts_on)


def _tracks(batch: Batch, cohort: CohortPlan, *, titled: bool) -> dict[str, Any]:
    """One track or two, and what is worked on there: whoever has a place has a title for it."""
    rng, names = batch.rng, list(cohort.tracks)
    [first] = rng.choices(names, [words()["tracks"][name]["aims"][1] for name in names])
    second = rng.choice([name for name in names if name != first]) if rng.random() < TWO_TRACKS else None
    title = project(rng, first) if titled else ""
    return {
        "track_id": cohort.tracks[first],
        "second_track_id": cohort.tracks[second] if second else None,
        "track_weight": 60 if second else 100,
        "project": title,
        "folded": fold(title),
    }


def _walk(batch: Batch, fellowship: int, steps: Sequence[tuple[FellowshipStage, date]], by: int) -> None:
    for before, (after, on) in zip([None, *(stage for stage, _on in steps)], steps, strict=False):
        batch.add(
            FellowshipStep,
            id=batch.number(FellowshipStep),
            fellowship_id=fellowship,
            from_stage=before,
            to_stage=after,
            at=at(on),
            by_id=by,
            reason=batch.rng.choice(words()["reasons"]) if after in WITH_REASON else "",
        )


def _mentor(batch: Batch, fellowship: int, cohort: CohortPlan, track: int, ended: date | None) -> None:
    """A mentor of the fellow's track, or of any if it has none; some have a second beside."""
    rng = batch.rng
    everybody = [mentor for mentors in cohort.confirmed.values() for mentor in mentors]
    own = cohort.confirmed.get(track) or everybody
    chosen = [rng.choice(own)] if own else []
    if rng.random() < CO_MENTORED and len(everybody) > 1:
        chosen.append(rng.choice([mentor for mentor in everybody if mentor != chosen[0]]))
    for mentor, kind in zip(chosen, (AssignmentKind.PRIMARY, AssignmentKind.CO), strict=False):
        batch.add(
            Assignment,
            id=batch.number(Assignment),
            fellowship_id=fellowship,
            mentor_id=mentor,
            kind=kind,
            starts_on=cohort.starts_on,
            ends_on=ended,
        )


def _leave(batch: Batch, fellowship: int, starts_on: date) -> None:
    first = starts_on + timedelta(days=batch.rng.randint(7, 60))
    batch.add(
        Leave,
        id=batch.number(Leave),
        fellowship_id=fellowship,
        starts_on=first,
        ends_on=first + timedelta(days=batch.rng.randint(1, 10)),
        reason=batch.rng.choice(words()["leaves"]),
    )
