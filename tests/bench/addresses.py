"""The pages that show how a programme is made up: each list with each of its filters."""

from collections.abc import Mapping

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
    ("cohorts that are over", "/cohorts?state=archived"),
    ("cohort", "/cohorts/{cohort}"),
    ("moving a cohort", "/cohorts/{cohort}/move"),
    ("cohort that is over", "/cohorts/{over}"),
    ("board", "/cohorts/{cohort}/board"),
    ("board of those to look at", "/cohorts/{cohort}/board?look=y"),
    ("board by track", "/cohorts/{cohort}/board?by_track=y"),
    ("board of a track", "/cohorts/{cohort}/board?track={track}"),
    ("board of a research manager", "/cohorts/{cohort}/board?manager={manager}"),
    ("board of a mentor", "/cohorts/{cohort}/board?mentor={mentor}"),
    ("portfolio", "/cohorts/{cohort}/portfolio"),
    ("portfolio of one that is over", "/cohorts/{over}/portfolio"),
    ("tracks", "/cohorts/{cohort}/tracks"),
    ("mentor pool", "/mentors"),
    ("pool by a part of a name", "/mentors?who=an"),
    ("pool of an organisation", "/mentors?organisation={employer}"),
    ("pool of a cohort", "/mentors?cohort={cohort}"),
    ("pool at a stage", "/mentors?stage=contacted"),
    ("pool on a track", "/mentors?track=Governance"),
    ("pool of an owner", "/mentors?owner={owner}"),
    ("mentor", "/mentors/{mentor}"),
    ("board of mentors", "/cohorts/{cohort}/mentors"),
    ("board of mentors on a track", "/cohorts/{cohort}/mentors?track={track}"),
    ("mentors of a cohort", "/cohorts/{cohort}/mentors/list"),
    ("mentors of a cohort by a part of a name", "/cohorts/{cohort}/mentors/list?who=an"),
    ("mentors of a cohort at a stage", "/cohorts/{cohort}/mentors/list?stage=confirmed"),
    ("mentors of a cohort on a track", "/cohorts/{cohort}/mentors/list?track={track}"),
    ("mentors of a cohort of an owner", "/cohorts/{cohort}/mentors/list?owner={owner}"),
    ("engagement", "/engagements/{engagement}"),
    ("mentor who withdraws", "/engagements/{engagement}/withdrawal"),
    ("fellows", "/cohorts/{cohort}/fellows"),
    ("fellows by a part of a name", "/cohorts/{cohort}/fellows?who=an"),
    ("fellows at a stage", "/cohorts/{cohort}/fellows?stage=active"),
    ("fellows on a track", "/cohorts/{cohort}/fellows?track={track}"),
    ("fellows of a research manager", "/cohorts/{cohort}/fellows?manager={manager}"),
    ("fellows of a mentor", "/cohorts/{cohort}/fellows?mentor={mentor}"),
    ("fellows without a mentor", "/cohorts/{cohort}/fellows?mentor=0"),
    ("preview of steps in bulk", "/cohorts/{cohort}/fellows/step?whom=all&stage=waitlisted&to=declined"),
    ("research managers of a cohort", "/cohorts/{cohort}/research-managers"),
    ("who is to be invited", "/cohorts/{cohort}/onboarding"),
    ("timeline", "/fellowships/{fellowship}"),
    ("mentors of a fellow", "/fellowships/{fellowship}/mentors"),
    ("leaves of a fellow", "/fellowships/{fellowship}/leaves"),
    ("handing a fellow over", "/fellowships/{fellowship}/hand-over"),
    ("dates of a cohort", "/cohorts/{cohort}/dates"),
    ("what closing a cohort ends", "/cohorts/{cohort}/close"),
    ("organisations", "/organisations"),
    ("organisations by a part of a name", "/organisations?named=univ"),
    ("organisations of a sector", "/organisations?sector=academia"),
    ("organisations to sort", "/organisations?sorting=to+sort"),
    ("organisation", "/organisations/{organisation}"),
    ("search", "/search?q=an"),
    ("search for people", "/search?q=an&kind=person"),
    ("search for mentors", "/search?q=an&kind=mentor"),
    ("search for projects", "/search?q=safety&kind=project"),
    ("search by two words", "/search?q=an+e"),
    ("people", "/people"),
    ("people of a role", "/people?role=mentor"),
    ("people of a rare role", "/people?role=staff"),
    ("people who are active", "/people?standing=active"),
    ("people who have not joined", "/people?standing=not+joined"),
    ("people who are disabled", "/people?standing=disabled"),
    ("people by a part of a name", "/people?who=an"),
    ("person", "/people/{person}"),
)
"""A name and an address; what stands in braces is looked up in the programme."""


def find_objects(counts: Mapping[str, int]) -> tuple[dict[str, object], dict[str, int]]:
    """What the addresses speak of, and of how many rows it has.

    Of each sort it is the one that has the most, or where a count is given, the one that has about as many.
    """
    scalar = db.session.scalar
    cohort = scalar(
        select(Cohort.id).where(Cohort.state == CohortState.RUNNING).order_by(Cohort.id.desc()).limit(1)
    )
    active = Fellowship.cohort_id == cohort, Fellowship.stage == FellowshipStage.ACTIVE
    place = scalar(select(Fellowship).where(*active).order_by(Fellowship.id).limit(1))
    among = {
        "mentor": (
            select(Assignment.mentor_id).join(Assignment.fellowship).where(*active),
            Assignment.mentor_id,
        ),
        "owner": (select(Engagement.owner_id).where(Engagement.owner_id.is_not(None)), Engagement.owner_id),
        "employer": (select(Organisation.name).join(Mentor), Organisation.name),
        "organisation": (
            select(Mentor.organisation_id).where(Mentor.organisation_id.is_not(None)),
            Mentor.organisation_id,
        ),
        "manager": (select(Fellowship.research_manager_id).where(*active), Fellowship.research_manager_id),
    }
    found = {name: _with(query, column, counts.get(name)) for name, (query, column) in among.items()}
    objects = {
        "cohort": cohort,
        "over": scalar(
            select(Cohort.id).where(Cohort.state == CohortState.CLOSED).order_by(Cohort.id.desc()).limit(1)
        ),
        "track": scalar(select(Track.id).where(Track.cohort_id == cohort).order_by(Track.position).limit(1)),
        "fellowship": place.id,
        "person": place.account_id,
        "engagement": scalar(
            select(Engagement.id)
            .where(Engagement.cohort_id == cohort, Engagement.stage == EngagementStage.CONFIRMED)
            .order_by(Engagement.id)
            .limit(1)
        ),
    }
    return objects | {n: v for n, (v, _count) in found.items()}, {
        n: count for n, (_v, count) in found.items()
    }


def _with(query, column, wanted):
    """The value that is there most often, or about as often as is wanted; and how often."""
    rows = (
        query.with_only_columns(column, func.count()).group_by(column).order_by(func.count().desc(), column)
    )
    values = db.session.execute(rows).all()
    return min(values, key=lambda row: abs(row[1] - wanted)) if wanted else values[0]
