"""The requirements of OWASP ASVS 5.0, levels 1 and 2: each is met by a test, does not apply, or is said to be open."""

import ast
import csv
from collections import Counter
from pathlib import Path

TABLE = Path(__file__).with_name("asvs.csv")
ROOT = TABLE.parents[2]
STATUSES = {"met", "not applicable", "open"}
BY_CHAPTER = {
    "V1": 27,
    "V2": 11,
    "V3": 19,
    "V4": 10,
    "V5": 9,
    "V6": 35,
    "V7": 18,
    "V8": 7,
    "V9": 7,
    "V10": 29,
    "V11": 14,
    "V12": 9,
    "V13": 13,
    "V14": 9,
    "V15": 13,
    "V16": 16,
    "V17": 7,
}
"""How many requirements of levels 1 and 2 each chapter of the standard has."""


def read_table():
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def names_in(path):
    """The names of the tests in a file; none if there is no such file."""
    if not path.is_file():
        return set()
    nodes = ast.parse(path.read_text("utf-8")).body
    return {
        node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def faults(rows):
    """The requirements whose row says too little, or names a test that is not there."""
    ids = Counter(row["id"] for row in rows)
    found = {name for name, count in ids.items() if count > 1}
    for row in rows:
        if row["status"] not in STATUSES or not row["title"] or not row["by"] or None in row:
            found.add(row["id"])
        path, _colons, name = row["by"].partition("::")
        if row["status"] == "met" and name not in names_in(ROOT / path):
            found.add(row["id"])
    return found


def test_every_requirement_has_its_row_and_every_test_that_is_named_is_there(tally):
    rows = read_table()
    assert faults(rows) == set()
    assert Counter(row["id"].partition(".")[0] for row in rows) == BY_CHAPTER
    counts = Counter(row["status"] for row in rows)
    assert counts["met"] >= 100
    for status, count in sorted(counts.items()):
        tally(f"ASVS 5.0 levels 1 and 2, {status}", count)


def test_a_row_that_claims_too_much_is_caught():
    good = {
        "id": "V1.1.1",
        "title": "t",
        "status": "met",
        "by": "tests/security/test_asvs.py::test_a_row_that_claims_too_much_is_caught",
    }
    for wrong in (
        {"by": "tests/security/test_asvs.py::test_that_nobody_wrote"},
        {"by": "tests/security/nowhere.py::test_a"},
        {"by": ""},
        {"status": "nearly"},
        {"status": "open", "by": ""},
    ):
        assert faults([good | wrong]) == {"V1.1.1"}
    assert faults([good | {None: ["a cell too many"]}]) == {"V1.1.1"}
    assert faults([good, good]) == {"V1.1.1"}
    assert faults([good]) == set()
