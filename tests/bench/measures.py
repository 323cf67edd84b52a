"""The benches by name, and how much each of them does."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from program.seed.plan import Size
from tests.bench.delivery import compare_delivery
from tests.bench.figures import Found, table
from tests.bench.memory import measure_memory
from tests.bench.pages import compare_pages
from tests.bench.release import compare_release
from tests.bench.reports import FEW, MANY, Reports, measure_reports
from tests.bench.sheets import measure_imports
from tests.bench.stage import staged
from tests.bench.structure import SIZES, TINY, TURNS, measure_structure
from tests.bench.submit import compare_submit
from tests.databases import Databases
from tests.live import Live


@dataclass(frozen=True, slots=True)
class Effort:
    """How many rounds, and in each turn how many requests, respondents and notices; sizes of programmes, and rows."""

    rounds: int = 5
    requests: int = 50
    respondents: int = 20_000
    notices: int = 400
    sizes: tuple[Size, Size] = SIZES
    rows: int = 10_000
    reports: Reports = MANY
    turns: int = TURNS


QUICK = Effort(rounds=1, requests=4, respondents=40, notices=12, sizes=TINY, rows=40, reports=FEW, turns=1)

MEASURES: dict[str, Callable[[Live, str, Effort], str]] = {
    "pages": lambda live, backend, effort: table(
        compare_pages(live, backend, rounds=effort.rounds, requests=effort.requests)
    ),
    "submit": lambda live, backend, effort: table(
        compare_submit(live, backend, rounds=effort.rounds, requests=effort.requests)
    ),
    "release": lambda _live, backend, effort: table(
        compare_release(backend, rounds=effort.rounds, respondents=effort.respondents)
    ),
    "delivery": lambda live, backend, effort: table(
        compare_delivery(live, backend, rounds=effort.rounds, notices=effort.notices)
    ),
    "memory": lambda live, backend, effort: measure_memory(live, backend, requests=effort.requests),
}


STRUCTURE, IMPORTS, REPORTS = "structure", "imports", "reports"
NAMES = (*MEASURES, STRUCTURE, IMPORTS, REPORTS)


def run(
    name: str, backend: str, effort: Effort, *, databases: Databases, redis_url: str, folder: Path
) -> Found:
    """Run one bench on a database of its own; its table."""
    place = folder / f"{name}-{backend}-{uuid4().hex[:6]}"
    place.mkdir()
    if name == STRUCTURE:
        return measure_structure(
            backend,
            databases=databases,
            folder=place,
            rounds=effort.rounds,
            turns=effort.turns,
            sizes=effort.sizes,
        )
    if name == IMPORTS:
        return measure_imports(backend, databases=databases, folder=place, rows=effort.rows)
    if name == REPORTS:
        return measure_reports(
            partial(staged, redis_url=redis_url),
            backend,
            databases=databases,
            folder=place,
            rounds=effort.rounds,
            requests=effort.requests,
            sizes=effort.reports,
        )
    with staged(databases.migrated(backend), folder=place, redis_url=redis_url) as live:
        return Found(MEASURES[name](live, backend, effort))
