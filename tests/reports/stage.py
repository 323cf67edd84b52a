"""Who plays in the machine of reports, by name, and the world that the model begins with."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from program.access import Role
from program.accounts.models import Account
from program.clock import today
from program.cohorts.models import AuthorshipMode, ReportPeriod
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.mentors.models import Engagement, Mentor
from tests.factories import NOW, make_account, make_assignment, make_engagement, make_mentor
from tests.reports.model import Slot, World
from tests.scenarios import Cast

FELLOWS = ("fellow", "other_fellow")
MANAGERS = ("manager", "other_manager")
MENTORS = ("mentor", "co", "other_mentor", "spare")
PEOPLE = (*FELLOWS, *MANAGERS, *MENTORS, "staff")


class Player(NamedTuple):
    """An account as the policy needs to know it; nobody's roles change here."""

    id: int
    roles: frozenset[Role]


@dataclass(frozen=True)
class Stage:
    """The ids of everybody and everything, for a run reads them anew."""

    accounts: dict[str, int]
    players: dict[int, Player]
    fellowships: dict[str, int]
    mentors: dict[str, int]
    engagements: dict[str, int]
    periods: dict[int, int]

    def account(self, name: str) -> Account:
        return db.session.get_one(Account, self.accounts[name])

    def fellowship(self, name: str) -> Fellowship:
        return db.session.get_one(Fellowship, self.fellowships[name])

    def name(self, account_id: int) -> str:
        return next(name for name, own in self.accounts.items() if own == account_id)

    def mentors_of(self, fellow: str, now: datetime) -> set[str]:
        """Who mentors the fellow on this day."""
        query = select(Assignment).filter_by(fellowship_id=self.fellowships[fellow])
        held = {one.mentor_id for one in db.session.scalars(query) if one.holds_on(now.date())}
        return {name for name, mentor in self.mentors.items() if mentor in held}

    def world(self, phase: AuthorshipMode) -> World:
        """Nothing is written yet."""
        slots = {}
        for number, period_id in self.periods.items():
            period = db.session.get_one(ReportPeriod, period_id)
            day = today(period.due_at, "Europe/London")
            for fellow in FELLOWS:
                slot = Slot(fellow, number, period.opens_at, period.due_at, day, period.due_at)
                slots[fellow, number] = slot
        managers = dict(zip(FELLOWS, MANAGERS, strict=True))
        return World(NOW, phase, slots, managers, {fellow: {} for fellow in FELLOWS})


def set_stage(cast: Cast) -> Stage:
    """Two fellows with a research manager each; a co-mentor beside the first's mentor, one more who is free."""
    roles = {"other_manager": Role.RESEARCH_MANAGER, "co": Role.MENTOR, "spare": Role.MENTOR}
    people = {
        name: make_account(name=f"The {name.replace('_', ' ')}", roles=[role]) for name, role in roles.items()
    }
    mentors = {"mentor": cast.mentorship, "other_mentor": cast.other_mentorship}
    for name in ("co", "spare"):
        mentors[name] = make_mentor(people[name])
        make_engagement(mentors[name], cast.cohort, track="Interpretability")
    make_assignment(cast.fellowship, mentors["co"], kind=AssignmentKind.CO)
    cast.other_fellowship.research_manager = people["other_manager"]
    db.session.commit()
    accounts = {name: people.get(name) or getattr(cast, name) for name in PEOPLE}
    periods = db.session.execute(
        select(ReportPeriod.number, ReportPeriod.id).filter_by(cohort_id=cast.cohort.id)
    ).all()
    return Stage(
        accounts={name: account.id for name, account in accounts.items()},
        players={one.id: Player(one.id, one.roles) for one in accounts.values()},
        fellowships={"fellow": cast.fellowship.id, "other_fellow": cast.other_fellowship.id},
        mentors={name: mentor.id for name, mentor in mentors.items()},
        engagements={name: _engagement(mentor) for name, mentor in mentors.items()},
        periods={row.number: row.id for row in periods},
    )


def _engagement(mentor: Mentor) -> int:
    return db.session.scalars(select(Engagement.id).filter_by(mentor_id=mentor.id)).one()
