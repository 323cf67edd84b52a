"""A change of a cohort's calendar before it is made: what moves, and what of it people have begun already. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from program.clock import today
from program.cohorts.calendar import LeftOut
from program.cohorts.plans import Plan
from program.schedule.moves import Move

ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Line:
    """A period of the preview: what becomes of it, and what hangs on it now."""

    move: Move
    reports: int = 0
    """Reports that were begun for it, sent or not."""
    reminders: int = 0
    """Reminders of its deadline that have gone out."""

    @property
    def label(self) -> str:
        """Its number, before and after if these differ."""
        numbers = [part.number for part in (self.move.period, self.move.slot) if part is not None]
        return " → ".join(dict.fromkeys(map(str, numbers)))


@dataclass(frozen=True, slots=True)
class WaveLine:
    """A survey wave that is not closed, or a round of evaluations: when it opens and ends, and when it will."""

    id: int
    kind: str
    state: str
    opens_at: datetime
    closes_at: datetime
    opens_after: datetime
    closes_after: datetime

    @property
    def moves(self) -> bool:
        """Whether it does."""
        return self.opens_at != self.opens_after


@dataclass(frozen=True, slots=True)
class Followers:
    """How many people's places and assignments move with the cohort, and how many of their leaves stay behind.

    Of a cohort that is cut short: how many are cut with it, and how many would lie wholly outside.
    """

    fellowships: int = 0
    assignments: int = 0
    leaves: int = 0
    cut: int = 0
    outside: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """The plans before and after, and all that follows from the difference. `by`: the whole cohort moves so far."""

    before: Plan
    after: Plan
    by: timedelta
    lines: Sequence[Line]
    waves: Sequence[WaveLine] = ()
    rounds: Sequence[WaveLine] = ()
    people: Followers = Followers()
    left_out: Sequence[LeftOut] = field(default=())

    @property
    def digest(self) -> str:
        """Short for what is changed. It does not count reports: they may be written while somebody reads it."""
        moves = [(line.move.period, line.move.slot) for line in self.lines]
        return sha256(repr((self.before, self.after, self.by, moves)).encode()).hexdigest()[:32]

    @property
    def changes_calendar(self) -> bool:
        """Whether anything but words changes, so that it is to be looked at first."""
        return (
            self.by != ZERO or bool(self.people.cut) or any(line.move.word != "stays" for line in self.lines)
        )

    def count(self, word: str) -> int:
        """How many periods this becomes of."""
        return sum(line.move.word == word for line in self.lines)

    @property
    def stuck(self) -> list[Line]:
        """The periods that would go although somebody has written for them."""
        return [line for line in self.lines if line.move.word == "goes" and line.reports]

    @property
    def reports_moved(self) -> int:
        """How many reports stay with a period that moves."""
        return sum(line.reports for line in self.lines if line.move.moves)

    @property
    def reminders_overtaken(self) -> int:
        """How many reminders have named a deadline that is none any more."""
        return sum(line.reminders for line in self.lines if line.move.moves or line.move.slot is None)

    def waves_passed(self, now: datetime) -> int:
        """How many planned surveys wait for their day now, and would have missed it. They are opened by hand."""
        return sum(wave.opens_after <= now < wave.opens_at for wave in self.waves)

    def is_put_off(self, now: datetime) -> bool:
        """Whether a cohort that has begun begins once more."""
        day = today(now, self.after.time_zone)
        return self.before.starts_on <= day < self.after.starts_on

    def overdue_at_once(self, now: datetime) -> int:
        """How many deadlines lie in the past after the change and did not before."""
        return sum(
            line.move.slot is not None
            and line.move.slot.slot.due_at <= now
            and (line.move.period is None or line.move.period.due_at > now)
            for line in self.lines
        )
