"""What a ladder may be. Pure."""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from program.clock import DAY
from program.obligations.models import ObligationKind
from program.reminders.defaults import readers_of
from program.reminders.ladder import HOUR, LONGEST, Ladder, Reader, Rung, Unit

MOST_RUNGS = 10
MOST = {Unit.HOURS: LONGEST * 24, Unit.WORKING_DAYS: 20}
"""So far from its deadline at most, before or after."""
TOO_FAR = {
    Unit.HOURS: f"Please give {LONGEST * 24} hours ({LONGEST} days) at most.",
    Unit.WORKING_DAYS: "Please give 20 working days at most.",
}
LAST_END = 60
"""Days after the deadline by which every ladder is over."""


class Fault(NamedTuple):
    """What is wrong, with which part of which rung: counted from 0, None for the ladder as a whole."""

    message: str
    part: str
    place: int | None = None


def faults(ladder: Ladder, kind: ObligationKind) -> Iterator[Fault]:
    """What is wrong with a ladder for this kind of obligation, its rungs in the order in which they stand."""
    names: set[str] = set()
    for place, rung in enumerate(ladder.rungs):
        yield from _faults_of(rung, kind, place)
        if rung.name in names:
            yield Fault(f"“{rung.name}” stands here twice.", "amount", place)
        names.add(rung.name)
    yield from _faults_of_all(ladder)


def _faults_of(rung: Rung, kind: ObligationKind, place: int) -> Iterator[Fault]:
    if abs(rung.amount) > MOST[rung.unit]:
        yield Fault(TOO_FAR[rung.unit], "amount", place)
    if rung.to not in readers_of(kind):
        yield Fault("They are not told of this.", "to", place)


def _faults_of_all(ladder: Ladder) -> Iterator[Fault]:
    if Reader.OWNER not in ladder.readers:
        yield Fault("Whoever owes it is to be told at least once.", "end_days")
    if len(ladder.rungs) > MOST_RUNGS:
        yield Fault(f"A ladder has {MOST_RUNGS} reminders at most.", "end_days")
    last = max((days_of(rung) for rung in ladder.rungs), default=0.0)
    if not last < ladder.end_days <= LAST_END:
        least = max(1, int(last) + 1)
        yield Fault(
            f"Please give a number of days after the last reminder: {least} to {LAST_END}.", "end_days"
        )


def days_of(rung: Rung) -> float:
    """How many days before (negative) or after its deadline a rung is at most; the cohort's breaks come on top.

    Five working days are a week, and what is left of one may have a weekend in it.
    """
    if rung.unit is Unit.HOURS:
        return rung.amount * (HOUR / DAY)
    count = abs(rung.amount)
    return (count + 2 * -(-count // 5)) * (1 if rung.amount > 0 else -1)


def in_order(ladder: Ladder) -> Ladder:
    """The same ladder with its rungs in the order in which they come: two that are the same are equal then."""
    readers = [*Reader]
    return Ladder(
        tuple(sorted(ladder.rungs, key=lambda rung: (days_of(rung), readers.index(rung.to), rung.name))),
        ladder.end_days,
    )


def digest_of(ladder: Ladder) -> str:
    """Short for all of it: two ladders with the same are the same."""
    return sha256(repr(in_order(ladder)).encode()).hexdigest()[:32]
