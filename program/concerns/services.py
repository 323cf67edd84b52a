"""Raising a concern, writing about it, and moving it on. Texts are in no event and in no message."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import or_, select, update

from program.access import Actor, Permission, require
from program.accounts.models import Account
from program.audit.models import Tag
from program.audit.services import record
from program.concerns.models import Concern, ConcernMessage, ConcernStaff, ConcernState
from program.concerns.queries import find_concern_sent, find_message_sent, hold_concern, list_nameable
from program.concerns.states import TIME_TO_ACKNOWLEDGE, check_step
from program.errors import ConflictError
from program.extensions import db, flush_or_conflict
from program.fellows.models import Fellowship
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.reports.models import Report

SENT_TWICE = "This was sent twice at once. It is there once: open your concerns."
NOT_STAFF = "Somebody you chose cannot be named any more. Nothing was sent: please choose again."
RAISED, WRITTEN = "raised", "written"
"""What somebody is told of a concern beside its steps: the rung of the message."""


def raise_concern(
    fellowship: Fellowship,
    *,
    report: Report | None,
    text: str,
    staff: Iterable[Account],
    once: str,
    actor: Actor,
    now: datetime,
) -> Concern:
    """Put a concern to these members of staff, and to nobody else. The same form sent again, with the same in it, is
    the same concern.

    Raises ConflictError if one of them is not to be named, or if the form arrives twice at once.
    """
    require(actor, Permission.CONCERN_RAISE, report or fellowship, now=now)
    chosen = sorted(one.id for one in staff)
    report_id = report.id if report else None
    once = _sent_as(once, fellowship.id, report_id, chosen, text)
    sent = find_concern_sent(actor.id, once)
    if sent is not None:
        return sent
    concern = Concern(fellowship_id=fellowship.id, raised_by_id=actor.id, raised_at=now, once=once)
    concern.report_id, concern.state = report_id, ConcernState.RAISED
    concern.owed_at = now + TIME_TO_ACKNOWLEDGE
    db.session.add(concern)
    flush_or_conflict(SENT_TWICE)
    _name(concern, fellowship, chosen, by=actor, now=now)
    _write(concern, text=text, step=None, once=once, actor=actor, now=now)
    _record(Tag.CONCERN_RAISE, concern, actor, now=now, after={"staff": chosen})
    return concern


def name_colleague(concern: Concern, *, colleague: Account, actor: Actor, now: datetime) -> None:
    """Put the concern to one more member of staff, who reads all of it from now on. Safe to do twice.

    Raises ConflictError if they are not to be named.
    """
    require(actor, Permission.CONCERN_WRITE, concern, now=now)
    hold_concern(concern)
    db.session.refresh(concern, ["named"])
    if any(one.account_id == colleague.id for one in concern.named):
        return
    _name(concern, concern.fellowship, [colleague.id], by=actor, now=now)
    _record(Tag.CONCERN_NAME, concern, actor, now=now, after={"staff": [colleague.id]})


def answer_concern(concern: Concern, *, text: str, once: str, actor: Actor, now: datetime) -> None:
    """Write in the thread; the other side is told at once. The same form sent again is the same message."""
    require(actor, Permission.CONCERN_WRITE, concern, now=now)
    hold_concern(concern)
    once = _sent_as(once, concern.id, text)
    if find_message_sent(actor.id, once):
        return
    _take_up(concern, actor, now=now)
    _write(concern, text=text, step=None, once=once, actor=actor, now=now)
    _tell(concern, _other_side(concern, actor), WRITTEN, now=now)
    _record(Tag.CONCERN_ANSWER, concern, actor, now=now)


def step_concern(
    concern: Concern, *, step: ConcernState, text: str, once: str, actor: Actor, now: datetime
) -> None:
    """Acknowledge, work on, close or reopen it, with or without a word; the other side is told at once.

    The same form sent again is the same step. Raises ForbiddenStepError if it stands elsewhere by now.
    """
    reopens = step is ConcernState.RAISED
    require(actor, Permission.CONCERN_WRITE if reopens else Permission.CONCERN_WORK, concern, now=now)
    hold_concern(concern)
    once = _sent_as(once, concern.id, step, text)
    if find_message_sent(actor.id, once):
        return
    check_step(concern.state, step)
    before, concern.state = concern.state, step
    if reopens:
        concern.owed_at = now + TIME_TO_ACKNOWLEDGE
    _take_up(concern, actor, now=now)
    _write(concern, text=text, step=step, once=once, actor=actor, now=now)
    _tell(concern, _other_side(concern, actor), step.value, now=now)
    _record(Tag.CONCERN_STEP, concern, actor, now=now, before={"state": before}, after={"state": step})


def forget_concerns(account_id: int) -> None:
    """Blank what was written in the concerns that the person raised or that are about them, and close these."""
    about = select(Fellowship.id).where(Fellowship.account_id == account_id)
    theirs = or_(Concern.raised_by_id == account_id, Concern.fellowship_id.in_(about))
    threads = ConcernMessage.concern_id.in_(select(Concern.id).where(theirs))
    db.session.execute(update(ConcernMessage).where(threads).values(text=""))
    db.session.execute(update(Concern).where(theirs).values(state=ConcernState.CLOSED))


def _sent_as(once: str, *said: object) -> str:
    """What makes a form that was sent the same form: what its page drew, and all that was typed into it.

    Whoever goes back, types something else and sends the page again has written something else.
    """
    return sha256(repr((once, *said)).encode()).hexdigest()[:32]


def _name(
    concern: Concern, fellowship: Fellowship, account_ids: list[int], *, by: Actor, now: datetime
) -> None:
    nameable = {one.id for one in list_nameable(fellowship, besides=[concern.raised_by_id])}
    if not account_ids or not nameable.issuperset(account_ids):
        raise ConflictError(NOT_STAFF)
    for account_id in account_ids:
        concern.named.append(ConcernStaff(account_id=account_id, named_by_id=by.id, named_at=now))
    flush_or_conflict(SENT_TWICE)
    _tell(concern, account_ids, RAISED, now=now)


def _take_up(concern: Concern, actor: Actor, *, now: datetime) -> None:
    """Who acts for those who are gone is named from then on, so that it is theirs and not everybody's."""
    known = {concern.raised_by_id, *(one.account_id for one in concern.named)}
    if actor.id not in known:
        named = ConcernStaff(account_id=actor.id, named_by_id=actor.id, named_at=now)
        concern.named.append(named)


def _write(
    concern: Concern, *, text: str, step: ConcernState | None, once: str, actor: Actor, now: datetime
) -> None:
    line = ConcernMessage(concern_id=concern.id, author_id=actor.id, text=text, step=step, once=once)
    line.created_at = now
    db.session.add(line)
    flush_or_conflict(SENT_TWICE)


def _other_side(concern: Concern, actor: Actor) -> list[int]:
    """Whoever raised it, of what the staff write; those to whom it is put, of what who raised it writes."""
    if actor.id != concern.raised_by_id:
        return [concern.raised_by_id]
    there = [one.account_id for one in concern.named if one.is_there]
    return there or [one.id for one in list_nameable(concern.fellowship, besides=[actor.id])]


def _tell(concern: Concern, account_ids: Iterable[int], rung: str, *, now: datetime) -> None:
    told = sorted(account_ids)
    post([Message(NoticeKind.CONCERN, one, "concern", concern.id, now, rung) for one in told], now=now)


def _record(tag: Tag, concern: Concern, actor: Actor, *, now: datetime, **said: dict[str, Any]) -> None:
    record(tag, actor_id=actor.id, subject=("concern", concern.id), now=now, **said)
