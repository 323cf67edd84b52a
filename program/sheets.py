"""Tables that people take away: CSV and XLSX in which no cell is a formula."""

import csv
import io
import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula, full-width forms included (OWASP, CSV injection)."""
LONGEST_CELL = 32_767
"""Characters that a cell of XLSX may have."""
WIDTH = 24
BOM = "\ufeff"
"""Without it, spreadsheets take a CSV for one in the machine's own old encoding, and every accent is lost."""


class Format(StrEnum):
    """What a list is taken away as."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def mimetype(self) -> str:
        """What a browser is told that it gets."""
        spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return "text/csv; charset=utf-8" if self is Format.CSV else spreadsheet


def write_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as RFC 4180 text. A text that would run as a formula gets an apostrophe before it."""
    sheet = io.StringIO()
    _write_lines(sheet, head, rows)
    return sheet.getvalue()


def write_sheet(file: IO[bytes], kind: Format, head: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write the table into the file, a row at a time; how many rows it has without its head."""
    return _write_csv(file, head, rows) if kind is Format.CSV else _write_xlsx(file, head, rows)


def neutral(cell: object) -> object:
    """The cell as it may stand in a sheet: numbers as they are, texts never as formulas."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA):
        return "'" + cell
    return cell


def _write_csv(file: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write(BOM)
    count = _write_lines(text, head, rows)
    text.detach()
    return count


def _write_lines(sheet: io.TextIOBase, head: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    writer, counted = csv.writer(sheet), itertools.count()
    writer.writerow([neutral(title) for title in head])
    for row, _number in zip(rows, counted, strict=False):
        writer.writerow([neutral(_plain(cell)) for cell in row])
    return next(counted)


def _write_xlsx(file: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("List")
    sheet.freeze_panes = "A2"
    for number in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    _head(sheet, head)
    counted = itertools.count()
    for row, _number in zip(rows, counted, strict=False):
        sheet.append([_cell(sheet, cell) for cell in row])
    book.save(file)
    return next(counted)


def _head(sheet: Any, head: Sequence[str]) -> None:
    titles = [_cell(sheet, title) for title in head]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)


def _cell(sheet: Any, value: object) -> Any:
    """Numbers and days as such; a text is told to be one, whatever it looks like."""
    plain = value if type(value) is date else neutral(_plain(value))
    if not isinstance(plain, str):
        return plain
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", plain)[:LONGEST_CELL])
    cell.data_type = "s"
    return cell


def _plain(value: object) -> object:
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return ""
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
    return value
