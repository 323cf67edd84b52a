"""Where a cohort is off target, and what would mend it, in words. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import floor

from program.portfolio.figures import PLACE, Basis, Line, as_number
from program.portfolio.shares import per_cent, tenths

WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
STAGES = ("interested", "contacted", "identified")
"""Where mentors stand who may still be won, the nearest first."""
Kept = Callable[[int, int], bool]
"""Whether so many of so many keep what is wanted."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is off target about a track or a group, and what would mend it."""

    name: str
    basis: Basis
    is_below: bool
    fact: str
    remedy: str
    track_id: int | None


def advise(lines: Iterable[Line], bases: Iterable[Basis]) -> list[Advice]:
    """A word on everything that is off target by one of these measures, in the order of the lines."""
    found = list(lines)
    return [
        _below(line, basis) if line.is_below(basis) else _above(line, basis)
        for basis in bases
        for line in found
        if line.is_below(basis) or line.is_above(basis)
    ]


def places_missing(part: int, whole: int, low: float) -> int | None:
    """How many more here, beside all there are, bring the part to `low`; None if no number does."""
    if tenths(low) >= tenths(1):
        return None
    keeps: Kept = lambda here, all_: tenths(here / all_) >= tenths(low)  # noqa: E731 - it reads as the condition it is
    return _fewest(lambda n: keeps(part + n * PLACE, whole + n * PLACE))


def places_elsewhere(part: int, whole: int, high: float) -> int | None:
    """How many more elsewhere bring the part down to `high`; None if no number does."""
    if tenths(high) <= 0:
        return None
    return _fewest(lambda n: tenths(part / (whole + n * PLACE)) <= tenths(high))


def places_over(part: int, whole: int, high: float) -> int:
    """How many that move from here to elsewhere bring the part down to `high`."""
    return _fewest(lambda n: tenths(max(0, part - n * PLACE) / whole) <= tenths(high))


def counted(number: int, thing: str) -> str:
    """So many of a thing: "one seat", "13 seats"."""
    word = WORDS[number] if number < len(WORDS) else str(number)
    return f"{word} {thing}{'' if number == 1 else 's'}"


def _fewest(is_enough: Callable[[int], bool]) -> int:
    """The smallest number from 1 on that is enough, where every larger one is too."""
    most = 1
    while not is_enough(most):
        most *= 2
    least = most // 2 + 1
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if is_enough(middle) else (middle + 1, most)
    return most


def _fact(line: Line, basis: Basis, bound: str) -> str:
    whole = as_number(line.whole.of(basis))
    things = basis.value if whole == "1" else f"{basis.value}s"
    return f"{line.name} has {per_cent(line.share_of(basis))} of {whole} {things}; it {bound}."


def _below(line: Line, basis: Basis) -> Advice:
    fact = _fact(line, basis, f"is to have at least {per_cent(line.target.low)}")
    missing = places_missing(line.tally.of(basis), line.whole.of(basis), line.target.low)
    if missing is None:
        remedy = "Only the other tracks can mend it, by giving up what they have."
    elif basis is Basis.SEATS:
        remedy = _capital(f"{counted(missing, f'more {line.name} seat')}; {_mentors(line)}.")
    else:
        remedy = _fellows_wanted(line, missing)
    return Advice(line.name, basis, is_below=True, fact=fact, remedy=remedy, track_id=line.track_id)


def _fellows_wanted(line: Line, missing: int) -> str:
    tally = line.tally
    free = max(0, floor(tally.granted - (tally.fellows + tally.out) / PLACE))
    wanted = _capital(f"{counted(missing, 'more fellow')} here would mend it")
    waiting = _waiting(line)
    if free >= missing:
        return f"{wanted}; {counted(free, 'granted seat')} {_is(free)} free here, and {waiting}."
    short = counted(missing - free, f"more {line.name} seat")
    beside = f", beside {counted(free, 'free one')}" if free else ""
    return f"{wanted}, and {waiting}. That takes {short}{beside}; {_mentors(line)}."


def _waiting(line: Line) -> str:
    """Who could still come here of those who applied."""
    tally = line.tally
    steps = [(tally.out, "offered"), (tally.shortlisted, "shortlisted")]
    named = [f"{as_number(count)} {_is(count // PLACE)} {stage}" for count, stage in steps if count]
    return " and ".join(named) or "nobody here is offered or shortlisted"


def _mentors(line: Line) -> str:
    """Where more seats could come from."""
    tally, place = line.tally, "group" if line.is_group else "track"
    parts = [f"its confirmed mentors asked for {tally.unmet} more than they were granted"] * bool(tally.unmet)
    for stage in STAGES:
        if count := getattr(tally, stage):
            mentors = "mentor" if count == 1 else "mentors"
            return ", and ".join([*parts, f"{count} {mentors} in this {place} {_is(count)} at {stage}"])
    return ", and ".join([*parts, f"no mentor in this {place} is left to be won: look for more"])


def _above(line: Line, basis: Basis) -> Advice:
    part, whole, high = line.tally.of(basis), line.whole.of(basis), line.target.high
    thing = "seat" if basis is Basis.SEATS else "fellow"
    over = places_over(part, whole, high)
    ways = [f"{counted(over, thing)} fewer here"] if basis is Basis.SEATS else [_moving(over)]
    if elsewhere := places_elsewhere(part, whole, high):
        ways = [f"{counted(elsewhere, f'more {thing}')} elsewhere", *ways]
    remedy = _capital(" or ".join(ways) + " would mend it.")
    fact = _fact(line, basis, f"may have at most {per_cent(high)}")
    return Advice(line.name, basis, is_below=False, fact=fact, remedy=remedy, track_id=line.track_id)


def _moving(over: int) -> str:
    return f"{counted(over, 'fellow')} who move{'s' if over == 1 else ''} to another track"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
