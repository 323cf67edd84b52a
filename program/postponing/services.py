"""Giving extensions, excusing, taking both back: as it was previewed, or not at all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort
from program.cohorts.queries import lock_cohort
from program.cohorts.states import OVER, check_changeable
from program.deadlines.models import Deadline
from program.errors import ConflictError, ForbiddenStepError
from program.extensions import db
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.postponing.changes import Change, Line, Verdict, Wish
from program.postponing.queries import find_change

CHANGED_MEANWHILE = (
    "Something changed while you looked: a report was sent, or somebody else moved a deadline. Nothing was changed: "
    "please look again."
)


def check_open(cohort: Cohort) -> None:
    """Raises ForbiddenStepError if the cohort's deadlines stand for good: it is over."""
    check_changeable(cohort.state)
    if cohort.state in OVER:
        raise ForbiddenStepError(
            f"This cohort is {cohort.state}: its deadlines stand. Take it back to running first. Nothing was changed."
        )


def change_deadlines(
    cohort: Cohort, *, wish: Wish, reason: str, seen: str, actor: Actor, now: datetime
) -> Change:
    """Do what the wish says. `seen` is the digest of the change that was looked at; staff and the fellow read why.

    Raises ConflictError if it is not that change any more, ForbiddenStepError if the cohort is over.
    """
    require(actor, Permission.DEADLINE_CHANGE, cohort, now=now)
    lock_cohort(cohort)
    check_open(cohort)
    change = find_change(cohort, wish)
    if seen != change.digest:
        raise ConflictError(CHANGED_MEANWHILE)
    _write(change.changing, reason=reason, actor=actor, now=now)
    _write_down(change.changing, actor=actor, now=now)
    post(_told(change, now), now=now)
    return change


def _write(lines: Sequence[Line], *, reason: str, actor: Actor, now: datetime) -> None:
    standing = _standing(lines)
    for line in lines:
        key = (line.slot.fellowship_id, line.slot.period_id)
        deadline = standing.get(key)
        if line.after == line.slot.planned:
            if deadline is not None:
                db.session.delete(deadline)
            continue
        if deadline is None:
            deadline = Deadline(fellowship_id=key[0], period_id=key[1])
            db.session.add(deadline)
        deadline.due_at, deadline.excused = line.after, line.after is None
        deadline.reason, deadline.by_id, deadline.at = reason, actor.id, now
    db.session.flush()


def _standing(lines: Sequence[Line]) -> dict[tuple[int, int], Deadline]:
    people = {line.slot.fellowship_id for line in lines}
    found = db.session.scalars(select(Deadline).where(Deadline.fellowship_id.in_(people)))
    return {(one.fellowship_id, one.period_id): one for one in found}


def _write_down(lines: Sequence[Line], *, actor: Actor, now: datetime) -> None:
    for own, theirs in groupby(lines, lambda line: line.slot.fellowship_id):
        listed = list(theirs)
        before = {line.slot.title: _said(None if line.slot.excused else line.slot.due_at) for line in listed}
        after = {line.slot.title: _said(line.after) for line in listed}
        subject = ("fellowship", own)
        record(Tag.DEADLINE_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def _said(due_at: datetime | None) -> str:
    return due_at.isoformat() if due_at else "excused"


def _told(change: Change, now: datetime) -> Iterable[Message]:
    """One mail to each whose deadlines change, about the first of them; who has sent the report needs none."""
    rung = f"{change.wish.deed}:{int(now.timestamp())}"
    for _own, theirs in groupby(change.changing, lambda line: line.slot.fellowship_id):
        lines = [line for line in theirs if line.verdict is not Verdict.HEALED]
        if lines:
            slot, due_at = lines[0].slot, lines[0].after
            yield Message(
                NoticeKind.DEADLINE_CHANGED, slot.account_id, "period", slot.period_id, due_at, rung
            )
