"""What follows from a mail that came back: the address gets no more, and staff hear of it once."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from program.access import Actor, Permission, require
from program.accounts.queries import list_staff_ids
from program.alerts.models import AlertKind
from program.alerts.raising import raise_hourly
from program.audit.models import Tag
from program.audit.services import record
from program.bounces.models import SuppressedAddress, TakenReturn, Why
from program.bounces.queries import list_sent_to
from program.bounces.returns import Fate, Returned, read_returned
from program.bounces.signing import PATIENCE, is_signed
from program.errors import ConflictError, ForbiddenError, NotFoundError
from program.extensions import db, insert_missing
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.services import Message, post
from program.smtp_codes import is_lasting

logger = logging.getLogger(__name__)
WAS_SENT = (NoticeState.SENT, NoticeState.AMBIGUOUS)


def take_signed(raw: bytes, *, moment: str, signature: str, key: str, now: datetime) -> int:
    """Take a returned mail that was posted; how many messages it changed.

    Raises NotFoundError without a key, ForbiddenError for a signature that is wrong or old, ConflictError for one
    that was taken before.
    """
    if not key:
        raise NotFoundError("Returned mail is not taken here.")
    if not is_signed(raw, moment=moment, signature=signature, key=key, now=now):
        raise ForbiddenError("The signature is wrong, or too old.")
    db.session.execute(delete(TakenReturn).where(TakenReturn.expires_at < now))
    if not insert_missing(TakenReturn, [{"signature": signature, "expires_at": now + 2 * PATIENCE}]):
        raise ConflictError("That was posted before. It counts once.")
    return take_return(raw, now=now)


def take_return(raw: bytes, *, now: datetime) -> int:
    """Do what a returned mail asks for; how many messages it changed.

    Anybody can write such a mail. It counts only if it names a Message-ID that went to the very address it speaks of,
    which only those know who got that mail, or carried it.
    """
    changed = sum(_take(one, now=now) for one in read_returned(raw))
    logger.info("a mail came back", extra={"done": changed})
    return changed


def _take(returned: Returned, *, now: datetime) -> int:
    notices = list_sent_to(returned.addresses, returned.message_ids)
    ends = returned.fate is not Fate.DELAYED
    for notice in notices:
        if notice.state in WAS_SENT:
            if ends:
                notice.state, notice.failed_at = NoticeState.FAILED, now
                raise_hourly(AlertKind.MAIL_FAILED, now=now)
            notice.last_error = _reason(returned)
    if ends and notices and (returned.fate is Fate.COMPLAINED or is_lasting(returned.status)):
        why = Why.COMPLAINED if returned.fate is Fate.COMPLAINED else Why.BOUNCED
        suppress(notices[0], why=why, status=returned.status, now=now)
    db.session.flush()
    return len(notices)


def _reason(returned: Returned) -> str:
    if returned.fate is Fate.COMPLAINED:
        return "the reader says that it was not wanted"
    came = "came back" if returned.fate is Fate.FAILED else "delayed"
    return " ".join(filter(None, [f"{came}:", returned.status, returned.words]))[:500]


def suppress(notice: Notice, *, why: Why, status: str, now: datetime) -> bool:
    """Send no more mail to the address that the message went to, and tell staff; whether that is new."""
    address = notice.account.email
    row = {"account_id": notice.account_id, "address": address, "why": why, "status": status[:16], "at": now}
    if not insert_missing(SuppressedAddress, [row | {"notice_id": notice.id}]):
        return False
    found = db.session.query(SuppressedAddress).filter_by(address=address).one()
    about = ("account", notice.account_id)
    record(Tag.ADDRESS_SUPPRESS, actor_id=None, subject=about, now=now, after={"why": why, "status": status})
    post(_news(found, list_staff_ids()), now=now)
    raise_hourly(AlertKind.ADDRESS_SUPPRESSED, now=now)
    return True


def _news(found: SuppressedAddress, staff: Sequence[int]) -> list[Message]:
    """Its moment makes it another message should the same address come to it again."""
    kind, subject = NoticeKind.ADDRESS_SUPPRESSED, ("suppressed_address", found.id)
    return [Message(kind, account_id, *subject, due_at=found.at) for account_id in staff]


def lift_suppression(found: SuppressedAddress, *, actor: Actor, now: datetime) -> None:
    """Send mail to the address again; what failed meanwhile stays so. Raises ForbiddenError."""
    require(actor, Permission.PERSON_CHANGE, found.account, now=now)
    before = {"why": found.why.value, "status": found.status}
    about = ("account", found.account_id)
    record(Tag.ADDRESS_LIFT, actor_id=actor.id, subject=about, now=now, before=before)
    db.session.delete(found)
    db.session.flush()
