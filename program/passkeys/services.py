"""Adding and removing passkeys, and signing in by one."""

from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import CursorResult, update
from webauthn.helpers import generate_user_handle

from program.audit.models import Tag
from program.audit.services import record
from program.config import Settings
from program.errors import ConflictError, ForbiddenStepError, PasskeyRefusedError
from program.extensions import db, flush_or_conflict, insert_missing
from program.notices.models import SecurityChange
from program.notices.services import tell_of_change
from program.passkeys.ceremony import (
    REFUSED,
    Site,
    check_assertion,
    check_creation,
    creation_options,
    named_in,
    request_options,
    transports_of,
)
from program.passkeys.challenges import Ceremony, ask_challenge, spend_challenge
from program.passkeys.models import NAME_LIMIT, Passkey, PasskeyHolder
from program.passkeys.queries import (
    count_passkeys_of,
    find_handle,
    find_usable_passkey,
    get_passkey_of,
    list_passkeys_of,
)
from program.sign_in.models import Method
from program.sign_in.queries import SignedIn
from program.sign_in.services import add_factor, drop_factor, hold_factors, start_session

MOST = 20
"""How many passkeys one person may have."""


def begin_passkey(*, actor: SignedIn, now: datetime) -> str:
    """What the person's browser is asked for to make a passkey, as JSON."""
    return creation_options(
        _site(),
        handle=_handle_of(actor.id),
        address=actor.email,
        name=actor.name,
        known=[passkey.credential_id for passkey in list_passkeys_of(actor.id)],
        challenge=ask_challenge(Ceremony.ADD, account_id=actor.id, now=now),
    )


def add_passkey(answer: str, *, actor: SignedIn, name: str, now: datetime) -> Passkey:
    """Keep the passkey that the browser made. Raises PasskeyRefusedError, ForbiddenStepError, ConflictError."""
    challenge = spend_challenge(Ceremony.ADD, account_id=actor.id, now=now)
    hold_factors(actor.id)
    if count_passkeys_of(actor.id) >= MOST:
        raise ForbiddenStepError(f"You have {MOST} passkeys already. Remove one that you do not use first.")
    made = check_creation(_site(), answer, challenge=challenge)
    passkey = Passkey(account_id=actor.id, credential_id=made.credential_id, name=name[:NAME_LIMIT])
    passkey.public_key, passkey.sign_count = made.credential_public_key, made.sign_count
    passkey.transports, passkey.created_at = transports_of(answer), now
    db.session.add(passkey)
    flush_or_conflict("This passkey is known already.")
    add_factor(actor, now=now)
    _write_down(Tag.PASSKEY_ADD, SecurityChange.PASSKEY_ADD, passkey, now=now)
    return passkey


def remove_passkey(passkey_id: int, *, actor: SignedIn, now: datetime) -> Passkey:
    """Take one of one's own passkeys away: nobody signs in by it again. Raises NotFoundError."""
    hold_factors(actor.id)
    passkey = get_passkey_of(actor.id, passkey_id)
    db.session.delete(passkey)
    db.session.flush()
    drop_factor(actor.id)
    _write_down(Tag.PASSKEY_REMOVE, SecurityChange.PASSKEY_REMOVE, passkey, now=now)
    return passkey


def forget_passkeys(account_id: int) -> int:
    """Take every passkey of the person away; how many there were."""
    hold_factors(account_id)
    passkeys = list_passkeys_of(account_id)
    for passkey in passkeys:
        db.session.delete(passkey)
        drop_factor(account_id)
    db.session.flush()
    return len(passkeys)


def begin_sign_in(*, now: datetime) -> str:
    """What a browser is asked for to sign in, as JSON; the same for everybody."""
    return request_options(_site(), challenge=ask_challenge(Ceremony.SIGN_IN, now=now))


def sign_in_by_passkey(answer: str, *, device: str, now: datetime) -> str | None:
    """Start a session; its token, or None if the passkey seems to have been copied, which is told to its holder.

    Raises PasskeyRefusedError.
    """
    challenge = spend_challenge(Ceremony.SIGN_IN, now=now)
    credential_id, handle = named_in(answer)
    passkey = find_usable_passkey(credential_id, handle=handle)
    if passkey is None:
        raise PasskeyRefusedError(REFUSED)
    proof = check_assertion(_site(), answer, challenge=challenge, public_key=passkey.public_key)
    if not _count_up(passkey, proof.new_sign_count, now=now):
        _write_down(Tag.PASSKEY_COPY, SecurityChange.PASSKEY_COPY, passkey, now=now)
        return None
    return start_session(passkey.account_id, method=Method.PASSKEY, device=device, now=now)


def _count_up(passkey: Passkey, count: int, *, now: datetime) -> bool:
    """Take over the device's count, if it is further than any before, or if the device never counts."""
    further = Passkey.sign_count < count if count else Passkey.sign_count == 0
    used = update(Passkey).where(Passkey.id == passkey.id, further).values(sign_count=count, last_used_at=now)
    return cast("CursorResult[None]", db.session.execute(used)).rowcount == 1


def _handle_of(account_id: int) -> bytes:
    """What the person's devices call their account, made at first use. Raises ConflictError."""
    insert_missing(PasskeyHolder, [{"account_id": account_id, "handle": generate_user_handle()}])
    handle = find_handle(account_id)
    if handle is None:
        raise ConflictError("This was begun twice. Please try once more.")
    return handle


def _write_down(tag: Tag, change: SecurityChange, passkey: Passkey, *, now: datetime) -> None:
    """For the record, and to the person."""
    subject = ("account", passkey.account_id)
    record(tag, actor_id=passkey.account_id, subject=subject, now=now, after={"passkey": passkey.id})
    tell_of_change(passkey.account_id, change, now=now)


def _site() -> Site:
    settings = cast("Settings", current_app.extensions["settings"])
    return Site.of(str(settings.public_url))
