"""Reading a cohort's ladders, and what goes out by one that is only proposed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select

from program.accounts.models import Account
from program.extensions import db
from program.ladders.rules import in_order
from program.obligations.models import Obligation, ObligationKind
from program.obligations.queries import iterate_owed_in
from program.paging import PAGE_SIZE
from program.reminders.defaults import default_ladder
from program.reminders.ladder import Ladder, Reader, Rung
from program.reminders.models import CohortLadder
from program.reminders.queries import Ladders, Told, latest_told, read_ladders
from program.reminders.readers import Hearing, Step, list_hearings

AHEAD = timedelta(days=14)
"""So far ahead a preview looks."""


class Mark(StrEnum):
    """How a message of the proposed ladder stands to the present one."""

    NEW = "new"
    STAYS = "as it is now"
    GOES = "no longer"


class Line(NamedTuple):
    """One rung that reaches one person, and when; at once if that is now."""

    moment: datetime
    step: Step
    mark: Mark


class Sum(NamedTuple):
    """One rung: how many people get it at once, how many messages follow, and how many would now."""

    rung: Rung
    at_once: int
    then: int
    present: int


class Part(NamedTuple):
    """A page of lines."""

    lines: Sequence[Line]
    number: int
    pages: int


def find_own(cohort_id: int, kind: ObligationKind) -> CohortLadder | None:
    """The ladder that staff have made for a cohort."""
    return db.session.scalars(select(CohortLadder).filter_by(cohort_id=cohort_id, kind=kind)).one_or_none()


def find_ladder(cohort_id: int, kind: ObligationKind) -> Ladder:
    """The ladder that a cohort has: its own, or the usual one."""
    own = find_own(cohort_id, kind)
    return own.ladder if own else default_ladder(kind)


def list_own(cohort_id: int) -> Sequence[CohortLadder]:
    """All that staff have made for a cohort."""
    return db.session.scalars(select(CohortLadder).filter_by(cohort_id=cohort_id)).all()


@dataclass(frozen=True)
class Comparison:
    """What goes out in the time to come by a proposed ladder and by the present one, if nothing owed were done."""

    now: datetime
    rungs: Sequence[Rung]
    """Those of both ladders."""
    proposed: Sequence[tuple[datetime, Step]]
    present: Sequence[tuple[datetime, Step]]

    @cached_property
    def lines(self) -> list[Line]:
        """All that either would send, the earliest first."""
        before, after = set(self.present), set(self.proposed)
        marked = [(one, Mark.STAYS if one in before else Mark.NEW) for one in after]
        marked += [(one, Mark.GOES) for one in before - after]
        lines = (Line(moment, step, mark) for (moment, step), mark in marked)
        return sorted(lines, key=lambda line: (line.moment, line.step.obligation.due_at, _place(line.step)))

    @property
    def sums(self) -> list[Sum]:
        """Rung by rung."""
        return [
            Sum(
                rung,
                self._people_at_once(rung),
                sum(step.rung == rung and moment > self.now for moment, step in self.proposed),
                sum(step.rung == rung for _moment, step in self.present),
            )
            for rung in self.rungs
        ]

    @property
    def at_once(self) -> list[tuple[int, Rung]]:
        """How many people get which rung as soon as the ladder is kept."""
        counted = [(self._people_at_once(rung), rung) for rung in self.rungs]
        return [one for one in counted if one[0]]

    def _people_at_once(self, rung: Rung) -> int:
        found = (step for moment, step in self.proposed if moment <= self.now and step.rung == rung)
        return len({step.account_id for step in found})

    def mails(self, *, proposed: bool) -> int:
        """How many mails these are: what reaches somebody at one instant is one."""
        reaching = self.proposed if proposed else self.present
        return len({(moment, step.account_id) for moment, step in reaching})

    def people(self, *, proposed: bool) -> int:
        """To how many people."""
        return len({step.account_id for _moment, step in (self.proposed if proposed else self.present)})

    def page(self, number: int) -> Part:
        """So many lines, those of this page; of the last one if there are not so many."""
        pages = max(1, -(-len(self.lines) // PAGE_SIZE))
        number = min(number, pages)
        return Part(self.lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, pages)


def _place(step: Step) -> tuple[int, int, str]:
    return step.account_id, step.obligation.subject_id, step.rung.name


def compare(
    cohort_id: int, kind: ObligationKind, proposed: Ladder, *, now: datetime, ahead: timedelta = AHEAD
) -> Comparison:
    """What a proposed ladder would send in a cohort, and what the present one sends.

    Rungs that have passed count if they are newer than all that their reader was told: they go out at once. Nothing
    is there for concerns, of which only those they were put to may know.
    """
    present = read_ladders(cohort_id)
    both = replace(present, own={**present.own, (cohort_id, kind): proposed}), present
    windows = [ladders.window(now, now + ahead) for ladders in both]
    first, last = min(start for start, _end in windows), max(end for _start, end in windows)
    found: tuple[list[tuple[datetime, Step]], ...] = ([], [])
    now_rungs = present.own.get((cohort_id, kind), default_ladder(kind)).rungs
    for owed in iterate_owed_in(cohort_id, kind, first, last, now=now):
        for ladders, steps in zip(both, found, strict=True):
            steps.extend(_reaching(owed, ladders, now=now, until=now + ahead))
    rungs = in_order(Ladder((*dict.fromkeys((*proposed.rungs, *now_rungs)),))).rungs
    return Comparison(now, rungs, *found)


def _reaching(
    owed: Sequence[Obligation], ladders: Ladders, *, now: datetime, until: datetime
) -> Iterator[tuple[datetime, Step]]:
    hearings = list_hearings(owed, ladders, until=until)
    told = latest_told(
        {one.account_id for one in hearings}, due_at={one.obligation.due_at for one in hearings}
    )
    for hearing in hearings:
        yield from _reaching_one(hearing, told.get(_key(hearing)), now=now, until=until)


def _reaching_one(
    hearing: Hearing, told: datetime | None, *, now: datetime, until: datetime
) -> Iterator[tuple[datetime, Step]]:
    """What reaches one person at once and later: only what is newer than what they were told before it."""
    newest = hearing.newest(now)
    reaching = [(now, newest)] if newest else []
    for moment, step in (*reaching, *hearing.coming(now, until)):
        if told is None or step.at > told:
            told = step.at
            yield moment, step


def _key(hearing: Hearing) -> Told:
    one = hearing.obligation
    owner_id = None if hearing.reader is Reader.OWNER else one.account_id
    return hearing.account_id, owner_id, one.kind.value, one.subject_id, one.due_at


class Person(NamedTuple):
    """Somebody who is written to, or of whom it is written, and where they are."""

    name: str
    time_zone: str


def people_of(lines: Collection[Line]) -> Mapping[int, Person]:
    """Who hears in these lines, and who owes what they hear of."""
    ids = {one for line in lines for one in (line.step.account_id, line.step.obligation.account_id)}
    query = select(Account.id, Account.name, Account.time_zone).where(Account.id.in_(ids))
    return {row[0]: Person(row[1], row[2]) for row in db.session.execute(query)}
