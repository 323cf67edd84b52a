"""What staff wrote to a group, to each of it by themselves: nobody reads who else, nor why they were chosen."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from program.announcements.letters import said_in
from program.announcements.queries import announcements_by_id
from program.delivery.letters import Letters, letter
from program.notices.models import Notice


def announcements(notices: Sequence[Notice], now: datetime) -> Letters:
    """To each it was sent to; its text is set once for all of them."""
    found = announcements_by_id({notice.subject_id for notice in notices})
    said = {one.id: said_in(one) for one in found.values()}
    return {
        notice.id: partial(letter, "announcement", notice, now, **said[notice.subject_id])
        for notice in notices
        if notice.subject_id in said
    }
