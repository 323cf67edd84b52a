"""Pages of reports among many fellows over the same pages among few: how long they take, and how evenly."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import quantiles

from tests.bench.figures import lined_up
from tests.bench.load import Server
from tests.bench.weeks import Weeks

GROWTH, TAIL = 1.3, 1.6
"""How many times as long a page may take among many, and the slowest twentieth of requests over the middle."""
Asked = Callable[[Server], Iterator[bytes]]


@dataclass
class Line:
    """One page: seconds of each request, by round, at both sizes.

    Whatever else the machine does only adds, so that of the rounds the quickest and the most even count.
    """

    name: str
    small: list[Sequence[float]] = field(default_factory=list)
    large: list[Sequence[float]] = field(default_factory=list)

    @property
    def middles(self) -> tuple[float, float]:
        """Seconds of a request at both sizes."""
        return min(map(middle, self.small)), min(map(middle, self.large))

    @property
    def growth(self) -> float:
        """How many times as long it takes among many."""
        few, many = self.middles
        return many / few

    @property
    def tails(self) -> tuple[float, float]:
        """p95 over p50 at both sizes."""
        return min(map(tail, self.small)), min(map(tail, self.large))

    @property
    def faults(self) -> list[str]:
        """What is not as it should be."""
        found = [f"{self.growth:.2f} times as long"] if self.growth > GROWTH else []
        worst = max(self.tails)
        return found + ([f"p95 is {worst:.2f} times p50"] if worst > TAIL else [])


def middle(seconds: Sequence[float]) -> float:
    """p50."""
    return quantiles(seconds, n=20, method="inclusive")[9]


def tail(seconds: Sequence[float]) -> float:
    """p95 over p50."""
    return quantiles(seconds, n=20, method="inclusive")[18] / middle(seconds)


def compare_growth(
    small: tuple[Server, Weeks], large: tuple[Server, Weeks], *, rounds: int, requests: int
) -> Iterator[Line]:
    """A line for each page, and for sending; the two sizes take turns, and a first turn warms up."""
    pairs = zip(_pages(*small), _pages(*large), strict=True)
    for (name, status, here), (_name, _status, there) in pairs:
        line = Line(name)
        for number in range(rounds + 1):
            few = small[0].times(islice(here, requests), status=status)
            many = large[0].times(islice(there, requests), status=status)
            if number:
                line.small.append(few)
                line.large.append(many)
        yield line


def _pages(server: Server, weeks: Weeks) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    """Each page with the status that it has to answer with, and requests of it without end; of sending, as many as there are."""
    addresses = {
        "queue": ("/reviews", weeks.mentor),
        "report page": (f"/reports/{weeks.waiting[0]}", weeks.mentor),
        "writing desk": (f"/periods/{weeks.unwritten[0]}/report", weeks.fellows[0]),
    }
    for name, (path, seen) in addresses.items():
        request = server.request(path, cookie=seen.cookie)
        yield name, 200, iter(lambda request=request: request, None)
    sent = (server.request(path, cookie=seen.cookie, fields=fields) for path, seen, fields in weeks.posts)
    yield "submit", 302, sent


def growth_table(lines: Sequence[Line], backend: str, *, sizes: tuple[int, int], weeks: int) -> str:
    """The figures as they are printed."""
    few, many = sizes
    heads = (
        f"reports · {backend} · {weeks} periods",
        f"ms of {few:,}",
        f"ms of {many:,}",
        f"ratio ≤ {GROWTH}",
        f"p95/p50 ≤ {TAIL}",
        "",
    )
    return lined_up([heads, *map(_row, lines)])


def _row(line: Line) -> tuple[str, ...]:
    few, many = line.middles
    evenly, there = line.tails
    said = "; ".join(line.faults)
    return (
        line.name,
        f"{1_000 * few:.1f}",
        f"{1_000 * many:.1f}",
        f"{line.growth:.2f}",
        f"{evenly:.2f}, {there:.2f}",
        f"MISSED: {said}" if said else "",
    )
