"""Taking messages out of the outbox by lease, and writing down what became of them.

Every update carries the lease's token, so that a worker whose lease was taken over changes nothing any more.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import joinedload

from program.accounts.models import Account
from program.alerts.models import AlertKind
from program.alerts.raising import raise_hourly
from program.columns import UtcDateTime
from program.extensions import count_changed, db
from program.notices.models import OUTBOX, Notice, NoticeKind, NoticeState

NOW = bindparam("now", type_=UtcDateTime)
UNHELD: dict[str, Any] = {"lease_token": None, "lease_until": None}
PACED = "its domain has had as much as it takes for now"
HELD_IN_DOUBT = {NoticeKind.SIGN_IN_LINK}
"""Kinds that are not sent again when nobody knows whether they arrived: the person asks for another anyway."""


def free_expired(*, now: datetime) -> None:
    """Put back what dead or slow workers held; what they had handed over is ambiguous.

    To be held and never offered to the relay is no attempt: a slow relay must not use them up.
    """
    expired = and_(Notice.state == NoticeState.SENDING, Notice.lease_until < now)
    handed_over = expired & Notice.handoff_at.is_not(None)
    unoffered = expired & Notice.handoff_at.is_(None)
    _change(unoffered, state=NoticeState.PENDING, attempts=Notice.attempts - 1, **UNHELD)
    if _change(handed_over, state=NoticeState.AMBIGUOUS, doubts=Notice.doubts + 1, **UNHELD):
        raise_hourly(AlertKind.MAIL_FAILED, now=now)


def list_ambiguous(*, limit: int, handed_over_before: datetime) -> Sequence[tuple[int, str]]:
    """Id and Message-ID of the mails in doubt, the newest first: old ones may be held for good.

    None that was handed over just now: the relay may still be taking it in.
    """
    query = select(Notice.id, Notice.message_id).where(
        Notice.state == NoticeState.AMBIGUOUS,
        Notice.handoff_at <= handed_over_before,
        Notice.carrier_id.is_(None),
    )
    return db.session.execute(query.order_by(Notice.handoff_at.desc()).limit(limit)).all()


def settle(*, arrived: Collection[int], missing: Collection[int], now: datetime) -> None:
    """The relay was asked: these arrived, those did not and go out again."""
    doubtful = Notice.state == NoticeState.AMBIGUOUS
    _change(doubtful & _in_mails(arrived), state=NoticeState.SENT, sent_at=now)
    _change(doubtful & _in_mails(missing), state=NoticeState.PENDING, handoff_at=None)


def send_once_more(notice_ids: Collection[int]) -> None:
    """The relay cannot be asked: each goes out once more under the same Message-ID, but for the held kinds."""
    once = and_(Notice.state == NoticeState.AMBIGUOUS, Notice.doubts == 1, Notice.kind.not_in(HELD_IN_DOUBT))
    _change(once & _in_mails(notice_ids), state=NoticeState.PENDING, handoff_at=None)


def claim(*, limit: int, lease: timedelta, now: datetime) -> str:
    """Take up to `limit` messages whose time has come, with what they carry; the token of the lease.

    They are chosen beforehand, by a common table expression: PostgreSQL may run a plain subquery with a lock and a
    limit anew for each row, and then takes more.
    """
    token = secrets.token_hex(16)
    due = (
        select(Notice.id)
        .where(Notice.state == NoticeState.PENDING, Notice.not_before <= now, Notice.carrier_id.is_(None))
        .order_by(Notice.not_before, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    values: dict[str, Any] = {"state": NoticeState.SENDING, "lease_token": token, "lease_until": now + lease}
    values["attempts"] = Notice.attempts + 1
    taken = update(OUTBOX).where(Notice.id.in_(select(due.c.id))).values(**values).returning(Notice.id)
    if carriers := db.session.scalars(taken).all():
        _change(Notice.carrier_id.in_(carriers) & (Notice.state == NoticeState.PENDING), **values)
    return token


def list_held(token: str) -> Sequence[Notice]:
    """The messages of a lease, with whom they are for, the oldest first."""
    held = select(Notice).where(_leased(token)).options(joinedload(Notice.account))
    return db.session.scalars(held.order_by(Notice.not_before, Notice.id)).all()


def lead_on(dropped: Sequence[int], notice_ids: Sequence[int], token: str) -> None:
    """These messages were carried with some that are dropped: from now on the first of them carries the others."""
    first = notice_ids[0]
    _change(_held(notice_ids, token) & Notice.carrier_id.in_(dropped), carrier_id=first)
    _change(_held([first], token), carrier_id=None)


def mark_handoff(notice_ids: Sequence[int], token: str, *, lease: timedelta, now: datetime) -> bool:
    """Note that the text of these, one mail, goes out now; False if the lease is no longer ours.

    The lease of this mail begins anew, so that nobody else doubts it while the relay takes its time.
    """
    values = _named(notice_ids) | {"token": token, "now": now, "until": now + lease}
    return count_changed(_handoff(len(notice_ids)), values) == len(notice_ids)


def mark_sent(notice_ids: Sequence[int], token: str, *, now: datetime) -> None:
    """The relay took it."""
    db.session.execute(_sent(len(notice_ids)), _named(notice_ids) | {"token": token, "now": now})


def mark_ended(
    notice_ids: Sequence[int], token: str, *, state: NoticeState, now: datetime, error: str = ""
) -> None:
    """It will not go out: cancelled, failed or in doubt. Staff are alerted of the last two."""
    doubt = 1 if state is NoticeState.AMBIGUOUS else 0
    ended = {"state": state, "doubts": Notice.doubts + doubt, "last_error": error[:500]}
    ended["failed_at"] = now if state is NoticeState.FAILED else None
    if _change(_held(notice_ids, token), **ended, **UNHELD) and state is not NoticeState.CANCELLED:
        raise_hourly(AlertKind.MAIL_FAILED, now=now)


def put_back(notice_ids: Sequence[int], token: str, *, error: str, not_before: datetime) -> None:
    """It was not taken, and is tried again from `not_before` on."""
    later = {
        "state": NoticeState.PENDING,
        "handoff_at": None,
        "not_before": not_before,
        "tried_since": func.coalesce(Notice.tried_since, Notice.not_before),
        "last_error": error[:500],
    }
    _change(_held(notice_ids, token), **later, **UNHELD)


def release(notice_ids: Sequence[int], token: str, *, error: str) -> None:
    """They were not offered to the relay, which is down: no attempt, and no time to wait beside its own."""
    back = {"state": NoticeState.PENDING, "attempts": Notice.attempts - 1, "handoff_at": None}
    _change(_held(notice_ids, token), last_error=error[:500], **back, **UNHELD)


def list_mails(token: str) -> Sequence[tuple[str, str]]:
    """Message-ID and address of each mail of a lease, the oldest first."""
    held = select(Notice.message_id, Account.email).join(Notice.account).where(_leased(token))
    rows = db.session.execute(held.order_by(Notice.not_before, Notice.id))
    return [*dict.fromkeys((message_id, address) for message_id, address in rows)]


def put_off(waits: Mapping[str, datetime], token: str) -> None:
    """These mails, by Message-ID, have to wait: they were not offered, so that is no attempt."""
    for until in sorted({*waits.values()}):
        waiting = [message_id for message_id, moment in waits.items() if moment == until]
        held = _leased(token) & Notice.message_id.in_(waiting)
        back = {"state": NoticeState.PENDING, "attempts": Notice.attempts - 1, "not_before": until}
        _change(held, handoff_at=None, last_error=PACED, **back, **UNHELD)


def _held(
    notice_ids: Sequence[int] | Sequence[BindParameter[int]], token: str | BindParameter[str]
) -> ColumnElement[bool]:
    return and_(Notice.id.in_(notice_ids), Notice.lease_token == token)


def _leased(token: str) -> ColumnElement[bool]:
    """The messages of a lease: an index leads to those that are held, however many others there are."""
    return and_(Notice.state == NoticeState.SENDING, Notice.lease_token == token)


def _in_mails(notice_ids: Collection[int]) -> ColumnElement[bool]:
    """These messages, and what they carry."""
    return or_(Notice.id.in_(notice_ids), Notice.carrier_id.in_(notice_ids))


def _change(condition: ColumnElement[bool], **values: Any) -> int:
    """How many messages it was."""
    return count_changed(update(OUTBOX).where(condition).values(**values))


@cache
def _handoff(count: int) -> Update:
    held = _held(_places(count), bindparam("token")) & (Notice.lease_until > NOW)
    return update(OUTBOX).where(held).values(handoff_at=NOW, lease_until=bindparam("until"))


@cache
def _sent(count: int) -> Update:
    held = _held(_places(count), bindparam("token"))
    return update(OUTBOX).where(held).values(state=NoticeState.SENT, sent_at=NOW, last_error="", **UNHELD)


def _places(count: int) -> list[BindParameter[int]]:
    """So many places for numbers: a statement that is whole already is run in half the time of one that grows."""
    return [bindparam(f"held_{place}") for place in range(count)]


def _named(notice_ids: Sequence[int]) -> dict[str, Any]:
    return {f"held_{place}": notice_id for place, notice_id in enumerate(notice_ids)}
