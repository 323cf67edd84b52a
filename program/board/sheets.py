"""The board of a cohort as a sheet."""

from collections.abc import Sequence
from functools import partial

from program.access import Permission
from program.board.cells import Column
from program.board.queries import BoardRow
from program.exports.services import Sheet


def board_sheet(columns: Sequence[Column]) -> Sheet[BoardRow]:
    """A line for each fellow, with a column for each report of the cohort's calendar, called so."""
    reports = {
        f"report: {column.title.lower()}": partial(_word, place=place) for place, column in enumerate(columns)
    }
    return Sheet(
        "board",
        Permission.COHORT_READ,
        {
            "fellow": lambda row: row.who.name,
            "track": lambda row: row.who.track,
            "research manager": lambda row: row.who.manager or "",
            "look here": lambda row: "; ".join(signal.reason for signal in row.signals),
            **reports,
            "on request": lambda row: "; ".join(f"{cell.label}: {cell.word}" for cell in row.asked_for),
        },
    )


def _word(row: BoardRow, *, place: int) -> str:
    return row.cells[place].word
