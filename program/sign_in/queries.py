"""Finding links, and who a session belongs to."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, select

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.columns import AnySelect
from program.extensions import db
from program.sign_in.models import SignInLink, SignInSession


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request comes from: read once, at its start, and independent of its transaction."""

    id: int
    name: str
    email: str
    time_zone: str
    roles: frozenset[Role]
    session_id: int
    proved_at: datetime
    home: Role | None = None
    looks_as_id: int | None = None
    seen_by: "SignedIn | None" = None
    """Who of the staff looks at the site as this person; None when it is the person."""

    @property
    def acting(self) -> "SignedIn":
        """Whoever really sits there."""
        return self.seen_by or self


def find_signed_in(token_hash: str, *, now: datetime) -> SignedIn | None:
    """Whoever holds the session, unless it has ended or the account cannot sign in."""
    rows = db.session.execute(_signed_in(), {"token_hash": token_hash, "now": now}).all()
    if not rows:
        return None
    account_id, name, email, time_zone, home, session_id, proved_at, looks_as_id, _role = rows[0]
    roles = frozenset(role for *_rest, role in rows if role)
    return SignedIn(account_id, name, email, time_zone, roles, session_id, proved_at, home, looks_as_id)


@cache
def _signed_in() -> AnySelect:
    return (
        select(
            Account.id,
            Account.name,
            Account.email,
            Account.time_zone,
            Account.home,
            SignInSession.id,
            SignInSession.proved_at,
            SignInSession.looks_as_id,
            AccountRole.role,
        )
        .join(SignInSession, SignInSession.account_id == Account.id)
        .outerjoin(AccountRole, AccountRole.account_id == Account.id)
        .where(
            SignInSession.token_hash == bindparam("token_hash"),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > bindparam("now"),
            Account.can_sign_in,
        )
    )


def find_open_link(token_hash: str, *, now: datetime) -> SignInLink | None:
    """The link that this token opens, while it can be redeemed."""
    query = (
        select(SignInLink)
        .join(SignInLink.account)
        .where(
            SignInLink.token_hash == token_hash,
            SignInLink.redeemed_at.is_(None),
            SignInLink.expires_at > now,
            Account.can_sign_in,
        )
    )
    return db.session.scalar(query)


def links_by_id(ids: list[int]) -> dict[int, SignInLink]:
    """The links with these ids."""
    return {link.id: link for link in db.session.scalars(select(SignInLink).where(SignInLink.id.in_(ids)))}
