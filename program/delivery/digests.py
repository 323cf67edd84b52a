"""The one mail a day or a week of a mentor who wants no more, and what staff hear of reviews that nobody gives."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from program.access import Role
from program.delivery.letters import Letters, letter
from program.digests.accepting import accept_url
from program.digests.overdue import DAYS, Overdue, list_overdue, told_before
from program.digests.queries import read_digest, waiting_by_reader
from program.digests.services import morning_rung
from program.mail import Mail
from program.notices.models import Notice
from program.preferences.hours import Pace
from program.presentation import path_to
from program.succession.words import News

NAMED = 30
"""So many reviews are named in a mail to staff."""


def digests(notices: Sequence[Notice], now: datetime) -> Letters:
    """To a mentor who still wants it: every report that waits for them. From their next morning on, that one's does."""
    waiting = waiting_by_reader({notice.account_id for notice in notices}, now=now)
    return {
        notice.id: partial(_digest, notice, now, waiting[notice.account_id])
        for notice in notices
        if notice.account_id in waiting and _is_the_last(notice, now)
    }


def _is_the_last(notice: Notice, now: datetime) -> bool:
    habits = notice.account.habits
    return habits.pace is not Pace.IMMEDIATE and notice.rung == morning_rung(now, habits)


def _digest(notice: Notice, now: datetime, report_ids: Sequence[int]) -> Mail:
    digest = read_digest(report_ids)
    whole = [(one, accept_url(notice.account_id, one.revision, now=now)) for one in digest.whole]
    named, more, count = digest.named, digest.more, len(report_ids)
    return letter("digest", notice, now, whole=whole, named=named, more=more, count=count)


def overdue_reviews(notices: Sequence[Notice], now: datetime) -> Letters:
    """To staff: which reviews came to be long overdue since they were last told, and still are."""
    overdue = list_overdue(now=now)
    return {
        notice.id: partial(_escalation, notice, now, news)
        for notice in notices
        if Role.STAFF in notice.account.roles and (news := _news_to(notice, overdue, now))
    }


def _news_to(notice: Notice, overdue: Sequence[Overdue], now: datetime) -> list[Overdue]:
    last, until = told_before(notice), notice.due_at or now
    return [one for one in overdue if one.is_news(last, until)]


def _escalation(notice: Notice, now: datetime, overdue: Sequence[Overdue]) -> Mail:
    one = len(overdue) == 1
    named = "; ".join(f"{late.about} ({_whose(late)})" for late in overdue[:NAMED])
    rest = len(overdue) - NAMED
    news = News(
        f"{len(overdue)} {'review is' if one else 'reviews are'} {DAYS} working days over the target",
        f"Nobody has answered: {named}{f'; and {rest} more' if rest > 0 else ''}.",
        "Open the programme",
        "you run the programme. Each report is told to you once",
        "They are late already.",
    )
    return letter("news", notice, now, news=news, url=path_to("home.staff"))


def _whose(late: Overdue) -> str:
    return f"with {late.mentor}" if late.mentor else "owed by no mentor"
