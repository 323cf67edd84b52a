"""What staff do to a message: hold it, release it, send it again. Always the whole mail that it travels in.

Each step is one conditional update of the mail's carrier, which workers claim by the same row: whoever comes second
changes nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update

from program.access import PROGRAMME, Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.doorbell import Bell, ring_after_commit
from program.errors import ForbiddenStepError
from program.extensions import count_changed, db, insert_missing
from program.notices.models import OUTBOX, Notice, NoticeKind, NoticeState
from program.notices.services import Message, row_of

HOLDABLE = (NoticeState.PENDING,)
SENDABLE = (NoticeState.FAILED, NoticeState.AMBIGUOUS)
KEPT_FROM_STAFF = {
    NoticeKind.SIGN_IN_LINK: "A link to sign in is its person's own secret: they ask for another on the first page.",
    NoticeKind.SECURITY: "Nobody keeps it from a person that how they sign in has changed.",
}
"""Kinds of messages that staff neither hold nor send again, and why."""
BECAUSE = {
    NoticeState.PENDING: "It waits to be sent, and goes out at its time.",
    NoticeState.SENDING: "It is being sent right now. Look again in a minute.",
    NoticeState.SENT: "It was sent: the mail server took it, and a second one would reach the same person.",
    NoticeState.FAILED: "It was given up.",
    NoticeState.AMBIGUOUS: "It was handed over, and nobody knows whether it arrived.",
    NoticeState.CANCELLED: "It was cancelled: what it was about was done before it went out.",
    NoticeState.HELD: "It is held, and goes out once it is released.",
}
"""Why a step is not open in a state."""


def why_not(notice: Notice) -> str:
    """Why no step is open for this message; empty if one is."""
    open_in = (*HOLDABLE, NoticeState.HELD, *SENDABLE)
    if notice.kind in KEPT_FROM_STAFF:
        return KEPT_FROM_STAFF[notice.kind]
    return "" if notice.state in open_in else BECAUSE[notice.state]


def hold(notice: Notice, *, actor: Actor, now: datetime) -> int:
    """Keep back the mail that waits to be sent; how many messages that are, 0 if it was held already.

    Raises ForbiddenError, and ForbiddenStepError for one that somebody sends already, or has sent.
    """
    held = {"state": NoticeState.HELD}
    return _step(notice, HOLDABLE, held, tag=Tag.NOTICE_HOLD, actor=actor, now=now)


def release(notice: Notice, *, actor: Actor, now: datetime) -> int:
    """Let the held mail go, at its time if that is still to come; how many messages, 0 if it waits already.

    Raises ForbiddenError, and ForbiddenStepError for one that is neither held nor waits.
    """
    at = case((OUTBOX.c.not_before < now, now), else_=OUTBOX.c.not_before)
    waiting: dict[str, Any] = {"state": NoticeState.PENDING, "not_before": at, "tried_since": None}
    return _step(notice, (NoticeState.HELD,), waiting, tag=Tag.NOTICE_RELEASE, actor=actor, now=now)


def send_again(notice: Notice, *, actor: Actor, now: datetime) -> int:
    """Send the mail that failed or is ambiguous from the start, under its name; how many messages, 0 if it waits.

    Raises ForbiddenError, and ForbiddenStepError for one that was sent, or that was never tried to the end.
    """
    anew: dict[str, Any] = {"state": NoticeState.PENDING, "not_before": now, "attempts": 0}
    anew |= {
        "failed_at": None,
        "tried_since": None,
        "handoff_at": None,
        "lease_token": None,
        "lease_until": None,
    }
    return _step(notice, SENDABLE, anew, tag=Tag.NOTICE_SEND_AGAIN, actor=actor, now=now)


def hold_coming(messages: Sequence[Message], *, moment: datetime, actor: Actor, now: datetime) -> Notice:
    """Make these messages to one person, held, as one mail that may go out from `moment` on; what carries it.

    The same again changes nothing. Raises ForbiddenError, and ForbiddenStepError if they wait or went out meanwhile.
    """
    require(actor, Permission.NOTICE_CHANGE, PROGRAMME, now=now)
    held = {"state": NoticeState.HELD, "not_before": moment}
    made = insert_missing(Notice, [row_of(message, now) | held for message in messages])
    keys = [message.dedupe_key for message in messages]
    found = db.session.scalars(
        select(Notice).where(Notice.dedupe_key.in_(keys)).order_by(Notice.id.desc())
    ).all()
    if not made and found[0].state is not NoticeState.HELD:
        raise ForbiddenStepError(BECAUSE[found[0].state])
    if not made:
        return found[0]
    *others, carrier = found[:made]
    for one in others:
        one.carrier_id, one.message_id = carrier.id, carrier.message_id
    db.session.flush()
    after = {"messages": made, "to": carrier.account_id}
    record(Tag.NOTICE_HOLD, actor_id=actor.id, subject=("notice", carrier.id), now=now, after=after)
    return carrier


def _step(
    notice: Notice,
    wanted: Collection[NoticeState],
    values: dict[str, Any],
    *,
    tag: Tag,
    actor: Actor,
    now: datetime,
) -> int:
    """Take the mail from the wanted states on; nothing if it stands there already."""
    require(actor, Permission.NOTICE_CHANGE, PROGRAMME, now=now)
    if notice.kind in KEPT_FROM_STAFF:
        raise ForbiddenStepError(KEPT_FROM_STAFF[notice.kind])
    carrier, before = notice.carrier_id or notice.id, notice.state
    change = update(OUTBOX).where(OUTBOX.c.state.in_(wanted)).values(**values)
    changed = count_changed(change.where(OUTBOX.c.id == carrier))
    if changed:
        changed += count_changed(change.where(OUTBOX.c.carrier_id == carrier))
    db.session.refresh(notice)
    if not changed:
        if notice.state is values["state"]:
            return 0
        raise ForbiddenStepError(BECAUSE[notice.state])
    after = {"messages": changed, "to": notice.account_id}
    record(
        tag, actor_id=actor.id, subject=("notice", carrier), now=now, before={"state": before}, after=after
    )
    ring_after_commit(Bell.DELIVER)
    return changed
