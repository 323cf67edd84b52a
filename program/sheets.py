"""Tables that people take away: CSV in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula, full-width forms included (OWASP, CSV injection)."""


def write_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as RFC 4180 text. A text that would run as a formula gets an apostrophe before it."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([neutral(title) for title in head])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return sheet.getvalue()


def neutral(cell: object) -> object:
    """The cell as it may stand in a sheet: numbers as they are, texts never as formulas."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA):
        return "'" + cell
    return cell
