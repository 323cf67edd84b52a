"""Whose calendar it is."""

from datetime import datetime

from sqlalchemy import select

from program.accounts.models import Account
from program.errors import NotFoundError
from program.extensions import db
from program.feeds.models import CalendarFeed
from program.sign_in.tokens import hash_token

GONE = "This calendar is switched off, or its address was renewed: its holder has the new one."


def get_holder(token: str) -> CalendarFeed:
    """The feed with this token, of somebody who can sign in. Raises NotFoundError."""
    query = select(CalendarFeed).join(CalendarFeed.account).where(Account.can_sign_in)
    feed = db.session.scalar(query.where(CalendarFeed.token_hash == hash_token(token)))
    if feed is None:
        raise NotFoundError(GONE)
    return feed


def made_at(account_id: int) -> datetime | None:
    """Since when the account's calendar has its present address; None if it has none."""
    return db.session.scalar(select(CalendarFeed.made_at).where(CalendarFeed.account_id == account_id))
