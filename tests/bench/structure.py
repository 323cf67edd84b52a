"""The pages of a programme against the same pages of one a hundredth as large: statements, time and plans."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

from program import clock
from program.extensions import db
from program.seed.plan import Size
from tests.bench.addresses import PAGES
from tests.bench.figures import Found, Spread, lined_up, spread
from tests.bench.plans import large_tables, plan_of, whole_reads
from tests.bench.sites import Site, site
from tests.databases import Databases

GOAL = 1.5
LATER = 3
"""How many pages on the later page of the large one is."""
TURNS = 10
"""How often the two take turns in a round. The least of a round counts: whatever else the machine does only adds."""
SLOW = 0.5
"""Seconds from which on a page is asked for a few times only."""
TODAY = clock.now().date()
SIZES = (Size(1_000, 100, 3, number=1, day=TODAY), Size(100_000, 10_000, 300, number=1, day=TODAY))
"""What the pages are compared at: one, and a hundred times as much of everything."""
TINY = (Size(150, 45, 3, number=1, day=TODAY), Size(300, 90, 6, number=1, day=TODAY))


@dataclass
class Line:
    """One page at both sizes: seconds, the least of each round; and the large tables that are read whole for it."""

    name: str
    statements: tuple[int, int]
    small: Sequence[float]
    large: Sequence[float]
    scans: Sequence[str] = ()

    @property
    def ratio(self) -> Spread:
        """How many times as long the large one takes: median, least and most over the rounds."""
        return spread(large / small for small, large in zip(self.small, self.large, strict=True))

    @property
    def faults(self) -> list[str]:
        """What is not as it should be."""
        few, many = self.statements
        found = [f"{few} statements became {many}"] if few != many else []
        if self.ratio[0] > GOAL:
            found.append(f"{self.ratio[0]:.2f} times as long")
        return found + [f"reads all of {scan}" for scan in self.scans]


def measure_structure(
    backend: str, *, databases: Databases, folder: Path, rounds: int, turns: int, sizes: Sequence[Size]
) -> Found:
    """The table of all pages."""
    began = monotonic()
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(
                site(databases.migrated(backend), size, folder=folder / str(size.fellows), say=_quiet)
            )
            for size in sizes
        )
        small.choose()
        large.choose(like=small)
        lines = list(compare_sites(small, large, rounds=rounds, turns=turns))
    faults = sum(bool(line.faults) for line in lines)
    seeded = ", ".join(f"{one.rows:,} rows in {one.seeded:.0f} s" for one in (small, large))
    foot = f"{len(lines)} pages, {faults} MISSED; {seeded}; {monotonic() - began:.0f} s in all"
    return Found(f"{_table(lines, backend)}\n{foot}", met=not faults)


def compare_sites(small: Site, large: Site, *, rounds: int, turns: int) -> Iterator[Line]:
    """A line for each page, and for a later page of each list."""
    for name, address in PAGES:
        here, there = (address.format(**one.objects) for one in (small, large))
        yield _compare(name, small, here, large, there, rounds=rounds, turns=turns)
        further = large.later(there, pages=LATER)
        if further:
            later = small.full_page(here)
            yield _compare(f"{name}, later", small, later, large, further, rounds=rounds, turns=turns)


def _compare(name: str, small: Site, here: str, large: Site, there: str, *, rounds: int, turns: int) -> Line:
    asked = small.statements(here), large.statements(there)
    slow = large.time(there) > SLOW
    turns, times = min(turns, 2) if slow else turns, range(1 if slow else rounds)
    pairs = [[(small.time(here), large.time(there)) for _turn in range(turns)] for _round in times]
    least = [tuple(map(min, zip(*round_, strict=True))) for round_ in pairs]
    counts = len(asked[0]), len(asked[1])
    return Line(name, counts, *zip(*least, strict=True), scans=_scans(large, asked[1]))


def _scans(large: Site, asked: Sequence[tuple[str, object]]) -> list[str]:
    """The large tables that PostgreSQL reads whole for these statements."""
    with large.app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name != "postgresql":
            return []
        names = large_tables(connection)
        reads = [s for s in asked if s[0].startswith(("SELECT", "WITH"))]
        return [scan for s in reads for scan in whole_reads(plan_of(connection, *s), large=names)]


def _table(lines: Sequence[Line], backend: str) -> str:
    heads = (
        f"structure · {backend}",
        "statements",
        "ms small",
        "ms large",
        f"ratio ≤ {GOAL} (least to most)",
        "",
    )
    return lined_up([heads, *map(_row, lines)])


def _row(line: Line) -> tuple[str, ...]:
    middle, least, most = line.ratio
    few, many = line.statements
    said = "; ".join(line.faults)
    return (
        line.name,
        f"{few} = {many}" if few == many else f"{few} ≠ {many}",
        f"{1_000 * median(line.small):.1f}",
        f"{1_000 * median(line.large):.1f}",
        f"{middle:.2f} ({least:.2f} to {most:.2f})",
        f"MISSED: {said}" if said else "",
    )


def _quiet(_words: str) -> None:
    """Progress is for people who wait."""
