"""Finding people."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select

from program.accounts.models import Account
from program.extensions import db


def find_account(email: str) -> Account | None:
    """The account with this address that can sign in."""
    query = select(Account).where(Account.email == email.lower(), Account.can_sign_in)
    return db.session.scalar(query)


def list_known(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that belong to an account already, whether or not it can sign in."""
    wanted = [address.lower() for address in addresses]
    return {*db.session.scalars(select(Account.email).where(Account.email.in_(wanted)))}


def goes_by(typed: str) -> ColumnElement[bool]:
    """Whether an account has this name or address, or one that what was typed is a part of."""
    pattern = f"%{typed.lower().replace('%', '').replace('_', '')}%"
    return or_(Account.email.ilike(pattern), Account.name.ilike(pattern))
