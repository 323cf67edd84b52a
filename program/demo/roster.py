"""The people of the demo in their cohort: accounts, mentors, places, and who mentors whom."""

from dataclasses import dataclass
from datetime import date, datetime

from program.access import Role
from program.accounts.models import Account
from program.accounts.services import create_account
from program.cohorts.models import Cohort, ReportPeriod, Track
from program.demo import people
from program.demo.people import FellowPerson, MentorPerson, Person
from program.demo.setting import DAY, running_cohort
from program.extensions import db
from program.fellows.models import Assignment, Fellowship, FellowshipStage
from program.mentors.models import Engagement, EngagementStage, Mentor
from program.organisations.models import Organisation
from program.organisations.queries import list_organisations
from program.organisations.services import load_catalogue
from program.reports.models import ReportTemplate
from program.reports.templates import ensure_template


@dataclass(frozen=True)
class Place:
    """One fellow's place and what is written in it; `seed` makes its texts their own."""

    person: FellowPerson
    fellowship: Fellowship
    template: ReportTemplate
    seed: int

    def mentor_at(self, instant: datetime) -> Account:
        """Whoever mentored the fellow then."""
        held = (a.mentor.account for a in self.fellowship.assignments if a.holds_on(instant.date()))
        return next(account for account in held if account is not None)


@dataclass(frozen=True)
class Demo:
    """The cohort at the moment `now`, as the scenarios need it."""

    now: datetime
    cohort: Cohort
    administrator: Account
    coordinator: Account
    periods: dict[int, ReportPeriod]
    places: list[Place]


def account_for(person: Person, *roles: Role, actor: Account | None, now: datetime) -> Account:
    """An account of an invented person, who reads times in their own zone."""
    return create_account(
        email=person.email, name=person.name, roles=roles, time_zone=person.zone, actor=actor, now=now
    )


def engaged_mentor(
    person: MentorPerson,
    *,
    account: Account | None,
    organisation: Organisation,
    cohort: Cohort,
    track: Track,
    now: datetime,
) -> Mentor:
    """A mentor in the pool and their engagement in the cohort; only confirmed ones were given their seats."""
    stage = EngagementStage(person.stage)
    mentor = Mentor(name=person.name, account=account, organisation=organisation)
    engagement = Engagement(mentor=mentor, cohort=cohort, track=track, stage=stage, stage_since=now)
    engagement.seats_wanted = person.seats + person.seats // 3
    engagement.seats_granted = person.seats if stage is EngagementStage.CONFIRMED else 0
    db.session.add(engagement)
    return mentor


def active_fellowship(
    person: FellowPerson, *, account: Account, cohort: Cohort, track: Track, mentor: Mentor, manager: Account
) -> Fellowship:
    """A place from the cohort's first day to its last, with one mentor from the first."""
    fellowship = Fellowship(account=account, cohort=cohort, track=track, research_manager=manager)
    fellowship.project, fellowship.stage = person.project, FellowshipStage.ACTIVE
    fellowship.starts_on, fellowship.ends_on = cohort.starts_on, cohort.ends_on
    fellowship.assignments = [Assignment(mentor=mentor, starts_on=cohort.starts_on)]
    db.session.add(fellowship)
    return fellowship


def change_of_mentor(fellowship: Fellowship, *, before: Mentor, on: date) -> None:
    """Until the day before, the fellow had somebody else."""
    present = fellowship.assignments[-1]
    earlier = Assignment(mentor=before, starts_on=present.starts_on, ends_on=on - DAY)
    present.starts_on = on
    fellowship.assignments.append(earlier)


def full_cohort(now: datetime) -> Demo:
    """Everybody in their place, with nothing written yet."""
    load_catalogue()
    began = now - 90 * DAY
    administrator = account_for(people.ADMINISTRATOR, Role.STAFF, Role.ADMIN, actor=None, now=began)
    coordinator = account_for(people.COORDINATOR, Role.STAFF, actor=administrator, now=began)
    account_for(people.ANALYST, Role.ANALYST, actor=administrator, now=began)
    cohort = running_cohort(now, actor=administrator)
    mentors = _mentors(cohort, actor=administrator, now=now - 75 * DAY)
    places = _places(cohort, mentors, actor=administrator, now=now - 45 * DAY)
    moved = next(place for place in places if place.person.name == "Tane Parata")
    change_of_mentor(moved.fellowship, before=mentors["Desmond Oyelaran"], on=cohort.starts_on + 10 * DAY)
    db.session.flush()
    periods = dict(enumerate(cohort.weeks, start=1))
    return Demo(now, cohort, administrator, coordinator, periods, places)


def _mentors(cohort: Cohort, *, actor: Account, now: datetime) -> dict[str, Mentor]:
    """The mentors by name. Those who are not confirmed stand in the pool without an account."""
    organisations = {organisation.name: organisation for organisation in list_organisations()}
    tracks = {track.name: track for track in cohort.tracks}
    accounts = {person: account_for(person, Role.MENTOR, actor=actor, now=now) for person in people.MENTORS}
    return {
        person.name: engaged_mentor(
            person,
            account=accounts.get(person),
            organisation=organisations[person.organisation],
            cohort=cohort,
            track=tracks[person.track],
            now=now,
        )
        for person in (*people.MENTORS, *people.PROSPECTS)
    }


def _managers(*, actor: Account, now: datetime) -> list[Account]:
    return [
        account_for(person, Role.RESEARCH_MANAGER, actor=actor, now=now)
        for person in people.RESEARCH_MANAGERS
    ]


def _places(cohort: Cohort, mentors: dict[str, Mentor], *, actor: Account, now: datetime) -> list[Place]:
    """A place for everybody; each research manager has an equal share of them."""
    managers = _managers(actor=actor, now=now)
    tracks = {track.name: track for track in cohort.tracks}
    template = ensure_template()
    share = len(people.FELLOWS) // len(managers)
    places = []
    for number, person in enumerate(people.FELLOWS):
        fellowship = active_fellowship(
            person,
            account=account_for(person, Role.FELLOW, actor=actor, now=now),
            cohort=cohort,
            track=tracks[person.track],
            mentor=mentors[person.mentor],
            manager=managers[number // share],
        )
        places.append(Place(person, fellowship, template, seed=number))
    return places
