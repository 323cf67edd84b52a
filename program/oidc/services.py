"""Letting in whom the OpenID Connect issuer vouches for, if they have an account, until it is disconnected.

Nobody is given one.
"""

from datetime import datetime

from program.access import Actor, Permission, require
from program.accounts.models import Account
from program.accounts.queries import find_account
from program.audit.models import Tag
from program.audit.services import record
from program.extensions import db, flush_or_conflict
from program.notices.models import SecurityChange
from program.notices.services import tell_of_change
from program.oidc.claims import Person
from program.oidc.models import SUBJECT_LIMIT, OidcIdentity
from program.oidc.queries import (
    find_identity,
    find_identity_of,
    get_identity_of,
    list_identities_of,
)
from program.sign_in.models import Method
from program.sign_in.queries import SignedIn
from program.sign_in.services import end_others, start_session


def sign_in_person(person: Person, *, domains: frozenset[str], device: str, now: datetime) -> str | None:
    """Start a session; its token, or None for everybody who is not let in, which is written down."""
    account = _account_of(person, now=now) if person.is_of(domains) else None
    if account is None:
        after = {"method": Method.OIDC}
        record(Tag.SIGN_IN_REFUSE, actor_id=None, subject=("account", 0), now=now, after=after)
        return None
    return start_session(account.id, method=Method.OIDC, device=device, now=now)


def disconnect(identity_id: int, *, actor: SignedIn, now: datetime) -> OidcIdentity:
    """The issuer's name for oneself opens nothing any more; one's other browsers that it let in are signed out.

    Who then signs in there with a verified address connects it anew, and is told. Raises NotFoundError.
    """
    identity = get_identity_of(actor.id, identity_id)
    _forget(identity, actor=actor, now=now)
    end_others(actor, let_in_by=Method.OIDC, now=now)
    return identity


def disconnect_all(account: Account, *, actor: Actor, now: datetime) -> None:
    """Take every identity of the person away. Safe to do twice. Raises ForbiddenError."""
    require(actor, Permission.PERSON_CHANGE, account, now=now)
    for identity in list_identities_of(account.id):
        _forget(identity, actor=actor, now=now)


def _forget(identity: OidcIdentity, *, actor: Actor, now: datetime) -> None:
    db.session.delete(identity)
    db.session.flush()
    subject, after = ("account", identity.account_id), {"issuer": identity.issuer}
    record(Tag.OIDC_DISCONNECT, actor_id=actor.id, subject=subject, now=now, after=after)
    tell_of_change(identity.account_id, SecurityChange.OIDC_DISCONNECT, now=now)


def _account_of(person: Person, *, now: datetime) -> Account | None:
    """The account that was connected with the person, else the one with their verified address."""
    identity = find_identity(issuer=person.issuer, subject=person.subject)
    if identity is not None:
        return identity.account if identity.account.can_sign_in else None
    account = find_account(person.address) if person.address else None
    if (
        account is None
        or len(person.subject) > SUBJECT_LIMIT
        or find_identity_of(account.id, issuer=person.issuer)
    ):
        return None
    return _connect(account, person, now=now)


def _connect(account: Account, person: Person, *, now: datetime) -> Account:
    """From now on the issuer's name for the person decides, whatever their address is. Raises ConflictError."""
    identity = OidcIdentity(
        account_id=account.id, issuer=person.issuer, subject=person.subject, created_at=now
    )
    db.session.add(identity)
    flush_or_conflict("You signed in twice at once. Please try once more.")
    subject = ("account", account.id)
    record(Tag.OIDC_CONNECT, actor_id=account.id, subject=subject, now=now, after={"issuer": person.issuer})
    tell_of_change(account.id, SecurityChange.OIDC_CONNECT, now=now)
    return account
