"""The bench of reports sees what it is there to see: CPU over the floor, what takes longer among many, uneven times."""

from functools import partial

import pytest

from tests.bench.figures import Comparison, Load
from tests.bench.growth import Line
from tests.bench.measures import QUICK
from tests.bench.reports import measure_growth
from tests.bench.stage import staged

EVEN = [1.0] * 20
UNEVEN = [1.0] * 18 + [2.0] * 2


def slower(seconds, times):
    return [one * times for one in seconds]


@pytest.mark.parametrize(
    ("small", "large", "faults"),
    [
        ([EVEN], [slower(EVEN, 1.3)], []),
        ([EVEN], [slower(EVEN, 1.4)], ["1.40 times as long"]),
        ([EVEN, EVEN], [slower(EVEN, 1.4), EVEN], []),
        ([EVEN], [UNEVEN], ["p95 is 2.00 times p50"]),
        ([UNEVEN], [EVEN], ["p95 is 2.00 times p50"]),
        ([UNEVEN, EVEN], [EVEN, UNEVEN], []),
        ([EVEN], [slower(UNEVEN, 2)], ["2.00 times as long", "p95 is 2.00 times p50"]),
    ],
)
def test_the_quickest_and_the_most_even_of_the_rounds_count(small, large, faults):
    assert Line("queue", small, large).faults == faults


@pytest.mark.parametrize(("seconds", "cpu", "met"), [(9.0, 3.0, True), (9.0, 3.1, False), (1.0, 3.1, False)])
def test_a_goal_of_cpu_time_does_not_ask_how_long_it_took(seconds, cpu, met):
    found = Comparison(
        "report page", 3.0, by_cpu=True, ours=[Load(1, seconds, cpu)], floor=[Load(1, 1.0, 1.0)]
    )
    assert found.met is met


@pytest.mark.live
@pytest.mark.one_database
def test_each_page_is_what_it_should_be_at_both_sizes(backend, databases, redis_url, tmp_path):
    stage = partial(staged, redis_url=redis_url)
    effort = {"rounds": QUICK.rounds, "requests": QUICK.requests, "sizes": QUICK.reports}
    told = measure_growth(stage, backend, databases=databases, folder=tmp_path, **effort).text

    names = [line.split("  ")[0] for line in told.splitlines()]
    assert names[1:] == ["queue", "report page", "writing desk", "submit"]
