"""Reading a sheet: CSV and XLSX as the usual programs write them. It raises nothing but UnreadableError. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from program.imports.kinds import ImportKind
from program.imports.mapping import guess
from program.imports.workbooks import PACKED, Grid, UnreadableError, open_workbook
from program.invitations.uploaded import text_of

MOST_BYTES = 1_900_000
"""Of a file: what a request may carry (2 MB), less the rest of its form."""
MOST_COLUMNS = 200
MOST_ROWS = 20_000
HEAD_ROWS = 15
"""Among the first so many rows that are not empty stands the one with the heads."""
SAMPLES = 3
SEPARATORS = ",;\t|"
FIRST_ROWS = 40
"""Of so many it is seen what separates the cells."""
OLD = b"\xd0\xcf\x11\xe0"
SPLIT = "Please split it: keep the row of headings, and put at most 10,000 rows into each file. Import them in turn."
TOO_LARGE = f"This file is larger than 1.9 MB. {SPLIT}"
TOO_LONG = f"This sheet has more than {MOST_ROWS:,} rows. {SPLIT}"
TOO_WIDE = f"This sheet has more than {MOST_COLUMNS} columns. Please delete those that are not needed, and try again."
EMPTY = "There is nothing in this file. Please look whether it is the right one."
ONLY_HEADS = (
    "There are headings in this file, and no rows below them. Please look whether it is the right one."
)
NO_TEXT = "This file cannot be read. Please save the sheet as XLSX, or as CSV in UTF-8, and choose that."
OLD_WORKBOOK = (
    "This is an old workbook (XLS), or one with a password."
    " Please save it as XLSX without a password, and choose that."
)
UNCLOSED = (
    "A quotation mark in row {row} or below is not closed, so that the rows cannot be told apart."
    " Please put it right, or save the sheet as XLSX, and choose it again."
)
FORMULA = "the cell holds a formula: please put its value there (copy, paste as values)"

csv.field_size_limit(MOST_BYTES)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the sheet, its cells as text, and by place what is wrong with a cell."""

    number: int
    cells: Sequence[str]
    faults: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the heads stand: the sheet's name (none in a CSV), the number of their row, and a few rows below."""

    sheet: str
    number: int
    heads: Sequence[str]
    samples: Sequence[Sequence[str]]


def read_head(data: bytes, kind: ImportKind) -> Head:
    """The heads of the sheet that looks most like this kind. Raises UnreadableError."""
    found = []
    for grid in _grids(data, most=HEAD_ROWS + SAMPLES + 1):
        lines = [*islice(_filled(grid), HEAD_ROWS + SAMPLES + 1)]
        if lines:
            found.append((grid.name, lines, *_find_heads(lines, kind)))
    if not found:
        raise UnreadableError(EMPTY)
    name, lines, place, heads, _score = max(found, key=lambda one: one[-1])
    below = lines[place + 1 :]
    if not below:
        raise UnreadableError(ONLY_HEADS)
    return Head(name, lines[place].number, heads, [line.cells for line in below[:SAMPLES]])


def read_lines(data: bytes, head: Head) -> list[Line]:
    """Every row below the heads that is not empty. Raises UnreadableError."""
    grid = next((grid for grid in _grids(data, sheet=head.sheet) if grid.name == head.sheet), None)
    lines = [line for line in _filled(grid) if line.number > head.number] if grid else []
    if not lines:
        raise UnreadableError(ONLY_HEADS)
    return lines


def _grids(data: bytes, *, most: int = MOST_ROWS + HEAD_ROWS + 1, sheet: str | None = None) -> Iterable[Grid]:
    if len(data) > MOST_BYTES:
        raise UnreadableError(TOO_LARGE)
    if data.startswith(PACKED):
        return open_workbook(data, most_rows=most, most_columns=MOST_COLUMNS + 1, sheet=sheet)
    if data.startswith(OLD):
        raise UnreadableError(OLD_WORKBOOK)
    return [Grid("", _read_text(data))]


