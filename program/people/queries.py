"""Finding people, as those who run the programme look for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnExpressionArgument, func, select
from sqlalchemy.orm import selectinload

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.accounts.queries import goes_by
from program.errors import NotFoundError
from program.extensions import db
from program.paging import PAGE_SIZE, Page, page_of
from program.sign_in.models import SignInSession


class Standing(StrEnum):
    """Whether somebody can sign in, and if not, why."""

    ACTIVE = "active"
    NOT_JOINED = "not joined"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Presence:
    """How many browsers somebody is signed in with, and when they last signed in; None is never."""

    open_sessions: int
    last_at: datetime | None


def standing_of(account: Account) -> Standing:
    """How the account stands."""
    if account.disabled_at is not None:
        return Standing.DISABLED
    return Standing.NOT_JOINED if account.joined_at is None else Standing.ACTIVE


def list_people(
    *, typed: str, role: Role | None, standing: Standing | None, cursor: str | None, size: int = PAGE_SIZE
) -> Page[Account]:
    """The people who are asked for, by name."""
    query = select(Account).options(selectinload(Account.held_roles))
    order: list[Any] = [Account.folded, Account.id]
    if typed:
        query = query.where(goes_by(typed))
    if role is not None:
        query = query.join(AccountRole, AccountRole.account_id == Account.id).where(AccountRole.role == role)
        order = [AccountRole.folded, AccountRole.account_id]
    if standing is not None:
        query = query.where(*_standing(standing))
    return page_of(query, order=order, key=lambda a: [a.folded, a.id], cursor=cursor, size=size)


def get_person(account_id: int) -> Account:
    """Somebody's account. Raises NotFoundError."""
    account = db.session.get(Account, account_id, options=[selectinload(Account.held_roles)])
    if account is None:
        raise NotFoundError("There is no such person.")
    return account


def find_presence(account_id: int, *, now: datetime) -> Presence:
    """Whether the person is signed in somewhere."""
    lives = SignInSession.ended_at.is_(None) & (SignInSession.expires_at > now)
    query = select(func.count().filter(lives), func.max(SignInSession.created_at))
    count, last = db.session.execute(query.where(SignInSession.account_id == account_id)).one()
    return Presence(count, last)


def lock_administrators() -> set[int]:
    """Who can sign in and administer; nobody else changes that before this transaction is over."""
    query = (
        select(AccountRole.account_id)
        .join(Account, Account.id == AccountRole.account_id)
        .where(AccountRole.role == Role.ADMIN, Account.can_sign_in)
        .order_by(AccountRole.account_id)
        .with_for_update()
    )
    return {*db.session.scalars(query)}


def _standing(standing: Standing) -> list[ColumnExpressionArgument[bool]]:
    match standing:
        case Standing.ACTIVE:
            return [Account.can_sign_in]
        case Standing.NOT_JOINED:
            return [Account.joined_at.is_(None), Account.disabled_at.is_(None)]
        case Standing.DISABLED:
            return [Account.disabled_at.is_not(None)]
