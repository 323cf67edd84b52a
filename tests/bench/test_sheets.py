"""The bench of imports brings in what it says, and what takes too long shows."""

from tests.bench import sheets
from tests.bench.measures import IMPORTS, QUICK, run


def found(backend, databases, folder):
    return run(IMPORTS, backend, QUICK, databases=databases, redis_url="", folder=folder)


def test_it_imports_each_sheet_twice(backend, databases, tmp_path):
    told = found(backend, databases, tmp_path)
    assert told.met
    assert [line.split()[0] for line in told.text.splitlines()[2:]] == ["mentors", "fellows", "assignments"]


def test_what_takes_too_long_is_seen(databases, tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "GOAL", 0.0)
    told = found("sqlite", databases, tmp_path)
    assert (told.met, told.text.count("MISSED")) == (False, 3)
