"""Ladders as they are drawn: where on one line each rung is. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from program.ladders.rules import days_of
from program.reminders.ladder import Ladder, Reader

LEAST = 2.0
"""Days before the deadline with which every picture begins."""
EDGE = 3.0
"""Per cent that are left free on both sides."""


class Dot(NamedTuple):
    """A rung: in per cent from the left, and to whom."""

    x: float
    to: Reader


class Row(NamedTuple):
    """One ladder: its label, its rungs, where it ends, and what a screen reader says of it."""

    label: str
    dots: list[Dot]
    end: float
    end_days: int
    said: str


class Picture(NamedTuple):
    """Several ladders over the same days, and where the deadline is."""

    rows: list[Row]
    due: float
    readers: list[Reader]


def draw(ladders: Mapping[str, Ladder]) -> Picture:
    """The ladders by their labels, all on one scale of days."""
    rungs = [rung for ladder in ladders.values() for rung in ladder.rungs]
    first = min(-LEAST, *(days_of(rung) for rung in rungs))
    last = max(ladder.end_days for ladder in ladders.values())

    def at(days: float) -> float:
        return round(EDGE + (100 - 2 * EDGE) * (days - first) / (last - first), 2)

    rows = [
        Row(
            label,
            [Dot(at(days_of(rung)), rung.to) for rung in ladder.rungs],
            at(ladder.end_days),
            ladder.end_days,
            ", ".join(rung.name for rung in ladder.rungs),
        )
        for label, ladder in ladders.items()
    ]
    found = {rung.to for rung in rungs}
    return Picture(rows, at(0), [reader for reader in Reader if reader in found])
