"""A sheet of XLSX: texts are texts, whatever they look like, and numbers and days are such."""

import io
import tracemalloc
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from program import sheets
from program.sheets import LONGEST_CELL, Format, write_sheet

ROW = [
    "=1+1",
    "#REF!",
    3,
    2.5,
    date(2026, 6, 1),
    None,
    True,
    "naïve\x01",
    datetime(2026, 6, 1, 9, tzinfo=UTC),
]


def written(kind, rows):
    file = io.BytesIO()
    assert write_sheet(file, kind, ["head", "=head"], rows) == len(rows)
    return file.getvalue()


def cells(rows):
    sheet = load_workbook(io.BytesIO(written(Format.XLSX, rows))).active
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


def test_a_text_is_never_a_formula_or_a_fault():
    head, row = cells([ROW])
    assert [cell for cell in head if cell[0]] == [("head", "s"), ("'=head", "s")]
    assert row[:4] == [("'=1+1", "s"), ("#REF!", "s"), (3, "n"), (2.5, "n")]
    assert (row[4][0].date(), row[4][1]) == (date(2026, 6, 1), "d")
    assert row[6:] == [("yes", "s"), ("naïve", "s"), ("2026-06-01T09:00+00:00", "s")]


def test_the_check_above_sees_a_formula(monkeypatch):
    monkeypatch.setattr(sheets, "_cell", lambda _sheet, value: value)
    monkeypatch.setattr(sheets, "_head", lambda sheet, head: sheet.append(head))
    assert cells([["=1+1"]])[1][0] == ("=1+1", "f")


def test_a_csv_says_that_it_is_utf8_and_has_the_same_cells():
    lines = written(Format.CSV, [ROW]).decode("utf-8")
    assert lines.splitlines() == [
        "\ufeffhead,'=head",
        "'=1+1,#REF!,3,2.5,2026-06-01,,yes,naïve\x01,2026-06-01T09:00+00:00",
    ]


def test_a_text_longer_than_a_cell_is_cut():
    assert len(cells([["x" * 40_000]])[1][0][0]) == LONGEST_CELL


@pytest.mark.one_database
@pytest.mark.parametrize("kind", Format)
def test_a_long_sheet_takes_no_more_memory_than_a_short_one(kind, tmp_path):
    def peak(count):
        tracemalloc.start()
        with (tmp_path / "sheet").open("wb") as file:
            write_sheet(file, kind, ["n", "text"], ((n, f"text {n}") for n in range(count)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(6_000) < peak(300) + 400_000
