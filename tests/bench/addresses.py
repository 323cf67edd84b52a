"""The pages that show how a programme is made up: each list with each of its filters."""

from sqlalchemy import func, select

from program.cohorts.models import Cohort, CohortState, Track
from program.extensions import db
from program.fellows.models import Assignment, Fellowship, FellowshipStage
from program.mentors.models import Engagement, EngagementStage, Mentor
from program.organisations.models import Organisation

PAGES = (
    ("staff home", "/staff"),
    ("cohorts", "/cohorts"),
    ("cohorts in a state", "/cohorts?state=running"),
    ("cohort", "/cohorts/{cohort}"),
    ("moving a cohort", "/cohorts/{cohort}/move"),
    ("cohort that is over", "/cohorts/{over}"),
    ("board", "/cohorts/{cohort}/board"),
    ("portfolio", "/cohorts/{cohort}/portfolio"),
    ("portfolio of one that is over", "/cohorts/{over}/portfolio"),
    ("tracks", "/cohorts/{cohort}/tracks"),
    ("mentor pool", "/mentors"),
    ("pool by a part of a name", "/mentors?who={part}"),
    ("pool of an organisation", "/mentors?organisation={employer}"),
    ("pool of a cohort", "/mentors?cohort={cohort}"),
    ("pool at a stage", "/mentors?stage=contacted"),
    ("pool on a track", "/mentors?track=Governance"),
    ("pool of an owner", "/mentors?owner={owner}"),
    ("mentor", "/mentors/{mentor}"),
    ("board of mentors", "/cohorts/{cohort}/mentors"),
    ("board of mentors on a track", "/cohorts/{cohort}/mentors?track={track}"),
    ("mentors of a cohort", "/cohorts/{cohort}/mentors/list"),
    ("mentors of a cohort by a part of a name", "/cohorts/{cohort}/mentors/list?who={part}"),
    ("mentors of a cohort at a stage", "/cohorts/{cohort}/mentors/list?stage=confirmed"),
    ("mentors of a cohort on a track", "/cohorts/{cohort}/mentors/list?track={track}"),
    ("mentors of a cohort of an owner", "/cohorts/{cohort}/mentors/list?owner={owner}"),
    ("engagement", "/engagements/{engagement}"),
    ("mentor who withdraws", "/engagements/{engagement}/withdrawal"),
    ("people", "/people"),
    ("people of a role", "/people?role=mentor"),
    ("people of a rare role", "/people?role=staff"),
    ("people who are active", "/people?standing=active"),
    ("people who are invited", "/people?standing=invited"),
    ("people who are disabled", "/people?standing=disabled"),
    ("people by a part of a name", "/people?who={part}"),
    ("person", "/people/{person}"),
)
"""A name and an address; what stands in braces is looked up in the programme."""


def find_objects() -> dict[str, object]:
    """What the addresses speak of: of each sort one that has much to it."""
    scalar = db.session.scalar
    cohort = scalar(
        select(Cohort.id).where(Cohort.state == CohortState.RUNNING).order_by(Cohort.starts_on).limit(1)
    )
    active = Fellowship.cohort_id == cohort, Fellowship.stage == FellowshipStage.ACTIVE
    place = scalar(select(Fellowship).where(*active).order_by(Fellowship.id).limit(1))
    mentors = select(Assignment.mentor_id).join(Assignment.fellowship).where(*active)
    asked = select(Engagement.owner_id).where(
        Engagement.cohort_id == cohort, Engagement.owner_id.is_not(None)
    )
    employers = select(Mentor.organisation_id).where(Mentor.organisation_id.is_not(None))
    return {
        "cohort": cohort,
        "over": scalar(
            select(Cohort.id).where(Cohort.state == CohortState.CLOSED).order_by(Cohort.id.desc()).limit(1)
        ),
        "track": scalar(select(Track.id).where(Track.cohort_id == cohort).order_by(Track.position).limit(1)),
        "fellowship": place.id,
        "person": place.account_id,
        "part": place.account.name[-4:].lower(),
        "manager": place.research_manager_id,
        "mentor": _most(mentors, Assignment.mentor_id),
        "owner": _most(asked, Engagement.owner_id),
        "employer": _most(select(Organisation.name).join(Mentor), Organisation.name),
        "organisation": _most(employers, Mentor.organisation_id),
        "engagement": scalar(
            select(Engagement.id)
            .where(Engagement.cohort_id == cohort, Engagement.stage == EngagementStage.CONFIRMED)
            .order_by(Engagement.id)
            .limit(1)
        ),
    }


def _most(query, column):
    """The value that is there most often."""
    return db.session.scalar(query.group_by(column).order_by(func.count().desc(), column).limit(1))
