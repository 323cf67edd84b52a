"""Finding people."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, select

from program.access import Actor, Role
from program.accounts.models import Account, AccountRole
from program.errors import NotFoundError
from program.extensions import db
from program.names.models import Kind
from program.names.queries import is_named


def find_account(email: str) -> Account | None:
    """The account with this address that can sign in."""
    query = select(Account).where(Account.email == email.lower(), Account.can_sign_in)
    return db.session.scalar(query)


def get_own_account(actor: Actor) -> Account:
    """The account of who asks. Raises NotFoundError."""
    account = db.session.get(Account, actor.id)
    if account is None:
        raise NotFoundError("Your account is gone.")
    return account


def list_known(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that belong to an account already, whether or not it can sign in."""
    wanted = [address.lower() for address in addresses]
    return {*db.session.scalars(select(Account.email).where(Account.email.in_(wanted)))}


def has_role(role: Role) -> ColumnElement[bool]:
    """Whether an account holds the role: those who do are gathered by an index, however many others there are."""
    return Account.id.in_(select(AccountRole.account_id).where(AccountRole.role == role))


def list_staff() -> Sequence[Account]:
    """The staff who can sign in, by name."""
    query = select(Account).where(has_role(Role.STAFF), Account.can_sign_in)
    return db.session.scalars(query.order_by(Account.folded, Account.id)).all()


def list_staff_ids() -> Sequence[int]:
    """Likewise, by number."""
    query = select(Account.id).where(has_role(Role.STAFF), Account.can_sign_in)
    return db.session.scalars(query.order_by(Account.id)).all()


def goes_by(typed: str) -> ColumnElement[bool]:
    """Whether each word that was typed is a part of a word of an account's name, or begins a piece of its address."""
    return is_named(Kind.PERSON, Account.id, typed)
