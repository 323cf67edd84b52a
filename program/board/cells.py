"""What one report looks like from far away: a cell of the board. Pure, from facts that were read before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from program.clock import written_day
from program.deadlines.lateness import Lateness


class Cell(StrEnum):
    """Where a report stands, or why there is none."""

    ACCEPTED = "accepted"
    SENT = "sent"
    WAITS = "waits too long"
    RETURNED = "returned"
    LATE = "late"
    VERY_LATE = "very late"
    IN_GRACE = "in grace"
    BEGUN = "begun"
    NOT_YET = "not yet"
    TO_COME = "to come"
    EXCUSED = "excused"
    ON_LEAVE = "on leave"
    BEFORE = "before the start"
    AFTER = "after the end"


MARKS: dict[Cell, str] = {
    Cell.ACCEPTED: "ok",
    Cell.SENT: "sent",
    Cell.WAITS: "waits",
    Cell.RETURNED: "back",
    Cell.LATE: "late",
    Cell.VERY_LATE: "later",
    Cell.IN_GRACE: "grace",
    Cell.BEGUN: "begun",
    Cell.NOT_YET: "open",
    Cell.TO_COME: "none",
    Cell.EXCUSED: "free",
    Cell.ON_LEAVE: "away",
    Cell.BEFORE: "out",
    Cell.AFTER: "out",
}
"""The class of each in the stylesheet, which draws a shape for it: short, for a board has thousands."""
SENT_LATE = "sent late"
SENT = {"accepted": Cell.ACCEPTED, "submitted": Cell.SENT, "returned": Cell.RETURNED}
"""The cell of each state of a report that was sent; there is none for a draft."""

OVERDUE = {
    Lateness.GRACE: Cell.IN_GRACE,
    Lateness.LATE: Cell.LATE,
    Lateness.VERY_LATE: Cell.VERY_LATE,
}
"""The cell of a report that is owed and was not sent, by how late it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """One period of the board as it is now, by the calendar; `due_on` is a day where its deadlines stand."""

    period_id: int
    label: str
    title: str
    due_on: date
    opened: bool
    lateness: Lateness

    @property
    def current(self) -> bool:
        """Whether it can be written and is not due yet."""
        return self.opened and self.lateness is Lateness.ON_TIME


class Known(NamedTuple):
    """What is known of a report that was begun: `late` if it was sent late, `waits` if its next step is overdue."""

    report_id: int
    state: str
    late: bool
    waits: bool


class Granted(NamedTuple):
    """What is different for one fellow: excused, or due on another day, and how late by that."""

    excused: bool
    due_on: date
    lateness: Lateness


class BoardCell(NamedTuple):
    """A cell as it is drawn: how it is marked and called, whose column it stands in, the report if one was sent."""

    mark: str
    word: str
    label: str
    report_id: int | None


class Days(NamedTuple):
    """A stretch of days, both included."""

    first: date
    last: date

    def has(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day <= self.last


@dataclass(slots=True)
class Own:
    """What is known of one fellow, by period, and the periods that only they are asked for."""

    reports: dict[int, Known] = field(default_factory=dict)
    granted: dict[int, Granted] = field(default_factory=dict)
    leaves: list[Days] = field(default_factory=list)
    asked: list[Column] = field(default_factory=list)


def cells_of(columns: Iterable[Column], place: Days, known: Own) -> list[BoardCell]:
    """A cell for each column, for a fellow whose place is of these days."""
    drawn = []
    for column in columns:
        report, own = known.reports.get(column.period_id), known.granted.get(column.period_id)
        free = not_owed(column.due_on, place, known.leaves, own)
        cell = cell_of(column, report, free, own.lateness if own else column.lateness)
        sent = report is not None and report.state in SENT
        late = report is not None and sent and report.late
        mark = f"{MARKS[cell]}{' tardy' if late else ''}{' now' if column.current else ''}"
        word = f"{cell}, {SENT_LATE}" if late else cell.value
        if own and not own.excused and not sent:
            word = f"{word}, due {written_day(own.due_on)}"
        drawn.append(BoardCell(mark, word, column.label, report.report_id if report and sent else None))
    return drawn


def not_owed(due_on: date, place: Days, leaves: Sequence[Days], own: Granted | None = None) -> Cell | None:
    """Why a report that falls due on this day is not owed, if it is not: as `is_expected` says in SQL."""
    if due_on < place.first:
        return Cell.BEFORE
    if due_on > place.last:
        return Cell.AFTER
    if own and own.excused:
        return Cell.EXCUSED
    due_on = own.due_on if own else due_on
    return Cell.ON_LEAVE if leaves and any(leave.has(due_on) for leave in leaves) else None


def cell_of(column: Column, report: Known | None, free: Cell | None, lateness: Lateness) -> Cell:
    """Where the report stands; `free` says why none is owed, where none is."""
    sent = SENT.get(report.state) if report else None
    if sent is not None:
        return Cell.WAITS if sent is Cell.SENT and report and report.waits else sent
    if free:
        return free
    if not column.opened:
        return Cell.TO_COME
    return OVERDUE.get(lateness) or (Cell.BEGUN if report else Cell.NOT_YET)
