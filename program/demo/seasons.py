"""The demo's cohorts beside the running one: one that is over, and one that is being put together."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from program.access import Role
from program.accounts.models import Account
from program.accounts.services import create_accounts
from program.cohorts.models import Cohort, CohortState, Track
from program.cohorts.services import TrackTarget, add_phase, create_cohort
from program.demo import people
from program.demo.chosen import walk_engagements, walk_fellowships
from program.demo.people import DATA, Person
from program.demo.roster import Demo
from program.demo.setting import DAY, WEEK, ZONE, season
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.mentors.models import Engagement, EngagementStage, Mentor

HALF_A_YEAR = timedelta(weeks=26)
MEANT_AFTER = (
    TrackTarget(people.INTERPRETABILITY, aim=0.30, low=0.20, high=0.40),
    TrackTarget(people.OVERSIGHT, aim=0.15, low=0.10, high=0.25),
    TrackTarget(people.EVALUATIONS, aim=0.15, low=0.10, high=0.25),
    TrackTarget(people.GOVERNANCE, aim=0.25, low=0.20, high=0.35),
    TrackTarget(people.TECHNICAL_GOVERNANCE, aim=0.15, low=0.10, high=0.25),
)
ASKED_AGAIN = (
    *[EngagementStage.CONTACTED] * 6,
    *[EngagementStage.INTERESTED] * 5,
    *[EngagementStage.CONFIRMED] * 4,
    EngagementStage.DECLINED,
)
"""Where the mentors of the running cohort stand in the next, by name."""


@dataclass(frozen=True)
class OtherPerson(Person):
    """A fellow of another cohort: of the one before or the one after, on a track, at a stage."""

    track: str
    cohort: str
    stage: str


def others() -> list[OtherPerson]:
    """Everybody who is not in the running cohort."""
    with (DATA / "others.csv").open(encoding="utf-8", newline="") as file:
        return [OtherPerson(domain="fellows", **row) for row in csv.DictReader(file)]


def other_cohorts(demo: Demo) -> None:
    """The cohort before with its fellows, and the one after with whoever applied and was asked so far."""
    targets = [
        TrackTarget(track.name, aim=track.target_aim, low=track.target_min, high=track.target_max)
        for track in demo.cohort.tracks
    ]
    before = _cohort(demo, targets, -HALF_A_YEAR, CohortState.ARCHIVED)
    _fellows(before, "before", demo)
    after = _cohort(demo, MEANT_AFTER, HALF_A_YEAR, CohortState.PLANNING)
    _fellows(after, "after", demo)
    _asked(after, demo)
    db.session.flush()


def _cohort(demo: Demo, targets: Sequence[TrackTarget], by: timedelta, state: CohortState) -> Cohort:
    starts_on, ends_on = demo.cohort.starts_on + by, demo.cohort.ends_on + by
    cohort = create_cohort(
        name=season(demo.now + by),
        time_zone=ZONE,
        starts_on=starts_on,
        ends_on=ends_on,
        tracks=targets,
        state=state,
        actor=demo.administrator,
        now=demo.now - 60 * DAY,
    )
    add_phase(cohort, name="Training", starts_on=starts_on, ends_on=starts_on + 2 * WEEK - DAY)
    add_phase(cohort, name="Research", starts_on=starts_on + 2 * WEEK, ends_on=ends_on)
    return cohort


def _fellows(cohort: Cohort, which: str, demo: Demo) -> None:
    persons = [person for person in others() if person.cohort == which]
    joined_at = demo.now - 200 * DAY if which == "before" else None
    accounts = create_accounts(
        {person.email: person.name for person in persons},
        roles=[Role.FELLOW],
        time_zone=ZONE,
        actor=demo.administrator,
        now=demo.now - 50 * DAY,
        joined_at=joined_at,
    )
    tracks = {track.name: track for track in cohort.tracks}
    places = [
        _place(account, cohort, tracks[person.track], FellowshipStage(person.stage))
        for person, account in zip(persons, accounts, strict=True)
    ]
    if which == "before":
        walk_fellowships(places, by=demo.coordinator, first_at=demo.now - 320 * DAY)
    else:
        walk_fellowships(places, by=demo.coordinator, first_at=demo.now - 70 * DAY)


def _place(account: Account, cohort: Cohort, track: Track, stage: FellowshipStage) -> Fellowship:
    place = Fellowship(account=account, cohort=cohort, track=track, stage=stage)
    place.starts_on, place.ends_on = cohort.starts_on, cohort.ends_on
    db.session.add(place)
    return place


def _asked(cohort: Cohort, demo: Demo) -> None:
    """Mentors of the running cohort are asked whether they come again."""
    tracks = {track.name: track for track in cohort.tracks}
    pool = {person.name: person for person in people.MENTORS}
    mentors = db.session.scalars(db.select(Mentor).order_by(Mentor.folded)).all()
    engagements = []
    willing = [mentor for mentor in mentors if mentor.name in pool]
    for mentor, stage in zip(willing, ASKED_AGAIN, strict=False):
        person = pool[mentor.name]
        engagement = Engagement(mentor=mentor, cohort=cohort, track=tracks[person.track], stage=stage)
        engagement.seats_min, engagement.seats_wanted = 1, person.seats
        engagement.seats_granted = person.seats if stage is EngagementStage.CONFIRMED else 0
        engagement.stage_since = demo.now
        engagements.append(engagement)
    db.session.add_all(engagements)
    db.session.flush()
    walk_engagements(engagements, by=demo.coordinator, first_at=demo.now - 40 * DAY, now=demo.now)
