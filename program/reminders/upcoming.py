"""What goes out in the time to come, if nothing that is owed now were done."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from program.obligations.queries import iterate_due
from program.reminders.queries import read_ladders
from program.reminders.readers import Step, list_hearings


def iterate_coming(*, now: datetime, within: timedelta) -> Iterator[tuple[datetime, Step]]:
    """Every rung that reaches somebody in this time, with the instant at which it does; in no order."""
    ladders, until = read_ladders(), now + within
    for owed in iterate_due(*ladders.window(now, until), now=now):
        for hearing in list_hearings(owed, ladders, until=until):
            yield from hearing.coming(now, until)


def count_coming(*, now: datetime, within: timedelta) -> int:
    """How many mails these are: what reaches somebody at one instant is one."""
    return len({(moment, step.account_id) for moment, step in iterate_coming(now=now, within=within)})
