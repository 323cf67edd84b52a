"""The board of a cohort as a sheet."""

from functools import partial

from program.access import Permission
from program.cohorts.models import Cohort
from program.exports.services import Sheet
from program.home.board import BoardRow


def board_sheet(cohort: Cohort) -> Sheet[BoardRow]:
    """A line for each fellow, with a column for each of the cohort's weeks."""
    weeks = {
        f"week {period.number}": partial(_cell, place=place) for place, period in enumerate(cohort.periods)
    }
    return Sheet(
        "board", Permission.COHORT_READ, {"fellow": lambda row: row.fellowship.account.name, **weeks}
    )


def _cell(row: BoardRow, *, place: int) -> str:
    return row.cells[place].cell.value
