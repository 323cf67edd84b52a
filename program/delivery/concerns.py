"""What those around a concern are told: that there is something, and where; never what, nor about whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from program.access import Permission, can
from program.clock import show
from program.concerns.models import Concern, ConcernState
from program.concerns.queries import concerns_by_id
from program.concerns.services import WRITTEN
from program.concerns.states import TIME_TO_ACKNOWLEDGE
from program.delivery.letters import Letters, told
from program.notices.models import Notice
from program.presentation import path_to
from program.succession.words import News

OPEN, WHY = "Open the concern", "only you and those it was put to can read it"
TO_STAFF = News(
    "A concern was put to you",
    "Somebody put a concern to you by name. Please read it, and acknowledge it within "
    f"{TIME_TO_ACKNOWLEDGE.days} days.",
    OPEN,
    "only those who were named for it can read it",
)
TO_BOTH = {
    WRITTEN: News("Something new in a concern", "Somebody wrote about a concern you share.", OPEN, WHY),
}
TO_WHO_RAISED_IT = TO_BOTH | {
    ConcernState.RAISED: News(
        "Your concern was opened again", "It waits to be acknowledged anew.", OPEN, WHY
    ),
    ConcernState.ACKNOWLEDGED: News(
        "Your concern was acknowledged", "Somebody has read it and takes it up.", OPEN, WHY
    ),
    ConcernState.WORKED: News(
        "Your concern is being worked on", "Somebody has begun to do something about it.", OPEN, WHY
    ),
    ConcernState.CLOSED: News(
        "Your concern was closed", "If it is not settled for you, reopen it on its page.", OPEN, WHY
    ),
}


def concerns(notices: Sequence[Notice], now: datetime) -> Letters:
    """To those who can still read the concern."""
    found = concerns_by_id({notice.subject_id for notice in notices})
    news = {
        notice.id: (
            _news(notice, concern, now),
            path_to("concerns.page", concern_id=concern.id),
        )
        for notice in notices
        if (concern := found.get(notice.subject_id))
        and can(notice.account, Permission.CONCERN_READ, concern, now=now)
    }
    return told(notices, now, news)


def _news(notice: Notice, concern: Concern, now: datetime) -> News:
    if notice.account_id == concern.raised_by_id:
        return TO_WHO_RAISED_IT[notice.rung]
    news = TO_BOTH.get(notice.rung, TO_STAFF)
    due = show(concern.owed_at, zone_name=notice.account.time_zone, now=now).text
    return news if news is not TO_STAFF else replace(news, until=f"That is until {due}.")
