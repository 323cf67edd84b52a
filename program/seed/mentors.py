"""The mentor pool: people, their engagements with every step, and when they are away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.clock import deadline
from program.folding import fold
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor, MentorAbsence
from program.mentors.services import LAST_MINUTE
from program.seed.bulk import BATCH, Batch, Rows
from program.seed.ground import add_account
from program.seed.paths import RECRUITED, walked
from program.seed.plan import CohortPlan, Size, at, share
from program.seed.words import anybody, dice, words

AWAY, AFFILIATED = 0.1, 0.85
MOST = 3
"""In how many cohorts a mentor is engaged at most."""
NEAR = 12
"""How many cohorts on, at most, a mentor comes back."""
OPEN = (EngagementStage.IDENTIFIED, EngagementStage.CONTACTED, EngagementStage.INTERESTED)
GOT_ON = {EngagementStage.CONFIRMED, EngagementStage.WITHDRAWN}
WITH_REASON = {EngagementStage.DECLINED, EngagementStage.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Pool:
    """What the rows of mentors refer to. Organisations have weights: some are large."""

    size: Size
    cohorts: Sequence[CohortPlan]
    organisations: Sequence[int]
    staff: Sequence[int]

    @property
    def weights(self) -> list[float]:
        """Zipf's law: the second is half as large as the first, the third a third."""
        return [1 / rank for rank, _organisation in enumerate(self.organisations, start=1)]


def mentor_batches(pool: Pool) -> Iterator[Rows]:
    """All mentors, some at a time. Notes on each cohort's plan who is confirmed on which track."""
    order = (Account, AccountRole, Mentor, MentorAbsence, Engagement, EngagementStep)
    batch = Batch.of(dice(pool.size.number, "mentors"), *order)
    employers = iter(batch.rng.choices(pool.organisations, pool.weights, k=pool.size.mentors))
    for place in range(pool.size.mentors):
        _add(batch, pool, place, next(employers))
        if place % BATCH == BATCH - 1:
            yield batch.taken()
    yield batch.taken()


def _add(batch: Batch, pool: Pool, place: int, employer: int) -> None:
    rng = batch.rng
    person, number = anybody(rng), batch.number(Mentor)
    track, about = rng.choice(list(words()["tracks"].items()))
    stages = {_engage(batch, pool, number, cohort, track) for cohort in _engaged_in(batch, pool, place)}
    email = person.email(number, "mentors")
    account = add_account(batch, person, email, Role.MENTOR, size=pool.size) if stages & GOT_ON else None
    batch.add(
        Mentor,
        id=number,
        name=person.name,
        account_id=account,
        organisation_id=employer if rng.random() < AFFILIATED else None,
        email=email,
        expertise=", ".join(rng.sample(about["skills"], 2)),
        links=f"https://{email.split('@', maxsplit=1)[0]}.example",
        folded=fold(person.name),
    )
    if rng.random() < AWAY:
        _send_away(batch, pool, number)


def _engaged_in(batch: Batch, pool: Pool, place: int) -> list[CohortPlan]:
    first = share(place, of=pool.size.mentors, among=pool.cohorts)
    near = range(1, min(NEAR, len(pool.cohorts) - 1) + 1)
    later = batch.rng.sample(near, min(batch.rng.randrange(MOST), len(near)))
    return [pool.cohorts[(first + more) % len(pool.cohorts)] for more in (0, *later)]


def _engage(batch: Batch, pool: Pool, mentor: int, cohort: CohortPlan, track: str) -> EngagementStage:
    rng, number, day = batch.rng, batch.number(Engagement), pool.size.day
    owner, wanted = rng.choice(pool.staff), rng.randint(2, 6)
    [path] = rng.choices(RECRUITED, [path.weight for path in RECRUITED])
    steps = walked(path, cohort, day=day, rng=rng)
    stage, since = steps[-1]
    confirmed = stage is EngagementStage.CONFIRMED
    asked = stage in OPEN and not cohort.is_over
    until = day + timedelta(days=rng.randint(-5, 25)) if asked else None
    zone = words()["zones"][cohort.id % len(words()["cities"])]
    if confirmed:
        cohort.confirmed.setdefault(cohort.tracks[track], []).append(mentor)
    batch.add(
        Engagement,
        id=number,
        mentor_id=mentor,
        cohort_id=cohort.id,
        track_id=cohort.tracks[track],
        stage=stage,
        stage_since=at(since),
        seats_min=1,
        seats_wanted=wanted,
        seats_granted=max(1, wanted - rng.randint(0, 2)) if confirmed else 0,
        next_step=rng.choice(words()["steps"]) if asked else "",
        next_step_on=until,
        next_step_due_at=deadline(until, LAST_MINUTE, zone) if until else None,
        owner_id=owner if asked else None,
    )
    for before, (after, on) in zip([None, *(taken for taken, _on in steps)], steps, strict=False):
        batch.add(
            EngagementStep,
            id=batch.number(EngagementStep),
            engagement_id=number,
            from_stage=before,
            to_stage=after,
            at=at(on),
            by_id=owner,
            reason=rng.choice(words()["reasons"]) if after in WITH_REASON else "",
        )
    return stage


def _send_away(batch: Batch, pool: Pool, mentor: int) -> None:
    first = pool.size.day + timedelta(days=batch.rng.randint(-60, 120))
    batch.add(
        MentorAbsence,
        id=batch.number(MentorAbsence),
        mentor_id=mentor,
        starts_on=first,
        ends_on=first + timedelta(days=batch.rng.randint(3, 40)),
        reason=batch.rng.choice(words()["absences"]),
    )
