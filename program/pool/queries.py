"""Somebody of the mentor pool with the fellows they have and had."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from program.accounts.models import Account
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.mentors.models import MentorAbsence


def list_assignments(mentor_id: int) -> Sequence[Assignment]:
    """The fellows a mentor has and had, the latest first."""
    query = (
        select(Assignment)
        .join(Assignment.fellowship)
        .join(Fellowship.account)
        .where(Assignment.mentor_id == mentor_id)
        .order_by(Assignment.starts_on.desc(), Account.folded, Assignment.id)
        .options(
            contains_eager(Assignment.fellowship).contains_eager(Fellowship.account),
            contains_eager(Assignment.fellowship).joinedload(Fellowship.cohort),
        )
    )
    return db.session.scalars(query).all()


def clashing(absences: Iterable[MentorAbsence], assignments: Sequence[Assignment]) -> dict[int, list[str]]:
    """Who is the mentor's while they are away, by absence: names of fellows, in their order."""
    return {
        absence.id: [
            assignment.fellowship.account.name
            for assignment in assignments
            if assignment.starts_on <= absence.ends_on
            and (assignment.ends_on is None or assignment.ends_on >= absence.starts_on)
            and assignment.fellowship.starts_on <= absence.ends_on
            and assignment.fellowship.ends_on >= absence.starts_on
        ]
        for absence in absences
    }
