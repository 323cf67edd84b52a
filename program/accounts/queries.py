"""Finding people."""

from sqlalchemy import select

from program.accounts.models import Account
from program.extensions import db


def find_account(email: str) -> Account | None:
    """The account with this address that can sign in."""
    query = select(Account).where(Account.email == email.lower(), Account.disabled_at.is_(None))
    return db.session.scalar(query)
