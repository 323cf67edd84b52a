"""Giving one's calendar an address, another one, and none."""

import secrets
from datetime import datetime

from sqlalchemy import select

from program.access import Actor
from program.audit.models import Tag
from program.audit.services import record
from program.extensions import db, flush_or_conflict
from program.feeds.models import CalendarFeed
from program.sign_in.tokens import hash_token

TWICE = "Another address was made at the same moment. Make one more, and use that."


def make_feed(*, actor: Actor, now: datetime) -> str:
    """A new token, which nothing keeps; the one of before is worth nothing any more. Raises ConflictError."""
    token = secrets.token_hex(32)
    feed = _held(actor.id)
    tag = Tag.CALENDAR_RENEW if feed else Tag.CALENDAR_MAKE
    feed = feed or CalendarFeed(account_id=actor.id)
    feed.token_hash, feed.made_at = hash_token(token), now
    db.session.add(feed)
    flush_or_conflict(TWICE)
    record(tag, actor_id=actor.id, subject=("account", actor.id), now=now)
    return token


def end_feed(*, actor: Actor, now: datetime) -> None:
    """The calendar has no address any more. Safe to do twice."""
    feed = _held(actor.id)
    if feed is None:
        return
    db.session.delete(feed)
    db.session.flush()
    record(Tag.CALENDAR_END, actor_id=actor.id, subject=("account", actor.id), now=now)


def _held(account_id: int) -> CalendarFeed | None:
    """Nobody else renews or ends it before this transaction is over."""
    query = select(CalendarFeed).where(CalendarFeed.account_id == account_id).with_for_update()
    return db.session.scalar(query)
