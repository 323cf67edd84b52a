"""Opening XLSX as a grid of texts, without trust: it may be a bomb, broken, or full of formulas. Pure."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from itertools import repeat
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.worksheet.formula import ArrayFormula

PACKED = b"PK"
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 500
MOST_SHEETS = 30
MOST_EMPTY = 1_000
"""After so many empty rows a sheet counts as over."""
LONGEST_CELL = 32_767
LONGEST_TITLE = 120
"""Characters of a sheet's name: spreadsheets allow 31 to 100, other programs whatever they like."""
CARRIAGE_RETURN = "_x000D_"
"""So it stands in a workbook, beside the newline that it is a part of."""
NO_WORKBOOK = (
    "This workbook cannot be read. Please open it, save it as XLSX or the sheet as CSV, and choose that."
)
BOMB = "This workbook is far larger than it looks once it is unpacked. Please save the sheet as CSV, and choose that."
UNSAVED_FORMULA = (
    "the cell holds a formula whose value was never saved: please open the file, save it, and choose it again"
)

Row = tuple[int, Sequence[str], dict[int, str]]
"""Number, cells, and by place what is wrong with a cell."""


class UnreadableError(Exception):
    """A file that cannot be read as a sheet; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its name and its rows."""

    name: str
    rows: Iterable[Row]


def open_workbook(data: bytes, *, most_rows: int, most_columns: int, sheet: str | None = None) -> list[Grid]:
    """The visible sheets, or the one of this name. Raises UnreadableError."""
    if not DEFUSEDXML:
        raise UnreadableError(NO_WORKBOOK)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _open(data, most_rows=most_rows, most_columns=most_columns, sheet=sheet)
    except UnreadableError:
        raise
    except Exception as error:  # a broken workbook breaks the library in a hundred ways
        raise UnreadableError(NO_WORKBOOK) from error


def _open(data: bytes, *, most_rows: int, most_columns: int, sheet: str | None) -> list[Grid]:
    has_formulas = _look_inside(data)
    values = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    formulas = load_workbook(BytesIO(data), read_only=True, keep_links=False) if has_formulas else None
    grids = []
    for name in values.sheetnames[:MOST_SHEETS]:
        if sheet not in (None, name[:LONGEST_TITLE]) or getattr(values[name], "sheet_state", "") != "visible":
            continue
        rows = _cells(values[name], most_columns)
        beside = _cells(formulas[name], most_columns) if formulas else repeat(())
        grids.append(Grid(name[:LONGEST_TITLE], [*_rows(rows, beside, most=most_rows)]))
    return grids


def _cells(sheet: Any, most_columns: int) -> Iterable[Any]:
    """All that is there: where the sheet says that it ends is often wrong."""
    sheet.reset_dimensions()
    rows: Iterable[Any] = sheet.iter_rows(max_col=most_columns, values_only=True)
    return rows


def _look_inside(data: bytes) -> bool:
    """Whether any sheet has formulas. Raises UnreadableError for what unpacks to far more than it should."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableError(BOMB)
            sheets = [part for part in parts if part.filename.startswith("xl/worksheets/") and part.file_size]
            return any(b"<f>" in (text := archive.read(part)) or b"<f " in text for part in sheets)
    except BadZipFile as error:
        raise UnreadableError(NO_WORKBOOK) from error


def _rows(rows: Iterable[Any], beside: Iterable[Any], *, most: int) -> Iterator[Row]:
    """The rows until so many are not empty, or none has been for long."""
    empty = full = 0
    for number, (values, formulas) in enumerate(zip(rows, beside, strict=False), start=1):
        cells = [_text(value) for value in values]
        faults = {place: f"the cell says {cell}" for place, cell in enumerate(cells) if cell in ERROR_CODES}
        for place, formula in enumerate(formulas):
            if not cells[place] and (str(formula).startswith("=") or isinstance(formula, ArrayFormula)):
                faults[place] = UNSAVED_FORMULA
        empty, full = (0, full + 1) if any(cells) or faults else (empty + 1, full)
        if empty > MOST_EMPTY or full > most:
            return
        yield number, cells, faults


def _text(value: object) -> str:
    """A cell as somebody would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat(*(" ",) if isinstance(value, datetime) else ())
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(value).replace(CARRIAGE_RETURN, "").strip()[:LONGEST_CELL]
