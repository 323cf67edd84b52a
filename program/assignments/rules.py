"""What holds of a fellowship's assignments: never two primary mentors on a day, and none outside its dates. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from program.fellows.models import AssignmentKind


class Span(Protocol):
    """A mentor's time with a fellow, both days included; no last day means still."""

    kind: AssignmentKind
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Wish:
    """An assignment that somebody wants to make."""

    kind: AssignmentKind
    starts_on: date
    ends_on: date | None


def meet(one: Span | Wish, other: Span | Wish) -> bool:
    """Whether there is a day that both have."""
    return one.starts_on <= (other.ends_on or date.max) and other.starts_on <= (one.ends_on or date.max)


def clash(wish: Span | Wish, existing: Iterable[Span]) -> Span | None:
    """The first primary assignment that a wished primary one would share a day with."""
    if wish.kind is not AssignmentKind.PRIMARY:
        return None
    leading = (one for one in existing if one.kind is AssignmentKind.PRIMARY and meet(one, wish))
    return min(leading, key=lambda one: one.starts_on, default=None)


def outside(wish: Span | Wish, *, first: date, last: date) -> str:
    """The field of the wish that lies outside the fellowship's days; empty if none does."""
    if not first <= wish.starts_on <= last:
        return "starts_on"
    if wish.ends_on is not None and not wish.starts_on <= wish.ends_on <= last:
        return "ends_on"
    return ""
