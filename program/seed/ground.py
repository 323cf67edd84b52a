"""What mentors and fellows stand on: organisations, those who run the programme, cohorts with their calendar."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from program.access import Role
from program.accounts.models import Account, AccountRole, folded_account
from program.cohorts.calendar import slots
from program.cohorts.models import (
    AuthorshipMode,
    Cohort,
    Phase,
    ReportPeriod,
    Track,
    TrackGroup,
    track_group_member,
)
from program.cohorts.plans import CLOSE_OF_DAY, FRIDAY, PhasePlan
from program.folding import fold
from program.organisations.models import Organisation, Sector
from program.seed.bulk import Batch, Rows, ids
from program.seed.plan import DAY, TRAINING_WEEKS, WEEK, CohortPlan, Size, at, first_days, state_of
from program.seed.words import Person, anybody, dice, words

SEASONS = ("Winter", "Spring", "Summer", "Autumn")
SECTORS = (Sector.ACADEMIA, Sector.ACADEMIA, Sector.NONPROFIT_RESEARCH, Sector.POLICY, Sector.EVALUATIONS)
TO_SORT_EVERY = 7
BEGAN = timedelta(days=4000)
"""Before everything else: when people were written down."""


def add_account(
    batch: Batch, person: Person, email: str, role: Role, *, size: Size, joined: bool = True
) -> int:
    """Somebody who can sign in, or is yet to join; their id."""
    number, since = batch.number(Account), at(size.day - BEGAN)
    folded = folded_account(name=person.name, email=email)
    batch.add(
        Account,
        id=number,
        email=email,
        name=person.name,
        folded=folded,
        time_zone=person.zone,
        created_at=since,
        joined_at=since if joined else None,
    )
    batch.add(AccountRole, account_id=number, role=role, folded=folded)
    return number


def organisation_rows(size: Size) -> Rows:
    """Universities, institutes and forums that nobody has heard of; some are yet to be sorted by staff."""
    batch = Batch.of(dice(size.number, "organisations"), Organisation)
    bodies, places = words()["bodies"], words()["places"]
    for place in range(size.organisations):
        number = batch.number(Organisation)
        body, town = bodies[place % len(bodies)], places[place // len(bodies) % len(places)]
        name = f"{body.format(town)} {number}"
        unsorted = place % TO_SORT_EVERY == TO_SORT_EVERY - 1
        batch.add(
            Organisation,
            id=number,
            name=name,
            folded=fold(name),
            sector=Sector.UNSORTED if unsorted else SECTORS[place % len(SECTORS)],
            provisional=unsorted,
        )
    return batch.taken()


def people_rows(size: Size) -> tuple[Rows, list[int], list[int]]:
    """Staff and research managers; and the ids of both."""
    batch = Batch.of(dice(size.number, "people"), Account, AccountRole)
    found: dict[Role, list[int]] = {Role.STAFF: [], Role.RESEARCH_MANAGER: []}
    first = next(ids(Account))
    for place in range(size.staff + size.managers):
        role = Role.STAFF if place < size.staff else Role.RESEARCH_MANAGER
        person = anybody(batch.rng)
        email = person.email(first + place, "programme")
        found[role].append(add_account(batch, person, email, role, size=size))
    return batch.taken(), found[Role.STAFF], found[Role.RESEARCH_MANAGER]


def plan_cohorts(size: Size) -> list[CohortPlan]:
    """The cohorts, the earliest first, with the ids that they and their tracks will have."""
    tracks = ids(Track)
    return [
        CohortPlan(
            number, first, state_of(first, size.day), {name: next(tracks) for name in words()["tracks"]}
        )
        for first, number in zip(first_days(size.cohorts, size.day), ids(Cohort), strict=False)
    ]


def cohort_rows(size: Size, cohorts: Iterable[CohortPlan]) -> Rows:
    """Cohorts with tracks, two phases and their report periods."""
    batch = Batch.of(
        dice(size.number, "cohorts"), Cohort, Track, TrackGroup, track_group_member, Phase, ReportPeriod
    )
    for cohort in cohorts:
        place, first = cohort.id % len(words()["cities"]), cohort.starts_on
        city, zone = words()["cities"][place], words()["zones"][place]
        batch.add(
            Cohort,
            id=cohort.id,
            name=f"{city}, {SEASONS[first.month % 12 // 3]} {first:%y}, run {cohort.id}",
            time_zone=zone,
            starts_on=first,
            ends_on=cohort.ends_on,
            state=cohort.state,
        )
        _add_tracks(batch, cohort)
        _add_calendar(batch, cohort, zone)
    return batch.taken()


def _add_tracks(batch: Batch, cohort: CohortPlan) -> None:
    for position, (name, about) in enumerate(words()["tracks"].items(), start=1):
        low, aim, high = about["aims"]
        batch.add(
            Track,
            id=cohort.tracks[name],
            cohort_id=cohort.id,
            position=position,
            name=name,
            target_min=low,
            target_aim=aim,
            target_max=high,
        )
    group = batch.number(TrackGroup)
    low, aim, high = words()["group"]["aims"]
    targets = {"target_min": low, "target_aim": aim, "target_max": high}
    batch.add(TrackGroup, id=group, cohort_id=cohort.id, name=words()["group"]["name"], **targets)
    for name in words()["group"]["tracks"]:
        batch.add(track_group_member, group_id=group, track_id=cohort.tracks[name])


def _add_calendar(batch: Batch, cohort: CohortPlan, zone: str) -> None:
    """Training and research, with a report owed every Friday."""
    first, last, weeks = cohort.starts_on, cohort.ends_on, count(1)
    research = first + TRAINING_WEEKS * WEEK
    for name, begins, ends, mode in (
        ("Training", first, research - 3 * DAY, AuthorshipMode.TOGETHER),
        ("Research", research, last, AuthorshipMode.FELLOW_WRITES),
    ):
        phase = batch.number(Phase)
        dates = {"starts_on": begins, "ends_on": ends, "weekday": FRIDAY, "due_time": CLOSE_OF_DAY}
        batch.add(Phase, id=phase, cohort_id=cohort.id, name=name, authorship=mode, **dates)
        for slot in slots(PhasePlan(name, begins, ends), zone_name=zone):
            batch.add(
                ReportPeriod,
                id=batch.number(ReportPeriod),
                cohort_id=cohort.id,
                phase_id=phase,
                number=next(weeks),
                opens_at=slot.opens_at,
                due_at=slot.due_at,
            )
