"""Reading, writing and sending reports: over floors, how evenly, and among ten thousand fellows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from program import clock
from program.demo.cohort import load_demo
from tests.bench.figures import Comparison, Found, table
from tests.bench.growth import compare_growth, growth_table
from tests.bench.load import Server, serving
from tests.bench.pages import compare_subjects, reading_subjects
from tests.bench.submit import compare_submit
from tests.bench.weeks import Weeks, report_for_weeks
from tests.databases import Databases
from tests.live import Live

PERIODS, UNWRITTEN = 26, 4
"""Of each fellow, and the last that nobody has begun."""
Stage = Callable[..., AbstractContextManager[Live]]


@dataclass(frozen=True, slots=True)
class Reports:
    """How many fellows there are in the small programme and in the large one."""

    few: int = 100
    many: int = 10_000


MANY, FEW = Reports(), Reports(few=26, many=52)


def measure_reports(
    stage: Stage,
    backend: str,
    *,
    databases: Databases,
    folder: Path,
    rounds: int,
    requests: int,
    sizes: Reports,
) -> Found:
    """Both tables: over the floors, and among many."""
    compared: list[Comparison] = []
    with stage(databases.migrated(backend), folder=folder) as live:
        load_demo(now=clock.now())
        compared += compare_subjects(live, backend, reading_subjects(), rounds=rounds, requests=requests)
    with stage(databases.migrated(backend), folder=folder) as live:
        compared += compare_submit(live, backend, rounds=rounds, requests=requests)
    for found in compared:
        found.by_cpu = True
    grown = measure_growth(
        stage, backend, databases=databases, folder=folder, rounds=rounds, requests=requests, sizes=sizes
    )
    return Found(f"{table(compared)}\n\n{grown.text}", met=grown.met and all(one.met for one in compared))


def measure_growth(
    stage: Stage,
    backend: str,
    *,
    databases: Databases,
    folder: Path,
    rounds: int,
    requests: int,
    sizes: Reports,
) -> Found:
    """The second of the tables."""
    writers = ceil((rounds + 1) * requests / UNWRITTEN)

    @contextmanager
    def grown(fellows: int) -> Iterator[tuple[Server, Weeks]]:
        with stage(databases.migrated(backend), folder=folder / str(fellows)) as live:
            weeks = report_for_weeks(
                live, fellows=fellows, weeks=PERIODS, unwritten=UNWRITTEN, writers=writers
            )
            with serving(live, "web", "program.app:create_app()") as server:
                yield server, weeks

    with grown(sizes.many) as large, grown(sizes.few) as small:
        lines = [*compare_growth(small, large, rounds=rounds, requests=requests)]
    text = growth_table(lines, backend, sizes=(sizes.few, sizes.many), weeks=PERIODS)
    return Found(text, met=not any(line.faults for line in lines))
