"""Setting up an authenticator, recovery codes and a password; and proving who one is by them."""

from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import CursorResult, delete, update

from program.audit.models import Tag
from program.audit.services import record
from program.config import Settings
from program.errors import ForbiddenStepError
from program.extensions import db
from program.factors.codes import matching_step, new_recovery_codes, new_secret, picture, plain
from program.factors.models import Authenticator, Password, RecoveryCode
from program.factors.passwords import hash_password, is_outdated, is_password
from program.factors.queries import find_factors, find_password
from program.factors.sealing import seal, seal_anew, unseal
from program.notices.models import SecurityChange
from program.notices.services import tell_of_change
from program.sign_in.models import Method
from program.sign_in.queries import SignedIn
from program.sign_in.services import (
    add_factor,
    drop_factor,
    end_others,
    hold_factors,
    prove_again,
    start_session,
)
from program.sign_in.tokens import hash_token

NOBODY = 0
"""No account's id: whose code is looked for where the address or the password is wrong, so that it takes as long."""


def begin_authenticator(*, actor: SignedIn, now: datetime) -> None:
    """A new secret, which counts for nothing until a code of it was typed. Raises ForbiddenStepError."""
    hold_factors(actor.id)
    if find_factors(actor.id).confirmed:
        raise ForbiddenStepError("You have an authenticator already. Remove it first.")
    fresh = Authenticator(account_id=actor.id, secret=seal(new_secret(), keys=_keys()), created_at=now)
    fresh.last_step = 0
    db.session.merge(fresh)
    db.session.flush()
    record(Tag.AUTHENTICATOR_BEGIN, actor_id=actor.id, subject=("account", actor.id), now=now)


def confirm_authenticator(code: str, *, actor: SignedIn, now: datetime) -> list[str] | None:
    """Count the authenticator from now on; its recovery codes, or None if the code is not one of it.

    The other browsers are signed out. Raises ForbiddenStepError if there is none to confirm.
    """
    hold_factors(actor.id)
    waiting = _waiting(actor)
    step = matching_step(_secret(waiting), plain(code), now=now)
    if step is None:
        record(Tag.PROOF_REFUSE, actor_id=actor.id, subject=("account", actor.id), now=now)
        return None
    waiting.confirmed_at, waiting.last_step = now, step
    add_factor(actor, now=now)
    codes = _make_codes(actor.id)
    end_others(actor, now=now)
    _write_down(Tag.AUTHENTICATOR_ADD, SecurityChange.AUTHENTICATOR_ADD, actor, now=now)
    return codes


def remove_authenticator(*, actor: SignedIn, now: datetime) -> None:
    """Take the authenticator away, with its recovery codes and the password that needs it."""
    if forget_factors(actor.id):
        end_others(actor, now=now)
        _write_down(Tag.AUTHENTICATOR_REMOVE, SecurityChange.AUTHENTICATOR_REMOVE, actor, now=now)


def renew_codes(*, actor: SignedIn, now: datetime) -> list[str]:
    """Ten new recovery codes in place of those of before. Raises ForbiddenStepError without an authenticator."""
    hold_factors(actor.id)
    if not find_factors(actor.id).confirmed:
        raise ForbiddenStepError("Recovery codes belong to an authenticator. Set one up first.")
    codes = _make_codes(actor.id)
    _write_down(Tag.CODES_MAKE, SecurityChange.CODES_MAKE, actor, now=now)
    return codes


def set_password(password: str, *, actor: SignedIn, now: datetime) -> None:
    """Sign in by this from now on, with a code each time. Raises ForbiddenStepError without an authenticator."""
    hold_factors(actor.id)
    if not find_factors(actor.id).confirmed:
        raise ForbiddenStepError("A password wants an authenticator beside it. Set one up first.")
    db.session.merge(Password(account_id=actor.id, hash=hash_password(password), changed_at=now))
    db.session.flush()
    end_others(actor, now=now)
    _write_down(Tag.PASSWORD_SET, SecurityChange.PASSWORD_SET, actor, now=now)


def remove_password(*, actor: SignedIn, now: datetime) -> None:
    """Nobody signs in by it again. Safe to do twice."""
    if _deleted(Password, actor.id):
        end_others(actor, now=now)
        _write_down(Tag.PASSWORD_REMOVE, SecurityChange.PASSWORD_REMOVE, actor, now=now)


