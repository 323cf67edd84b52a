"""When to say that something is owed, and to whom: a pure function of its deadline, of habits, and of the present."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from program.cohorts.working import Pause, by_working_days
from program.preferences.hours import Habits, Pace, next_moment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOT = timedelta(minutes=30)
"""What falls due within so long goes out together, in one mail: at the full and the half hour."""
LONGEST = 30
"""Days before and after a deadline beyond which nothing is said: working days are counted as what they last."""


class Unit(StrEnum):
    """What a rung counts in: hours, or Monday to Friday where the cohort is, without its breaks."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"


class Reader(StrEnum):
    """Whom a rung speaks to: who owes it, the research manager of the fellow it is about, or staff."""

    OWNER = "owner"
    MANAGER = "manager"
    STAFF = "staff"


TO = {Reader.OWNER: "", Reader.MANAGER: ", to the research manager", Reader.STAFF: ", to staff"}
ONE, MANY = (
    {Unit.HOURS: "h", Unit.WORKING_DAYS: "working day"},
    {Unit.HOURS: "h", Unit.WORKING_DAYS: "working days"},
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cohort counts its days: its zone (IANA) and its breaks."""

    zone_name: str = "UTC"
    breaks: Sequence[Pause] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: so much before (negative) or after the deadline, to one kind of reader."""

    amount: int
    unit: Unit = Unit.HOURS
    to: Reader = Reader.OWNER

    @property
    def when(self) -> str:
        """How far from the deadline it is, in words."""
        if self.amount == 0:
            return "at due"
        count = abs(self.amount)
        unit = (ONE if count == 1 else MANY)[self.unit]
        return f"{count} {unit} {'before' if self.amount < 0 else 'after'}"

    @property
    def name(self) -> str:
        """What it is called in the outbox: when, and to whom if not to who owes it."""
        return f"{self.when}{TO[self.to]}"

    def at(self, due_at: datetime, place: Place) -> datetime:
        """Its instant (UTC) for a deadline."""
        if self.unit is Unit.HOURS or self.amount == 0:
            return due_at + self.amount * HOUR
        return by_working_days(due_at, self.amount, zone_name=place.zone_name, breaks=place.breaks)

    def reaches(self, at: datetime, habits: Habits) -> datetime:
        """When it may reach a reader, if its instant is `at`: in their hours, but that something is due is said then.

        Who wants one mail a day or a week gets that with it, too.
        """
        return at if self.is_at_once(habits) else next_moment(_slot(at), habits)

    def is_at_once(self, habits: Habits) -> bool:
        """Whether it reaches a reader at its instant, at night too."""
        return self.amount == 0 and habits.pace is Pace.IMMEDIATE


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs for one kind of obligation, and so many days after the deadline at which they end."""

    rungs: tuple[Rung, ...]
    end_days: int = 14

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Whom it speaks to."""
        return tuple(dict.fromkeys(rung.to for rung in self.rungs))

    @property
    def reach(self) -> tuple[timedelta, timedelta]:
        """How long after its deadline something may still be said, and how long before already."""
        ahead = [rung for rung in self.rungs if rung.amount < 0]
        before = [LONGEST * DAY if rung.unit is Unit.WORKING_DAYS else -rung.amount * HOUR for rung in ahead]
        return self.end_days * DAY, max(before, default=timedelta())

    def steps(self, reader: Reader, due_at: datetime, place: Place) -> list[tuple[datetime, Rung]]:
        """The rungs to a reader with their instants, the first first."""
        return sorted(
            ((rung.at(due_at, place), rung) for rung in self.rungs if rung.to is reader),
            key=lambda step: step[0],
        )

    def newest(
        self, reader: Reader, due_at: datetime, now: datetime, *, place: Place, habits: Habits
    ) -> tuple[datetime, Rung] | None:
        """The newest rung to a reader that may have reached them by now, with its instant; None if none, or at the end.

        Only the newest: a machine that was off for two days sends one mail, not one for every rung it missed.
        """
        if now >= due_at + self.end_days * DAY:
            return None
        for at, rung in reversed(self.steps(reader, due_at, place)):
            if at <= now and rung.reaches(at, habits) <= now:
                return at, rung
        return None

    def coming(
        self,
        reader: Reader,
        due_at: datetime,
        first: datetime,
        last: datetime,
        *,
        place: Place,
        habits: Habits,
    ) -> Iterator[tuple[datetime, datetime, Rung]]:
        """The rungs that reach a reader after `first` and up to `last`: when they do, their instant, and which.

        Of several that reach them at once only the newest.
        """
        found: dict[datetime, tuple[datetime, Rung]] = {}
        for at, rung in self.steps(reader, due_at, place):
            moment = rung.reaches(at, habits)
            if first < moment <= last and moment < due_at + self.end_days * DAY:
                found[moment] = (at, rung)
        latest = None
        for moment in sorted(found):
            at, rung = found[moment]
            if latest is None or at > latest:
                latest = at
                yield moment, at, rung

    def as_json(self) -> list[dict[str, Any]]:
        """Its rungs as they are kept."""
        return [{"amount": rung.amount, "unit": rung.unit, "to": rung.to} for rung in self.rungs]

    @classmethod
    def from_json(cls, rungs: Sequence[Mapping[str, Any]], end_days: int) -> Self:
        """The ladder of rungs as they are kept."""
        return cls(tuple(Rung(r["amount"], Unit(r["unit"]), Reader(r["to"])) for r in rungs), end_days)


def _slot(at: datetime) -> datetime:
    """The next full or half hour."""
    over = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return at + (SLOT - over) if over else at
