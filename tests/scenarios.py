"""Situations that many tests begin in."""

from dataclasses import dataclass

from program.access import Role
from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.fellows.models import Fellowship
from program.mentors.models import Mentor
from program.reports.templates import ensure_template
from tests.factories import (
    make_account,
    make_assignment,
    make_cohort,
    make_engagement,
    make_fellowship,
    make_mentor,
)


@dataclass
class Cast:
    """Two pairs of fellow and mentor, who have nothing to do with each other, and who runs the programme."""

    cohort: Cohort
    staff: Account
    analyst: Account
    manager: Account
    mentor: Account
    other_mentor: Account
    fellow: Account
    other_fellow: Account
    mentorship: Mentor
    other_mentorship: Mentor
    fellowship: Fellowship
    other_fellowship: Fellowship


def running_cohort() -> Cast:
    """A cohort in its fifth week with the cast in it, the weekly template, and nothing written yet."""
    ensure_template()
    cohort = make_cohort()
    manager = make_account(name="Helena Strand", roles=[Role.RESEARCH_MANAGER])
    mentor = make_account(name="Margit Vanders", roles=[Role.MENTOR], time_zone="America/New_York")
    other_mentor = make_account(name="Desmond Oyelaran", roles=[Role.MENTOR])
    fellow = make_account(name="Amara Okafor", roles=[Role.FELLOW])
    other_fellow = make_account(name="Kwame Boadu", roles=[Role.FELLOW], time_zone="Africa/Accra")
    mentorship, other_mentorship = make_mentor(mentor), make_mentor(other_mentor)
    fellowship = make_fellowship(fellow, cohort, manager=manager)
    other_fellowship = make_fellowship(other_fellow, cohort, track="Governance")
    make_engagement(mentorship, cohort, track="Interpretability")
    make_engagement(other_mentorship, cohort, track="Governance")
    make_assignment(fellowship, mentorship)
    make_assignment(other_fellowship, other_mentorship)
    return Cast(
        cohort=cohort,
        staff=make_account(name="Ruth Calloway", roles=[Role.STAFF, Role.ADMIN]),
        analyst=make_account(name="Lena Brandauer", roles=[Role.ANALYST]),
        manager=manager,
        mentor=mentor,
        other_mentor=other_mentor,
        fellow=fellow,
        other_fellow=other_fellow,
        mentorship=mentorship,
        other_mentorship=other_mentorship,
        fellowship=fellowship,
        other_fellowship=other_fellowship,
    )


def more_fellows(
    cast: Cast, count: int, *, track: str = "Interpretability", mentor: Mentor | None = None, first: int = 1
) -> list[Fellowship]:
    """So many more fellows in the cohort, each with the cast's mentor unless another is given."""
    fellowships = []
    for number in range(first, first + count):
        account = make_account(name=f"Fellow {track[0]}{number:03d}", roles=[Role.FELLOW])
        fellowship = make_fellowship(account, cast.cohort, track=track, manager=cast.manager)
        make_assignment(fellowship, mentor or cast.mentorship)
        fellowships.append(fellowship)
    return fellowships
