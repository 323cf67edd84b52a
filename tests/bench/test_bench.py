"""Each bench runs and finds the statuses, bytes and rows it expects. How fast it is depends on the machine."""

from pathlib import Path

import pytest

from tests.bench.measures import MEASURES, QUICK, run

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(
        not Path("/proc/self/smaps_rollup").exists(), reason="reads what Linux says of processes"
    ),
]


@pytest.mark.parametrize("name", [name for name in MEASURES if name != "memory"])
def test_it_measures_what_was_really_done(name, backend, databases, redis_url, tmp_path):
    look(name, backend, databases, redis_url, tmp_path)


@pytest.mark.one_database
def test_it_measures_memory_that_was_really_taken(backend, databases, redis_url, tmp_path):
    look("memory", backend, databases, redis_url, tmp_path)


def look(name, backend, databases, redis_url, tmp_path):
    table = run(name, backend, QUICK, databases=databases, redis_url=redis_url, folder=tmp_path).text

    assert "ratio" in table or "RSS" in table
    assert backend in table