def _filled(grid: Grid) -> Iterator[Line]:
    """The rows in which something stands. Raises UnreadableError for a sheet without end."""
    count = 0
    for number, cells, faults in grid.rows:
        width = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
        width = max(width, *(place + 1 for place in faults), 0) if faults else width
        if width > MOST_COLUMNS:
            raise UnreadableError(TOO_WIDE)
        if width:
            count += 1
            if count > MOST_ROWS + HEAD_ROWS:
                raise UnreadableError(TOO_LONG)
            yield Line(number, cells[:width], faults)


def _find_heads(lines: Sequence[Line], kind: ImportKind) -> tuple[int, Sequence[str], int]:
    """The place of the heads among the first rows, the heads, and how many of them the kind knows.

    Above them stand titles; a head that is merged over two rows stands in the upper one.
    """
    best = (next((n for n, line in enumerate(lines) if len(_full(line)) > 1), 0), 0)
    for place, line in enumerate(lines[:HEAD_ROWS]):
        score = len(guess(kind, _heads(lines, place)))
        if score > best[1] and len(_full(line)) > 1:
            best = (place, score)
    place, score = best
    return place, _heads(lines, place), score


def _heads(lines: Sequence[Line], place: int) -> Sequence[str]:
    """The texts of a row, and where there is none that of a row right above, if that is no title."""
    own = list(lines[place].cells)
    above = lines[place - 1] if place else None
    if above is not None and above.number == lines[place].number - 1 and len(_full(above)) > 1:
        own += [""] * (len(above.cells) - len(own))
        own = [cell or upper for cell, upper in zip(own, [*above.cells, *[""] * len(own)], strict=False)]
    return [" ".join(cell.split())[:200] for cell in own]


def _full(line: Line) -> list[str]:
    return [cell for cell in line.cells if cell]


def _read_text(data: bytes) -> Iterator[tuple[int, Sequence[str], dict[int, str]]]:
    try:
        text = text_of(data, most=MOST_BYTES)
    except ValueError as error:
        raise UnreadableError(EMPTY if not data.strip(b"\xef\xbb\xbf\xff\xfe \r\n\t") else NO_TEXT) from error
    first, _newline, rest = text.partition("\n")
    named = first.strip().strip('"').lower()
    separator = named[4:5] if named.startswith("sep=") and named[4:5] in SEPARATORS and named[4:5] else ""
    body = rest if separator else text
    for number, row in _split(body, separator or _separator(body)):
        cells = [cell.strip() for cell in row]
        faults = {place: FORMULA for place, cell in enumerate(cells) if cell.startswith("=")}
        yield number + bool(separator), cells, faults


def _split(text: str, separator: str) -> list[tuple[int, Sequence[str]]]:
    """The rows by their numbers. Raises UnreadableError if a quotation mark that is not closed may have eaten some."""
    rows: list[tuple[int, Sequence[str]]] = []
    try:
        rows.extend(_numbered(text, separator, strict=True))
    except csv.Error:
        broken_at = rows[-1][0] + 1 if rows else 1
        rows = [*_numbered(text, separator, strict=False)]
        if any("\n" in cell or "\r" in cell for _number, row in rows for cell in row):
            raise UnreadableError(UNCLOSED.format(row=broken_at)) from None
    return rows


def _numbered(text: str, separator: str, *, strict: bool) -> Iterator[tuple[int, Sequence[str]]]:
    """A row has the number of its first line. Only what ends a line in every spreadsheet ends one here."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict)
    number = 1
    for row in reader:
        yield number, row
        number = reader.line_num + 1


def _separator(text: str) -> str:
    """The one that splits most of the first rows, most alike, into most cells."""
    return max(SEPARATORS, key=lambda one: _splitting(text, one))


def _splitting(text: str, separator: str) -> tuple[float, float, int]:
    rows = [row for _number, row in islice(_numbered(text, separator, strict=False), FIRST_ROWS) if row]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    [(width, alike)] = widths.most_common(1) or [(0, 0)]
    return widths.total() / (len(rows) or 1), alike / (len(rows) or 1), width
