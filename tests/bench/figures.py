"""What was measured, and how it is printed: medians over interleaved rounds, with the least and the most."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

Spread = tuple[float, float, float]
PAIRS = 4
"""How often subject and floor take turns in one round."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a bench says, and whether all that it insists on is so."""

    text: str
    met: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """What one load took: wall-clock seconds, and CPU seconds of the process that did the work."""

    count: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.count / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU time of each, in milliseconds."""
        return 1_000 * self.cpu_seconds / self.count


@dataclass
class Comparison:
    """A subject and its floor, a load of each in every round. `goal` is the ratio to stay under, or to reach.

    `cpu_elsewhere`: most of the work is another process's, so that CPU times say little. `by_cpu`: the goal is one
    of CPU time.
    """

    name: str
    goal: float
    unit: str = "requests"
    fewer_is_better: bool = True
    note: str = ""
    cpu_elsewhere: bool = False
    by_cpu: bool = False
    ours: list[Load] = field(default_factory=list)
    floor: list[Load] = field(default_factory=list)

    @property
    def ratio(self) -> Spread:
        """Median, least and most over the rounds, each round's subject over the floor beside it."""
        pairs = zip(self.ours, self.floor, strict=True)
        if self.fewer_is_better:
            return spread(floor.rate / ours.rate for ours, floor in pairs)
        return spread(ours.rate / floor.rate for ours, floor in pairs)

    @property
    def cpu_ratio(self) -> Spread:
        """The same of CPU time."""
        return spread(ours.cpu_ms / floor.cpu_ms for ours, floor in zip(self.ours, self.floor, strict=True))

    @property
    def met(self) -> bool:
        reached = self.cpu_ratio[0] if self.by_cpu else self.ratio[0]
        return reached <= self.goal if self.fewer_is_better else reached >= self.goal


def spread(values: Iterable[float]) -> Spread:
    """Median, least, most."""
    listed = list(values)
    return median(listed), min(listed), max(listed)


def interleave(
    comparison: Comparison, *, rounds: int, ours: Callable[[], Load], floor: Callable[[], Load]
) -> Comparison:
    """Floor, subject, floor, subject …, so that whatever else the machine does meets both; a first pair warms up.

    A round is several such pairs: what comes and goes within a second is in both of its sums.
    """
    floor(), ours()
    for _round in range(rounds):
        pairs = [(floor(), ours()) for _pair in range(PAIRS)]
        comparison.floor.append(_sum(load for load, _other in pairs))
        comparison.ours.append(_sum(load for _other, load in pairs))
    return comparison


def _sum(loads: Iterable[Load]) -> Load:
    listed = list(loads)
    return Load(
        sum(load.count for load in listed),
        sum(load.seconds for load in listed),
        sum(load.cpu_seconds for load in listed),
    )


def table(comparisons: Iterable[Comparison]) -> str:
    """The figures as they are printed."""
    heads = ("", "ratio (least to most)", "goal", "CPU ratio", "a second (floor)", "CPU ms each (floor)", "")
    return lined_up([heads, *(_row(found) for found in comparisons)])


def lined_up(rows: Sequence[Sequence[str]]) -> str:
    """The rows with their columns below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _row(found: Comparison) -> tuple[str, ...]:
    goal = f"{'≤' if found.fewer_is_better else '≥'} {found.goal}{' CPU' if found.by_cpu else ''}"
    goal += "" if found.met else "  MISSED"
    rate = f"{_median(found.ours, 'rate'):,.0f} ({_median(found.floor, 'rate'):,.0f}) {found.unit}"
    cpu = f"{_median(found.ours, 'cpu_ms'):.3g} ({_median(found.floor, 'cpu_ms'):.3g})"
    cpu_ratio = "" if found.cpu_elsewhere else _spread(found.cpu_ratio)
    return (found.name, _spread(found.ratio), goal, cpu_ratio, rate, cpu, found.note)


def _median(loads: Sequence[Load], name: str) -> float:
    return median(getattr(load, name) for load in loads)


def _spread(values: Spread) -> str:
    return f"{values[0]:.2f} ({values[1]:.2f} to {values[2]:.2f})"
