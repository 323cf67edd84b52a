"""What a cohort has of each track and each group of tracks, against what it meant to have. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from program.cohorts.states import CohortState
from program.portfolio.shares import Target, note_of, tenths

PLACE = 100
"""A fellow on one track; who stands on two counts as a part of it on each."""
FILLING = (CohortState.PLANNING, CohortState.OPEN)
"""The states of a cohort that is still to get its mentors and fellows."""


class Basis(StrEnum):
    """What shares are taken of."""

    SEATS = "granted seat"
    FELLOWS = "fellow"


class Tally(NamedTuple):
    """Mentors by stage, seats, and fellows by how far they came; whoever applied is in hundredths of a place.

    Seats are those of mentors who may still come; `granted` and `unmet` (wanted beyond that) of confirmed ones.
    `out` are offers that wait for an answer, `offers` all that were made.
    """

    identified: int = 0
    contacted: int = 0
    interested: int = 0
    confirmed: int = 0
    declined: int = 0
    mentors_withdrawn: int = 0
    least: int = 0
    wanted: int = 0
    granted: int = 0
    unmet: int = 0
    applicants: int = 0
    shortlisted: int = 0
    out: int = 0
    offers: int = 0
    fellows: int = 0
    withdrawn: int = 0

    def of(self, basis: Basis) -> int:
        """How much there is, in hundredths."""
        return self.fellows if basis is Basis.FELLOWS else PLACE * self.granted


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return Tally(*(sum(figures) for figures in zip(Tally(), *tallies, strict=True)))


def as_number(hundredths: int) -> str:
    """Hundredths as they are written: "12", "3.5"."""
    return f"{hundredths / PLACE:g}"


@dataclass(frozen=True, slots=True)
class Line:
    """A track, or a group of tracks, against its target in the whole cohort."""

    target: Target
    tally: Tally
    whole: Tally
    track_id: int | None = None

    @property
    def name(self) -> str:
        """What the track or the group is called."""
        return self.target.name

    @property
    def is_group(self) -> bool:
        """Whether these are several tracks."""
        return self.track_id is None

    @property
    def share(self) -> float:
        """The part of the cohort's fellows, 0 to 1."""
        return self.share_of(Basis.FELLOWS)

    def share_of(self, basis: Basis) -> float:
        """The part of the whole, 0 to 1; none of nothing."""
        whole = self.whole.of(basis)
        return self.tally.of(basis) / whole if whole else 0.0

    def is_below(self, basis: Basis) -> bool:
        """Whether it has less than it is to have at least."""
        return tenths(self.share_of(basis)) < tenths(self.target.low)

    def is_above(self, basis: Basis) -> bool:
        """Whether it has more than it may have at most."""
        return tenths(self.share_of(basis)) > tenths(self.target.high)

    @property
    def off_target(self) -> bool:
        """Whether the share of fellows lies outside what it may be."""
        return self.is_below(Basis.FELLOWS) or self.is_above(Basis.FELLOWS)

    @property
    def bar(self) -> dict[str, str | float]:
        """The share of fellows as it is drawn."""
        return self.bar_of(Basis.FELLOWS)

    def bar_of(self, basis: Basis) -> dict[str, str | float]:
        """The line in per cent, as it is drawn."""
        target = self.target
        shares = {"now": self.share_of(basis), "aim": target.aim, "min": target.low, "max": target.high}
        return {"label": self.name} | {name: tenths(share) / 10 for name, share in shares.items()}


@dataclass(frozen=True, slots=True)
class Series:
    """A track's figures, one after the other; `None` where there is none."""

    name: str
    values: Sequence[float | None]
    texts: Sequence[str]

    @property
    def row(self) -> dict[str, object]:
        """The line as it is drawn."""
        return {"label": self.name, "values": self.values, "text": self.texts[-1]}


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A cohort's tracks and groups, and all of it together."""

    tracks: Sequence[Line]
    groups: Sequence[Line]
    whole: Tally

    @property
    def lines(self) -> list[Line]:
        """The tracks, then the groups."""
        return [*self.tracks, *self.groups]

    @property
    def note(self) -> str | None:
        """What the aims leave open."""
        return note_of([line.target for line in self.tracks])

    def bars_of(self, basis: Basis) -> list[dict[str, str | float]]:
        """All lines as they are drawn."""
        return [line.bar_of(basis) for line in self.lines]


def bases_of(state: CohortState, whole: Tally) -> list[Basis]:
    """What a cohort can be measured by.

    While it is filled, by seats; by fellows too once there is one for every two seats: the first few say nothing.
    """
    if state not in FILLING:
        return [Basis.FELLOWS] if whole.fellows else []
    found = [Basis.SEATS] if whole.granted else []
    if whole.fellows and 2 * whole.fellows >= PLACE * whole.granted:
        found.append(Basis.FELLOWS)
    return found
