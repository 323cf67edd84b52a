"""Writing what rows about assignments say."""

from collections.abc import Sequence
from datetime import datetime

from program.accounts.models import Account
from program.audit.models import Tag
from program.audit.services import record
from program.extensions import db
from program.fellows.models import Assignment
from program.imports.assignment_rows import AssignmentWork
from program.imports.known import batches
from program.imports.plans import Planned, told_of


def write_assignments(planned: Sequence[Planned], *, actor: Account, now: datetime) -> None:
    """Assignments that are new, and the days and kinds of those that were there."""
    todo = [row.work for row in planned if isinstance(row.work, AssignmentWork) and row.work.wishes]
    for batch in batches(todo):
        written = [(work, _assignment(work)) for work in batch]
        db.session.flush()
        for work, assignment in written:
            tag = Tag.ASSIGNMENT_START if work.assignment is None else Tag.FELLOWSHIP_CHANGE
            was, now_is = told_of(work.wishes)
            after: dict[str, object] = {"mentor": assignment.mentor_id, **now_is}
            subject, before = ("fellowship", work.place.id), was if work.assignment else {}
            record(tag, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def _assignment(work: AssignmentWork) -> Assignment:
    """The assignment as the row wants it."""
    assignment = work.assignment or Assignment(fellowship_id=work.place.id)
    for wish in work.wishes:
        setattr(assignment, wish.attribute, wish.after)
    if work.assignment is None:
        db.session.add(assignment)
    return assignment
