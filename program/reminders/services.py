"""The sweep: from what is owed now to messages in the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.obligations.models import Obligation, ObligationKind
from program.obligations.queries import iterate_due
from program.reminders.ladder import AFTERWARDS, LADDER, Rung, rung_due, rungs_between, window


def sweep(*, now: datetime) -> int:
    """Post the reminders that are due and not posted yet; how many. Safe to run late, twice, or at the same time."""
    first, last = window(now)
    posted = 0
    for owed in iterate_due(first, last, now=now):
        due = [
            (obligation, rung_due(obligation.due_at, now, ladder=_ladder(obligation))) for obligation in owed
        ]
        posted += post([reminder(obligation, rung) for obligation, rung in due if rung], now=now)
    return posted


def reminder(obligation: Obligation, rung: Rung) -> Message:
    """The message of one rung about one obligation."""
    return Message(
        NoticeKind.REMINDER,
        obligation.account_id,
        obligation.kind.value,
        obligation.subject_id,
        obligation.due_at,
        rung.name,
    )


def count_going_out(*, now: datetime, within: timedelta) -> int:
    """How many reminders fall due in the time to come, if nothing that is owed now were done."""
    until = now + within
    first = now - max(rung.offset for rung in LADDER)
    last = until - min(rung.offset for rung in LADDER)
    return sum(
        len(list(rungs_between(obligation.due_at, now, until, ladder=_ladder(obligation))))
        for owed in iterate_due(first, last, now=now)
        for obligation in owed
    )


def _ladder(obligation: Obligation) -> Sequence[Rung]:
    return AFTERWARDS if obligation.kind is ObligationKind.CONCERN else LADDER
