"""The sweep: each morning or week to whoever wants one mail for all, and to staff of reviews that nobody gives."""

from dataclasses import replace
from datetime import datetime

from program.accounts.queries import list_staff
from program.alerts.models import AlertKind
from program.alerts.raising import raise_alert
from program.clock import today
from program.digests.overdue import last_told, list_overdue
from program.digests.queries import list_readers
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.preferences.hours import Habits, Pace, is_awake, last_morning


def sweep_digests(*, now: datetime) -> int:
    """Post what is due and not posted yet; how many. Safe to run late, twice, or at the same time."""
    return post_digests(now=now) + post_escalations(now=now)


def post_digests(*, now: datetime) -> int:
    """One message for each mentor who wants them so, and for whom something waited on their last morning.

    How many are new. What comes after the morning is for the next one's; so is the choice itself. A morning that
    was missed is made up for in their waking hours.
    """
    due = [
        Message(
            NoticeKind.DIGEST,
            reader.account_id,
            "account",
            reader.account_id,
            rung=morning_rung(now, reader.habits),
        )
        for reader in list_readers(now=now)
        if max(reader.oldest_at, reader.since) <= last_morning(now, reader.habits)
        and is_awake(now, reader.habits)
    ]
    return post(due, now=now)


def morning_rung(now: datetime, habits: Habits) -> str:
    """What the mail of their last morning is called: its day."""
    return today(last_morning(now, habits), habits.time_zone).isoformat()


def post_escalations(*, now: datetime) -> int:
    """One message a day to each member of staff if a review passed its second limit since their last; how many.

    Where staff are alerted in their chat, the first of them brings one alert of the day with it.
    """
    overdue = list_overdue(now=now)
    if not overdue:
        return 0
    told, due, most = last_told(), [], 0
    for account in list_staff():
        habits = replace(account.habits, pace=Pace.DAILY)
        morning, last = last_morning(now, habits), told.get(account.id)
        heard = last is not None and last >= morning
        news = sum(one.is_news(last, morning) for one in overdue)
        if is_awake(now, habits) and not heard and news:
            most = max(most, news)
            kind, subject = NoticeKind.REVIEWS_OVERDUE, ("account", account.id)
            due.append(Message(kind, account.id, *subject, due_at=morning))
    posted = post(due, now=now)
    if posted:
        day = now.date().isoformat()
        raise_alert(AlertKind.REVIEWS_OVERDUE, day, since=now, until=now, now=now, count=most)
    return posted
