"""Rows that follow the lines of a text: asks, and the items of a plan."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from program.reports.models import Ask, PlanItem

One = TypeVar("One", Ask, PlanItem)


def follow_lines(
    rows: list[One], typed: Sequence[str], *, settled: Callable[[One], bool], new: Callable[[int, str], One]
) -> list[One]:
    """Make the rows those of the lines that were typed; the rows that go. What is settled stays, whatever is typed."""
    known = {row.text: row for row in rows}
    gone = [row for text, row in known.items() if text not in typed and not settled(row)]
    for row in gone:
        rows.remove(row)
    for position, text in enumerate(typed, start=1):
        if text in known:
            known[text].position = position
        else:
            rows.append(new(position, text))
    return gone
