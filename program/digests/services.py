"""The sweep: once a day to whoever wants one mail a day, and to staff about reviews that nobody gives."""

from datetime import datetime, time

from program.clock import deadline, today
from program.digests.overdue import last_told, list_overdue, list_staff
from program.digests.queries import list_readers
from program.notices.models import NoticeKind
from program.notices.services import Message, post

MORNING = time(7)


def morning_of(now: datetime, zone_name: str) -> datetime:
    """The instant at which the mails of this day go out where it is this zone."""
    return deadline(today(now, zone_name), MORNING, zone_name)


def sweep_digests(*, now: datetime) -> int:
    """Post what is due and not posted yet; how many. Safe to run late, twice, or at the same time."""
    return post_digests(now=now) + post_escalations(now=now)


def post_digests(*, now: datetime) -> int:
    """One message for each mentor who wants them so, and for whom something waited this morning; how many are new.

    What comes after the morning is for the next day's; so is the choice itself.
    """
    due = [
        Message(
            NoticeKind.DIGEST,
            reader.account_id,
            "account",
            reader.account_id,
            rung=today(now, reader.time_zone).isoformat(),
        )
        for reader in list_readers(now=now)
        if max(reader.oldest_at, reader.since) <= morning_of(now, reader.time_zone) <= now
    ]
    return post(due, now=now)


def post_escalations(*, now: datetime) -> int:
    """One message a day to each member of staff if a review passed its second limit since their last; how many."""
    overdue = list_overdue(now=now)
    if not overdue:
        return 0
    told, due = last_told(), []
    for account_id, zone_name in list_staff():
        morning, last = morning_of(now, zone_name), told.get(account_id)
        heard_today = last is not None and today(last, zone_name) == today(now, zone_name)
        if morning <= now and not heard_today and any(one.is_news(last, morning) for one in overdue):
            kind, subject = NoticeKind.REVIEWS_OVERDUE, ("account", account_id)
            due.append(Message(kind, account_id, *subject, due_at=morning))
    return post(due, now=now)
