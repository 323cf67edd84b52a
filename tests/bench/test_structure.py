"""The bench of structure sees what it is there to see: more statements, more time, a table that is read whole."""

import pytest

from tests.bench import __main__ as bench
from tests.bench.figures import Found
from tests.bench.measures import QUICK, STRUCTURE, run
from tests.bench.plans import whole_reads
from tests.bench.structure import Line

SCAN = {"Node Type": "Seq Scan", "Relation Name": "account", "Filter": "(name = 'x')"}
BY_INDEX = {"Node Type": "Index Scan", "Relation Name": "account"}
SMALL_SCAN = {"Node Type": "Seq Scan", "Relation Name": "track"}


def line(*, statements=(7, 7), seconds=1.5, scans=()):
    return Line("people", statements, [1.0], [seconds], scans)


@pytest.mark.parametrize(
    ("planted", "faults"),
    [
        (line(), []),
        (line(statements=(7, 8)), ["7 statements became 8"]),
        (line(statements=(8, 7)), ["8 statements became 7"]),
        (line(seconds=1.51), ["1.51 times as long"]),
        (line(scans=["account: everything"]), ["reads all of account: everything"]),
    ],
)
def test_what_is_not_as_it_should_be_is_said(planted, faults):
    assert planted.faults == faults


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        (SCAN, ["account: (name = 'x')"]),
        (BY_INDEX, []),
        (SMALL_SCAN, []),
        (
            {"Node Type": "Limit", "Plans": [{"Node Type": "Sort", "Plans": [SMALL_SCAN, SCAN, SCAN]}]},
            ["account: (name = 'x')"] * 2,
        ),
        ({"Node Type": "Seq Scan", "Relation Name": "account"}, ["account: everything"]),
    ],
)
def test_a_large_table_that_is_read_whole_is_found_wherever_in_the_plan(plan, found):
    assert whole_reads(plan, large={"account", "fellowship"}) == found


@pytest.mark.parametrize(("met", "code"), [(True, 0), (False, 1)])
def test_what_is_missed_is_seen_from_outside(monkeypatch, capsys, met, code):
    monkeypatch.setattr(bench, "run", lambda *_args, **_kwargs: Found("the table", met=met))
    assert bench.main(["--only", STRUCTURE, "--db", "sqlite"]) == code
    assert capsys.readouterr().out == "\nthe table\n"


@pytest.mark.live
@pytest.mark.one_database
def test_every_page_asks_as_many_questions_of_twice_as_many_people(backend, databases, tmp_path):
    table = run(STRUCTURE, backend, QUICK, databases=databases, redis_url="", folder=tmp_path).text
    assert "7 = 7" in table
    assert "≠" not in table
