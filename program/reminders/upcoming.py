"""What goes out in the time to come, if nothing that is owed now were done. Nothing of what is between a few."""

import heapq
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from program.audit.models import PRIVATE_SUBJECTS
from program.obligations.models import Obligation
from program.obligations.queries import iterate_due, list_owed_by_any
from program.reminders.queries import read_ladders
from program.reminders.readers import Step, list_hearings, unheard

MailKey = tuple[datetime, int]


class ComingMail(NamedTuple):
    """What reaches one person at one instant: one mail."""

    moment: datetime
    account_id: int
    steps: Sequence[Step]


def iterate_coming(*, now: datetime, within: timedelta) -> Iterator[tuple[datetime, Step]]:
    """Every rung that reaches somebody in this time, with the instant at which it does; in no order.

    What they were told already, or what staff hold, is left out as the sweep does.
    """
    ladders, until = read_ladders(), now + within
    for owed in iterate_due(*ladders.window(now, until), now=now):
        hearings = list_hearings(_open(owed), ladders, until=until)
        coming = [found for hearing in hearings for found in hearing.coming(now, until)]
        news = {*unheard([step for _moment, step in coming])}
        yield from (found for found in coming if found[1] in news)


def count_coming(*, now: datetime, within: timedelta) -> int:
    """How many mails these are: what reaches somebody at one instant is one."""
    return len({(moment, step.account_id) for moment, step in iterate_coming(now=now, within=within)})


def next_mails(*, after: MailKey | None, size: int, now: datetime, within: timedelta) -> list[ComingMail]:
    """The first mails after that one, by instant and person; no more than these are in memory at a time."""
    kept: dict[MailKey, list[Step]] = {}
    latest: list[tuple[float, int, MailKey]] = []
    for moment, step in iterate_coming(now=now, within=within):
        key = (moment, step.account_id)
        if after is not None and key <= after:
            continue
        if key in kept:
            kept[key].append(step)
            continue
        backwards = (-moment.timestamp(), -step.account_id, key)
        if len(kept) < size:
            heapq.heappush(latest, backwards)
        elif backwards > latest[0]:
            *_order, gone = heapq.heapreplace(latest, backwards)
            del kept[gone]
        else:
            continue
        kept[key] = [step]
    return [ComingMail(*key, kept[key]) for key in sorted(kept)]


def steps_of_mail(
    reader_id: int, moment: datetime, owner_ids: Collection[int], *, now: datetime
) -> list[Step]:
    """What reaches this person at this instant, of what these people owe."""
    hearings = list_hearings(_open(list_owed_by_any(owner_ids, now=now)), read_ladders(), until=moment)
    return [
        step
        for hearing in hearings
        if hearing.account_id == reader_id
        for at, step in hearing.coming(now, moment)
        if at == moment
    ]


def _open(owed: Sequence[Obligation]) -> list[Obligation]:
    return [one for one in owed if one.kind.value not in PRIVATE_SUBJECTS]
