"""What an extension makes of deadlines, before it is given: pure, from what stands now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from hashlib import sha256
from itertools import groupby

from program.clock import DAY, deadline, later, today, zone


class Deed(StrEnum):
    """What becomes of a deadline."""

    EXTEND = "extend"
    EXCUSE = "excuse"
    RESTORE = "restore"


class Verdict(StrEnum):
    """What becomes of one person's deadline."""

    MOVES = "moves"
    HEALED = "was sent late, is on time then"
    EXCUSED = "is excused"
    RESTORED = "as in the calendar again"
    STAYS = "stays"
    SENT = "sent already, left out"


CHANGING = frozenset({Verdict.MOVES, Verdict.HEALED, Verdict.EXCUSED, Verdict.RESTORED})


@dataclass(frozen=True, slots=True)
class Slot:
    """One person's deadline for one period: as planned, as granted if it was, and when the report was sent first."""

    fellowship_id: int
    account_id: int
    name: str
    period_id: int
    title: str
    planned: datetime
    own: datetime | None = None
    excused: bool = False
    sent_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """When it is due in truth; when it would be, if the fellow is excused."""
        return self.own or self.planned

    @property
    def sent_in_time(self) -> bool:
        """Whether it was sent by the deadline that it has."""
        return self.sent_at is not None and self.sent_at <= self.due_at


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: of which period, for whom (None for all), and by so many days, or to a day and time.

    With `cascade` the later deadlines of the same people move as many days.
    """

    deed: Deed
    period_id: int
    fellowship_ids: frozenset[int] | None = None
    days: int | None = None
    until: date | None = None
    at: time | None = None
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one slot; `after` is None for who is excused."""

    slot: Slot
    after: datetime | None
    verdict: Verdict

    @property
    def changes(self) -> bool:
        """Whether anything does."""
        return self.verdict in CHANGING

    @property
    def is_news(self) -> bool:
        """Whether its fellow is told: of what was sent, only that it counts as on time now."""
        return self.changes and (self.slot.sent_at is None or self.verdict is Verdict.HEALED)


@dataclass(frozen=True, slots=True)
class Change:
    """All lines of a wish, person by person, each in the order of the calendar."""

    wish: Wish
    lines: Sequence[Line]

    @property
    def digest(self) -> str:
        """Short for all that is seen of it."""
        return sha256(repr(self).encode()).hexdigest()[:32]

    @property
    def changing(self) -> list[Line]:
        """The lines in which something changes."""
        return [line for line in self.lines if line.changes]

    @property
    def news(self) -> list[Line]:
        """The lines that somebody is told of."""
        return [line for line in self.lines if line.is_news]

    def count(self, verdict: Verdict) -> int:
        """How many lines come to this."""
        return sum(line.verdict is verdict for line in self.lines)

    def overdue_at_once(self, now: datetime) -> int:
        """How many reports that nobody has sent are owed and overdue after it."""
        return sum(
            line.after is not None and line.after <= now and line.slot.sent_at is None
            for line in self.changing
        )


def change_of(slots: Iterable[Slot], wish: Wish, *, zone_name: str) -> Change:
    """What the wish makes of these slots, which come person by person in the order of the calendar.

    Who has no slot in the period itself is left out. The zone is that of the cohort's deadlines.
    """
    lines: list[Line] = []
    for _person, theirs in groupby(slots, lambda slot: slot.fellowship_id):
        first, *later = theirs
        if first.period_id == wish.period_id:
            lines += _lines(first, later if wish.cascade else [], wish, zone_name)
    return Change(wish, lines)


def _lines(first: Slot, others: Sequence[Slot], wish: Wish, zone_name: str) -> Iterator[Line]:
    if wish.deed is Deed.EXCUSE:
        yield _excused(first)
        return
    if wish.deed is Deed.RESTORE:
        yield from (_restored(slot) for slot in (first, *others))
        return
    target = _target(first, wish, zone_name)
    days = (today(target, zone_name) - today(first.due_at, zone_name)).days
    yield _moved(first, target)
    for slot in others:
        yield _stays(slot) if slot.excused else _moved(slot, later(slot.due_at, days * DAY, zone_name))


def _target(slot: Slot, wish: Wish, zone_name: str) -> datetime:
    if wish.until is None:
        return later(slot.due_at, (wish.days or 0) * DAY, zone_name)
    at = wish.at or slot.planned.astimezone(zone(zone_name)).time()
    return deadline(wish.until, at, zone_name)


def _moved(slot: Slot, target: datetime) -> Line:
    """An extension is never shorter than the calendar, and what was sent in time needs none."""
    after = max(target, slot.planned)
    if slot.sent_in_time:
        return Line(slot, slot.due_at, Verdict.SENT)
    if after == slot.due_at and not slot.excused:
        return _stays(slot)
    healed = slot.sent_at is not None and slot.sent_at <= after
    return Line(slot, after, Verdict.HEALED if healed else Verdict.MOVES)


def _excused(slot: Slot) -> Line:
    if slot.sent_at is not None:
        return Line(slot, slot.due_at, Verdict.SENT)
    return _stays(slot) if slot.excused else Line(slot, None, Verdict.EXCUSED)


def _restored(slot: Slot) -> Line:
    """What was sent in time by the deadline that it had stays so."""
    if slot.own is None and not slot.excused:
        return _stays(slot)
    if slot.sent_in_time and not slot.excused:
        return Line(slot, slot.due_at, Verdict.SENT)
    return Line(slot, slot.planned, Verdict.RESTORED)


def _stays(slot: Slot) -> Line:
    return Line(slot, None if slot.excused else slot.due_at, Verdict.STAYS)
