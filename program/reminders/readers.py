"""Whom an obligation's ladder speaks to, and in which hours they read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from program.accounts.queries import list_staff_ids
from program.obligations.models import Obligation
from program.preferences.hours import Habits, is_awake
from program.reminders.ladder import Ladder, Place, Reader, Rung
from program.reminders.queries import (
    Ladders,
    habits_by_account,
    latest_told,
    manager_by_obligation,
)


class Step(NamedTuple):
    """A rung of an obligation, for one reader, and its instant (UTC)."""

    obligation: Obligation
    account_id: int
    at: datetime
    rung: Rung

    @property
    def owner_id(self) -> int | None:
        """Who owes it, if that is not its reader."""
        return None if self.rung.to is Reader.OWNER else self.obligation.account_id


class Hearing(NamedTuple):
    """One person whom the ladder of one obligation speaks to."""

    obligation: Obligation
    reader: Reader
    account_id: int
    habits: Habits
    ladder: Ladder
    place: Place

    def newest(self, now: datetime) -> Step | None:
        """The newest rung that may have reached them by now; what a machine missed that wakes at night waits."""
        due_at = self.obligation.due_at
        found = self.ladder.newest(self.reader, due_at, now, place=self.place, habits=self.habits)
        if found is None or not (found[1].is_at_once(self.habits) or is_awake(now, self.habits)):
            return None
        return Step(self.obligation, self.account_id, *found)

    def coming(self, first: datetime, last: datetime) -> Iterator[tuple[datetime, Step]]:
        """The rungs that reach them after `first` and up to `last`, with the instant at which they do."""
        due_at = self.obligation.due_at
        steps = self.ladder.coming(self.reader, due_at, first, last, place=self.place, habits=self.habits)
        for moment, at, rung in steps:
            yield moment, Step(self.obligation, self.account_id, at, rung)


def list_hearings(owed: Sequence[Obligation], ladders: Ladders, *, until: datetime) -> list[Hearing]:
    """Everybody to whom the instant of some rung of these obligations comes by then.

    Nobody hears from others of what they owe themselves.
    """
    spoken = [(one, reader) for one in owed for reader in _spoken_to(one, ladders, until)]
    managers = manager_by_obligation(one for one, reader in spoken if reader is Reader.MANAGER)
    staff = list_staff_ids() if any(reader is Reader.STAFF for _one, reader in spoken) else ()
    people = [
        (one, reader, account_id)
        for one, reader in spoken
        for account_id in _people(one, reader, managers, staff)
    ]
    habits = habits_by_account({account_id for _one, _reader, account_id in people})
    return [
        Hearing(one, reader, account_id, habits[account_id], ladders.of(one), ladders.place(one))
        for one, reader, account_id in people
    ]


def unheard(steps: Sequence[Step]) -> Iterator[Step]:
    """Those that are newer than all that their reader was told of the same deadline, whatever its ladder was then."""
    told = latest_told({step.account_id for step in steps}, due_at={step.obligation.due_at for step in steps})
    for step in steps:
        one = step.obligation
        last = told.get((step.account_id, step.owner_id, one.kind.value, one.subject_id, one.due_at))
        if last is None or step.at > last:
            yield step


def _spoken_to(obligation: Obligation, ladders: Ladders, until: datetime) -> Iterator[Reader]:
    ladder, place = ladders.of(obligation), ladders.place(obligation)
    for reader in ladder.readers:
        first, _rung = ladder.steps(reader, obligation.due_at, place)[0]
        if first <= until:
            yield reader


def _people(
    obligation: Obligation, reader: Reader, managers: Mapping[Obligation, int], staff: Sequence[int]
) -> Sequence[int]:
    match reader:
        case Reader.OWNER:
            return [obligation.account_id]
        case Reader.MANAGER:
            return [managers[obligation]] if obligation in managers else []
        case Reader.STAFF:
            return [one for one in staff if one != obligation.account_id]
