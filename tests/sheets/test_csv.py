"""A cell that somebody typed is never a formula in somebody else's spreadsheet."""

import csv
import io

import pytest

from program.sheets import neutral, write_csv

FORMULAS = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "=1", "@x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_kept_as_text(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("cell", ["Ada", "a=b", "", -3, 2.5, None])
def test_anything_else_is_left_alone(cell):
    assert neutral(cell) == cell


def test_a_table_reads_back_as_it_was():
    rows = [["Ada, Marsh", 'says "yes"', "=1"], ["two\nlines", "", 4]]
    sheet = list(csv.reader(io.StringIO(write_csv(["name", "answer", "+n"], rows), newline="")))
    assert sheet == [
        ["name", "answer", "'+n"],
        ["Ada, Marsh", 'says "yes"', "'=1"],
        ["two\nlines", "", "4"],
    ]
