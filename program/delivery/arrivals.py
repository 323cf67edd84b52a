"""Who is told that a fellow has a mentor or a research manager from now on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.clock import written_day
from program.delivery.letters import Letters, told
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship, Handover
from program.fellows.stages import SEATED
from program.notices.models import Notice
from program.presentation import path_to
from program.succession.words import News

PAGES = {"mentor": "home.mentor", "fellow": "home.fellow", "manager": "home.manager"}
"""Where each of those who are told is led."""


def new_mentors(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the mentor and the fellow, while the assignment stands: from when on they have each other."""
    place = joinedload(Assignment.fellowship)
    query = select(Assignment).options(
        joinedload(Assignment.mentor),
        place.joinedload(Fellowship.account),
        place.joinedload(Fellowship.cohort),
    )
    found = db.session.scalars(query.where(Assignment.id.in_([notice.subject_id for notice in notices])))
    standing = {one.id: one for one in found if one.fellowship.stage in SEATED}
    news = {
        notice.id: (_of_mentor(assignment, notice.rung), path_to(PAGES[notice.rung]))
        for notice in notices
        if (assignment := standing.get(notice.subject_id))
    }
    return told(notices, now, news)


def hand_overs(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the next research manager, of all who were handed over to them at once, and to each of these fellows."""
    found = _handed_over({notice.subject_id for notice in notices}, {notice.due_at for notice in notices})
    theirs = {notice.id: [one for one in found if _is_about(one, notice)] for notice in notices}
    news = {
        notice.id: (_of_manager(about, notice.rung), path_to(PAGES[notice.rung]))
        for notice in notices
        if (about := theirs[notice.id])
    }
    return told(notices, now, news)


def _is_about(one: Handover, notice: Notice) -> bool:
    """Whether it was to them, or is of them and they are in the programme."""
    told = {one.to_id, one.fellowship.account_id if one.fellowship.stage in SEATED else None}
    return one.at == notice.due_at and notice.account_id in told


def _handed_over(cohort_ids: set[int], moments: set[datetime | None]) -> Sequence[Handover]:
    """What was handed over at these moments, and has not been again since."""
    place = joinedload(Handover.fellowship)
    query = (
        select(Handover)
        .join(Handover.fellowship)
        .where(
            Fellowship.cohort_id.in_(cohort_ids),
            Fellowship.research_manager_id == Handover.to_id,
            Handover.at.in_(moments),
        )
        .options(place.joinedload(Fellowship.account), place.joinedload(Fellowship.cohort))
        .options(joinedload(Handover.to_manager))
        .order_by(Handover.id)
    )
    return db.session.scalars(query).all()


def _of_mentor(one: Assignment, part: str) -> News:
    fellow, mentor, cohort = one.fellowship.account.name, one.mentor.name, one.fellowship.cohort.name
    leads, begins = one.kind is AssignmentKind.PRIMARY, f"From {written_day(one.starts_on)}"
    if part == "mentor":
        role = "the mentor" if leads else "a co-mentor"
        return News(
            f"You mentor {fellow}",
            f"{begins} you are {role} of {fellow} in {cohort}.",
            "See your fellows",
            "you were chosen to mentor them",
        )
    role = "your mentor, and answers your reports" if leads else "your co-mentor"
    return News(
        f"{mentor} mentors you",
        f"{begins} {mentor} is {role} in {cohort}.",
        "See your week",
        "this is about your own mentor",
    )


def _of_manager(about: Sequence[Handover], part: str) -> News:
    cohort = about[0].fellowship.cohort.name
    if part == "manager":
        names = ", ".join(one.fellowship.account.name for one in about)
        return News(
            f"{len(about)} fellow{'' if len(about) == 1 else 's'} of {cohort} handed over to you",
            f"From now on you are research manager of {names}. You read what was written so far.",
            "See your fellows",
            "you were chosen as their research manager",
        )
    manager = about[0].to_manager
    named = manager.name if manager else "Somebody else"
    return News(
        f"{named} is your research manager",
        f"From now on {named} is your research manager in {cohort}.",
        "See your week",
        "this is about your own research manager",
    )
