"""The sweep: from what is owed now to messages in the outbox."""

from datetime import datetime

from program.notices.carrying import carry_together
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.obligations.queries import iterate_due
from program.reminders.queries import read_ladders
from program.reminders.readers import Step, list_hearings, unheard


def sweep(*, now: datetime) -> int:
    """Post the reminders that are due and not posted yet; how many. Safe to run late, twice, or at the same time.

    What it posts for one person travels in one mail.
    """
    ladders, posted = read_ladders(), 0
    for owed in iterate_due(*ladders.window(now, now), now=now):
        steps = [hearing.newest(now) for hearing in list_hearings(owed, ladders, until=now)]
        posted += post(map(reminder, unheard([step for step in steps if step])), now=now)
    if posted:
        carry_together(NoticeKind.REMINDER, now=now)
    return posted


def reminder(step: Step) -> Message:
    """The message of one rung about one obligation."""
    obligation = step.obligation
    return Message(
        NoticeKind.REMINDER,
        step.account_id,
        obligation.kind.value,
        obligation.subject_id,
        obligation.due_at,
        step.rung.name,
        owner_id=step.owner_id,
        rung_at=step.at,
    )
