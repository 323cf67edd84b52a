"""Holding a mail that nobody has made yet."""

from collections.abc import Collection
from datetime import datetime

from program.access import Actor
from program.errors import ForbiddenStepError
from program.notices.models import Notice
from program.notices.steps import hold_coming
from program.reminders.services import reminder
from program.reminders.upcoming import steps_of_mail


def hold_reminders(
    reader_id: int, moment: datetime, owner_ids: Collection[int], *, actor: Actor, now: datetime
) -> Notice:
    """Make what is to reach this person at this instant now, and hold it; what carries it.

    The sweep finds it made, and makes it no second time. Raises ForbiddenError, and ForbiddenStepError if nothing is
    to reach them then any more, or it was made meanwhile.
    """
    steps = steps_of_mail(reader_id, moment, owner_ids, now=now)
    if not steps:
        raise ForbiddenStepError(
            "Nothing is to go out to them then any more: it was done, or it has gone out."
        )
    return hold_coming([reminder(step) for step in steps], moment=moment, actor=actor, now=now)