def sign_in_by_password(email: str, password: str, code: str, *, device: str, now: datetime) -> str | None:
    """Start a session; its token, or None if any of the three is wrong, which takes as long as if none were."""
    kept = find_password(email)
    right = is_password(kept.hash if kept else None, password)
    coded = take_code(kept.account_id if kept and right else NOBODY, code, now=now)
    if kept is None or not (right and coded):
        subject, after = ("account", kept.account_id if kept else NOBODY), {"method": Method.PASSWORD}
        record(Tag.SIGN_IN_REFUSE, actor_id=None, subject=subject, now=now, after=after)
        return None
    if is_outdated(kept.hash):
        kept.hash = hash_password(password)
    return start_session(kept.account_id, method=Method.PASSWORD, device=device, now=now)


def prove(code: str, *, actor: SignedIn, now: datetime) -> str | None:
    """Show once more that it is the person; their session's new token, or None if the code is wrong."""
    if not take_code(actor.id, code, now=now):
        record(Tag.PROOF_REFUSE, actor_id=actor.id, subject=("account", actor.id), now=now)
        return None
    return prove_again(actor, now=now)


def take_code(account_id: int, typed: str, *, now: datetime) -> bool:
    """Use up a code of the authenticator, or a recovery code; of many who try one at once, one succeeds."""
    code = plain(typed)
    factors = find_factors(account_id)
    if factors.authenticator is not None and factors.confirmed:
        step = matching_step(_secret(factors.authenticator), code, now=now)
        if step is not None:
            return _take_step(factors.authenticator, step)
    used = update(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == hash_token(code),
        RecoveryCode.used_at.is_(None),
    )
    if cast("CursorResult[None]", db.session.execute(used.values(used_at=now))).rowcount != 1:
        return False
    record(Tag.CODE_USE, actor_id=account_id, subject=("account", account_id), now=now)
    tell_of_change(account_id, SecurityChange.CODE_USE, now=now)
    return True


def _take_step(authenticator: Authenticator, step: int) -> bool:
    """Each use seals the secret anew, so that a signing key of before can be dropped one day."""
    anew = {"last_step": step, "secret": seal_anew(authenticator.secret, keys=_keys())}
    used = update(Authenticator).where(Authenticator.account_id == authenticator.account_id)
    used = used.where(Authenticator.last_step < step).values(anew)
    return cast("CursorResult[None]", db.session.execute(used)).rowcount == 1


def picture_for(owner: SignedIn) -> tuple[str, str]:
    """The secret that waits to be confirmed: to be read by an authenticator, and to be typed.

    Raises ForbiddenStepError if there is none.
    """
    secret = _secret(_waiting(owner))
    return picture(secret, email=owner.email), " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def _waiting(actor: SignedIn) -> Authenticator:
    known = find_factors(actor.id).authenticator
    if known is None or known.confirmed_at is not None:
        raise ForbiddenStepError("No authenticator waits to be set up. Begin once more.")
    return known


def _make_codes(account_id: int) -> list[str]:
    _deleted(RecoveryCode, account_id)
    codes = new_recovery_codes()
    db.session.add_all(
        RecoveryCode(account_id=account_id, code_hash=hash_token(plain(code))) for code in codes
    )
    db.session.flush()
    return codes


def forget_factors(account_id: int) -> bool:
    """No authenticator, codes and password any more; whether a confirmed authenticator was among them."""
    hold_factors(account_id)
    confirmed = find_factors(account_id).confirmed
    for model in (RecoveryCode, Password, Authenticator):
        _deleted(model, account_id)
    if confirmed:
        drop_factor(account_id)
    return confirmed


def _deleted(model: type[Authenticator | RecoveryCode | Password], account_id: int) -> int:
    gone = delete(model).where(model.account_id == account_id)
    return cast("CursorResult[None]", db.session.execute(gone)).rowcount


def _write_down(tag: Tag, change: SecurityChange, actor: SignedIn, *, now: datetime) -> None:
    """For the record, and to the person."""
    record(tag, actor_id=actor.id, subject=("account", actor.id), now=now)
    tell_of_change(actor.id, change, now=now)


def _secret(authenticator: Authenticator) -> str:
    return unseal(authenticator.secret, keys=_keys())


def _keys() -> list[str]:
    return cast("Settings", current_app.extensions["settings"]).signing_keys
