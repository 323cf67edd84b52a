"""When to say that something is owed: a pure function of its deadline and the present."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: `offset` before (negative) or after the deadline."""

    name: str
    offset: timedelta


LADDER: Sequence[Rung] = (
    Rung("48 h before", timedelta(hours=-48)),
    Rung("at due", timedelta()),
    Rung("24 h after", timedelta(hours=24)),
)
AFTERWARDS: Sequence[Rung] = LADDER[1:]
"""For what is owed within two days of a mail that said so: the first rung would say it twice."""
END = timedelta(days=14)
"""After this much time beyond the deadline nobody is reminded any more."""


def rung_due(due_at: datetime, now: datetime, *, ladder: Sequence[Rung] = LADDER) -> Rung | None:
    """The newest rung whose time has come; None before the first and after the end.

    Only the newest: a machine that was off for two days sends one mail, not one for every rung it missed.
    """
    if now >= due_at + END:
        return None
    return max((r for r in ladder if due_at + r.offset <= now), key=lambda r: r.offset, default=None)


def window(now: datetime, *, ladder: Sequence[Rung] = LADDER) -> tuple[datetime, datetime]:
    """The deadlines between which some rung can be due at `now`."""
    return now - END, now - min(rung.offset for rung in ladder)


def rungs_between(
    due_at: datetime, first: datetime, last: datetime, *, ladder: Sequence[Rung] = LADDER
) -> Iterable[Rung]:
    """The rungs whose time falls after `first` and up to `last`."""
    return (rung for rung in ladder if first < due_at + rung.offset <= last)
