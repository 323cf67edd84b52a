"""Finding links, and who a session belongs to."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, select

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.columns import AnySelect
from program.door import withheld_from
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
    began_at: datetime
    proved_at: datetime
    home: Role | None = None
    looks_as_id: int | None = None
    last_seen_at: datetime | None = None
    second_factors: int = 0
    """How many the person has set up."""
    is_strong: bool = True
    """Whether this session has shown one."""
    withheld: frozenset[Role] = frozenset()
    """Roles that they hold and that wait until this session has shown one."""
    seen_by: "SignedIn | None" = None
    """Who of the staff looks at the site as this person; None when it is the person."""

    @property
    def held(self) -> frozenset[Role]:
        """All roles of theirs, whether they count yet or not."""
        return self.roles | self.withheld

    @property
    def acting(self) -> "SignedIn":
        """Whoever really sits there."""
        return self.seen_by or self


def find_signed_in(token_hash: str, *, now: datetime, wants_second_factor: bool) -> SignedIn | None:
    """Whoever holds the session, unless it has ended or the account cannot sign in.

    `wants_second_factor` says whether the settings want one of who runs the programme.
    """
    rows = db.session.execute(_signed_in(), {"token_hash": token_hash, "now": now}).all()
    if not rows:
        return None
    row = rows[0]
    roles = frozenset(row.role for row in rows if row.role)
    is_strong = row.second_factor_at is not None
    withheld = withheld_from(roles, is_strong=is_strong, wants_second_factor=wants_second_factor)
    return SignedIn(
        id=row.id,
        name=row.name,
        email=row.email,
        time_zone=row.time_zone,
        roles=roles - withheld,
        session_id=row.session_id,
        began_at=row.created_at,
        proved_at=row.proved_at,
        home=row.home,
        looks_as_id=row.looks_as_id,
        last_seen_at=row.last_seen_at,
        second_factors=row.second_factors,
        is_strong=is_strong,
        withheld=withheld,
    )


@cache
def _signed_in() -> AnySelect:
    return (
        select(
            Account.id,
            Account.name,
            Account.email,
            Account.time_zone,
            Account.home,
            Account.second_factors,
            SignInSession.id.label("session_id"),
            SignInSession.created_at,
            SignInSession.proved_at,
            SignInSession.looks_as_id,
            SignInSession.last_seen_at,
            SignInSession.second_factor_at,
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
