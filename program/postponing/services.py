"""Giving extensions, excusing, taking both back: as it was previewed, or not at all; deciding what fellows ask."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import delete, select

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort
from program.cohorts.queries import lock_cohort
from program.cohorts.states import OVER, check_changeable
from program.cohorts.working import after_working_days
from program.deadlines.models import Deadline
from program.errors import ConflictError, ForbiddenStepError, NotFoundError
from program.extensions import db, flush_or_conflict
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.postponing.changes import Change, Line, Wish
from program.postponing.models import ExtensionRequest, RequestState
from program.postponing.queries import find_change, waits
from program.reports.desks import Desk

CHANGED_MEANWHILE = (
    "Something changed while you looked: a report was sent, or somebody else moved a deadline. Nothing was changed: "
    "please look again."
)
ASKED_ALREADY = "You have asked for a later deadline of this report already. Staff decide on it next."
NOTHING_TO_MOVE = "Nothing would change: it is due on that day already. Decline it, or give another day."

NEEDLESS = "The report was sent in time, or is not owed any more, so there is nothing to decide."


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
    _make(change, reason=reason, actor=actor, now=now)
    return change


def ask_extension(desk: Desk, *, wanted_on: date, reason: str, actor: Actor, now: datetime) -> None:
    """Ask staff for a later deadline. Raises ForbiddenStepError for what was sent, ConflictError if one is open."""
    require(actor, Permission.EXTENSION_ASK, desk.fellowship, now=now)
    if desk.report is not None and desk.report.first_submitted_at is not None:
        raise ForbiddenStepError("This report is sent already, so it needs no later deadline.")
    wish = ExtensionRequest(fellowship_id=desk.fellowship.id, period_id=desk.period.id, wanted_on=wanted_on)
    wish.reason, wish.created_at, wish.owed_at = (
        reason,
        now,
        decision_due(desk.fellowship.cohort, due_at=desk.due_at, now=now),
    )
    db.session.add(wish)
    flush_or_conflict(ASKED_ALREADY)
    subject, after = ("fellowship", desk.fellowship.id), _facts(wish, desk.period.title)
    record(Tag.EXTENSION_ASK, actor_id=actor.id, subject=subject, now=now, after=after)


def decision_due(cohort: Cohort, *, due_at: datetime, now: datetime) -> datetime:
    """By when staff are to decide what is asked now of a report that is due then.

    Before the deadline, for an answer after it is none to plan by; a working day later if that is sooner, so that
    whoever asks in good time hears in good time, or if the deadline is over already.
    """
    tomorrow = after_working_days(now, 1, zone_name=cohort.time_zone, breaks=cohort.breaks)
    return min(tomorrow, due_at) if due_at > now else tomorrow


def grant_request(
    asked: ExtensionRequest, *, wish: Wish, seen: str, word: str, actor: Actor, now: datetime
) -> Change:
    """Give what a fellow asked for, as the wish says. `seen` is the digest of the change that was looked at.

    Raises ConflictError if it is not that change any more, ForbiddenStepError if it was decided, or moves nothing.
    """
    cohort = asked.fellowship.cohort
    require(actor, Permission.DEADLINE_CHANGE, cohort, now=now)
    lock_cohort(cohort)
    check_open(cohort)
    _hold(asked)
    change = find_change(cohort, wish)
    if not change.changing:
        raise ForbiddenStepError(NOTHING_TO_MOVE)
    if seen != change.digest:
        raise ConflictError(CHANGED_MEANWHILE)
    _decide(asked, RequestState.GRANTED, word=word, actor=actor, now=now)
    _make(change, reason="On request.", actor=actor, now=now)
    return change


def decline_request(wish: ExtensionRequest, *, word: str, actor: Actor, now: datetime) -> None:
    """Leave the deadline as it is, and say so. Raises ForbiddenStepError if it was decided."""
    require(actor, Permission.DEADLINE_CHANGE, wish.fellowship, now=now)
    _hold(wish)
    _decide(wish, RequestState.DECLINED, word=word, actor=actor, now=now)
    post([Message(NoticeKind.EXTENSION_DECLINED, wish.fellowship.account_id, "request", wish.id)], now=now)


def forget_requests(period_ids: Collection[int]) -> None:
    """What was asked of periods that go."""
    db.session.execute(delete(ExtensionRequest).where(ExtensionRequest.period_id.in_(period_ids)))


def _hold(wish: ExtensionRequest) -> None:
    """Nobody else decides it before this transaction is over.

    Raises ForbiddenStepError if there is nothing to decide (any more), NotFoundError if its report is gone.
    """
    held = select(ExtensionRequest.state, waits()).where(ExtensionRequest.id == wish.id).with_for_update()
    found = db.session.execute(held).first()
    if found is None:
        raise NotFoundError("This request is gone: its report is not in the calendar any more.")
    if found[0] is not RequestState.OPEN:
        raise ForbiddenStepError(f"This request is {found[0]} already. Nothing was changed.")
    if not found[1]:
        raise ForbiddenStepError(NEEDLESS)


def _decide(wish: ExtensionRequest, state: RequestState, *, word: str, actor: Actor, now: datetime) -> None:
    before = _facts(wish, wish.period.title)
    wish.state, wish.word, wish.decided_by_id, wish.decided_at = state, word, actor.id, now
    db.session.flush()
    after, subject = _facts(wish, wish.period.title), ("fellowship", wish.fellowship_id)
    record(Tag.EXTENSION_DECIDE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def _facts(wish: ExtensionRequest, title: str) -> dict[str, str]:
    return {"report": title, "wanted_on": wish.wanted_on.isoformat(), "state": wish.state or "open"}


def _make(change: Change, *, reason: str, actor: Actor, now: datetime) -> None:
    _write(change.changing, reason=reason, actor=actor, now=now)
    _write_down(change.changing, actor=actor, now=now)
    post(_told(change, now), now=now)


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
    """One mail to each whose deadlines change, about the first of them; it says how many later ones did too."""
    rung = f"{change.wish.deed}:{int(now.timestamp())}"
    for _own, theirs in groupby(change.news, lambda line: line.slot.fellowship_id):
        first, *others = theirs
        subject, told = ("period", first.slot.period_id), f"{rung}:{len(others)}"
        yield Message(NoticeKind.DEADLINE_CHANGED, first.slot.account_id, *subject, first.after, told)
