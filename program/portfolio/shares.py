"""Whether shares can add up: what tracks and groups of tracks may have of a cohort's fellows. Pure.

Shares are from 0 to 1, and compared in tenths of a per cent, as they are written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from program.folding import fold

WHOLE = 1_000


@dataclass(frozen=True, slots=True)
class Target:
    """What a track may have: at least, meant to be, at most."""

    name: str
    low: float
    aim: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupTarget(Target):
    """What several tracks may have together, by their names."""

    tracks: frozenset[str]


def tenths(share: float) -> int:
    """A share in tenths of a per cent."""
    return round(WHOLE * share)


def per_cent(share: float) -> str:
    """A share as it is written: "44%", "66.7%"."""
    return f"{tenths(share) / 10:g}%"


def faults_of(tracks: Sequence[Target], groups: Sequence[GroupTarget] = ()) -> list[str]:
    """Why these shares cannot all be kept, each with what to do; nothing if they can.

    Groups that share a track are looked at one by one, others together as well.
    """
    targets = (*tracks, *groups)
    alone = [*_names(targets), *(fault for target in targets for fault in _order(target))]
    if alone:
        return alone
    sums = list(_sums(tracks)) if tracks else []
    return sums or [f for group in groups for f in _reach(group, tracks)] or list(_together(tracks, groups))


def note_of(tracks: Sequence[Target]) -> str | None:
    """What the aims of the tracks leave open, or ask for twice; nothing if they add up but for what rounding leaves."""
    aims = _sum(track.aim for track in tracks)
    if not tracks or abs(aims - WHOLE) <= len(tracks):
        return None
    if aims < WHOLE:
        return f"The aims add up to {_written(aims)}: {_written(WHOLE - aims)} of the cohort is meant for no track yet."
    return f"The aims add up to {_written(aims)}: not all of them can be met together."


def _names(targets: Sequence[Target]) -> Iterable[str]:
    seen: set[str] = set()
    for target in targets:
        if (folded := fold(target.name)) in seen:
            yield f"There are two of the name “{target.name}”: give one of them another name."
        seen.add(folded)


def _order(target: Target) -> Iterable[str]:
    low, aim, high = tenths(target.low), tenths(target.aim), tenths(target.high)
    if low > aim:
        yield (
            f"{target.name}: at least {per_cent(target.low)} is more than its aim of {per_cent(target.aim)}. "
            "Lower the one or raise the other."
        )
    if aim > high:
        yield (
            f"{target.name}: its aim of {per_cent(target.aim)} is more than at most {per_cent(target.high)}. "
            "Lower the one or raise the other."
        )


def _sums(tracks: Sequence[Target]) -> Iterable[str]:
    least, most = _sum(t.low for t in tracks), _sum(t.high for t in tracks)
    if least > WHOLE:
        yield (
            f"What the tracks have at least adds up to {_written(least)}, which is more than a whole cohort. "
            f"Lower some of it, by {_written(least - WHOLE)} in all."
        )
    if most < WHOLE:
        yield (
            f"What the tracks have at most adds up to {_written(most)}, so that nobody could fill the cohort. "
            f"Raise some of it, by {_written(WHOLE - most)} in all."
        )


def _reach(group: GroupTarget, tracks: Sequence[Target]) -> Iterable[str]:
    """A group's tracks have what they may, and what the others leave them."""
    inside = [track for track in tracks if track.name in group.tracks]
    outside = [track for track in tracks if track.name not in group.tracks]
    if not inside:
        yield f"{group.name}: a group needs a track. Choose its tracks, or remove the group."
        return
    most, left = _sum(t.high for t in inside), WHOLE - _sum(t.low for t in outside)
    least, forced = _sum(t.low for t in inside), WHOLE - _sum(t.high for t in outside)
    if tenths(group.low) > most:
        yield (
            f"{group.name} is to have at least {per_cent(group.low)}, but its tracks may have at most "
            f"{_written(most)} together. Raise what they may have, or lower what the group is to have."
        )
    elif tenths(group.low) > left:
        yield (
            f"{group.name} is to have at least {per_cent(group.low)}, but what the other tracks have at least "
            f"leaves it {_written(left)}. Lower what they are to have, or what the group is to have."
        )
    if tenths(group.high) < least:
        yield (
            f"{group.name} may have at most {per_cent(group.high)}, but its tracks are to have at least "
            f"{_written(least)} together. Lower what they are to have, or raise what the group may have."
        )
    elif tenths(group.high) < forced:
        yield (
            f"{group.name} may have at most {per_cent(group.high)}, but what the other tracks may have leaves it "
            f"{_written(forced)} at least. Raise what they may have, or what the group may have."
        )


def _together(tracks: Sequence[Target], groups: Sequence[GroupTarget]) -> Iterable[str]:
    """Groups without a track in common, and the tracks in none of them, fill the cohort between them."""
    if not groups or any(one.tracks & other.tracks for one, other in combinations(groups, 2)):
        return
    grouped = frozenset[str]().union(*(group.tracks for group in groups))
    loose = [track for track in tracks if track.name not in grouped]
    parts = [
        (_sum(t.low for t in inside), _sum(t.high for t in inside), tenths(group.low), tenths(group.high))
        for group in groups
        if (inside := [track for track in tracks if track.name in group.tracks])
    ]
    least = _sum(t.low for t in loose) + sum(max(low, wanted) for low, _high, wanted, _most in parts)
    most = _sum(t.high for t in loose) + sum(min(high, most) for _low, high, _wanted, most in parts)
    if least > WHOLE:
        yield (
            f"With the groups, what there has to be at least adds up to {_written(least)}. "
            f"Lower some of it, by {_written(least - WHOLE)} in all."
        )
    if most < WHOLE:
        yield (
            f"With the groups, what there may be at most adds up to {_written(most)}, so that nobody could fill "
            f"the cohort. Raise some of it, by {_written(WHOLE - most)} in all."
        )


def _sum(shares: Iterable[float]) -> int:
    return sum(tenths(share) for share in shares)


def _written(amount: int) -> str:
    return per_cent(amount / WHOLE)
