"""What changed between two versions of a text, word by word. Pure.

The words that stay are a longest common subsequence, found bit-parallel (H. Hyyrö, "Bit-parallel LCS-length computation
revisited", 2004): for n and m words its cost is n·m/64 steps of the machine, whatever the words are, so that the
longest sections take a twentieth of a second. What moved shows as removed in one place and added in the other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple, Protocol

WORD = re.compile(r"\S+\s*")
LONELY = 2
"""So few words that stay between longer changes are drawn with these: alone they would tear a sentence into shreds."""


class Change(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Piece(NamedTuple):
    """Words next to each other to which the same happened."""

    change: Change
    text: str


class Section(Protocol):
    """A section of a template."""

    @property
    def key(self) -> str: ...
    @property
    def prompt(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section that changed, in pieces."""

    prompt: str
    pieces: Sequence[Piece]


def section_changes(
    sections: Iterable[Section], before: Mapping[str, str], after: Mapping[str, str]
) -> list[SectionChange]:
    """The sections whose words changed, in their order."""
    compared = (
        (one.prompt, differences(before.get(one.key, ""), after.get(one.key, ""))) for one in sections
    )
    return [
        SectionChange(prompt, pieces)
        for prompt, pieces in compared
        if any(piece.change is not Change.SAME for piece in pieces)
    ]


def differences(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order: without those that were added they are the one, without the removed the other.

    Space between words is not compared.
    """
    old, new = WORD.findall(before.strip() + " "), WORD.findall(after.strip() + " ")
    marked = _absorb(list(_runs(old, new)))
    grouped = groupby(_in_order(marked), key=lambda piece: piece.change)
    pieces = [Piece(change, "".join(piece.text for piece in run)) for change, run in grouped]
    return [piece for piece in pieces if piece.text]


class _Run(NamedTuple):
    """Old words and the new ones that stand for them; both the same words where `same`."""

    same: bool
    old: list[str]
    new: list[str]


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    """The texts side by side: what stays and what changed, by turns."""
    at_old = at_new = 0
    pairs = [*_common([word.strip() for word in old], [word.strip() for word in new]), (len(old), len(new))]
    stays: _Run | None = None
    for pair in pairs:
        changed = _Run(same=False, old=[*old[at_old : pair[0]]], new=[*new[at_new : pair[1]]])
        if changed.old or changed.new:
            if stays:
                yield stays
                stays = None
            yield changed
        at_old, at_new = pair[0] + 1, pair[1] + 1
        if pair[0] < len(old) and pair[1] < len(new):
            stays = stays or _Run(same=True, old=[], new=[])
            stays.old.append(old[pair[0]])
            stays.new.append(new[pair[1]])
    if stays:
        yield stays


def _absorb(runs: list[_Run]) -> list[_Run]:
    """The runs with few words that stay between two longer changes as part of these."""
    kept: list[_Run] = []
    for place, run in enumerate(runs):
        after = runs[place + 1] if place + 1 < len(runs) else None
        before = kept[-1] if kept and not kept[-1].same else None
        if before and (_is_lonely(run, before, after) if run.same else True):
            kept[-1] = _joined(before, run)
        else:
            kept.append(run)
    return kept


def _is_lonely(run: _Run, before: _Run, after: _Run | None) -> bool:
    """Whether what stays is little beside what changed on both its sides."""
    if after is None or len(run.new) > LONELY:
        return False
    return min(len(one.old) + len(one.new) for one in (before, after)) > 2 * len(run.new)


def _joined(one: _Run, other: _Run) -> _Run:
    return _Run(same=False, old=one.old + other.old, new=one.new + other.new)


def _in_order(runs: Iterable[_Run]) -> Iterator[Piece]:
    for run in runs:
        if run.same:
            yield Piece(Change.SAME, "".join(run.new))
        else:
            yield Piece(Change.REMOVED, "".join(run.old))
            yield Piece(Change.ADDED, "".join(run.new))


def _common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the words of a longest common subsequence, in both."""
    start = _same_start(old, new)
    end = _same_start(old[: start - 1 if start else None : -1], new[: start - 1 if start else None : -1])
    inner = _longest(old[start : len(old) - end], new[start : len(new) - end])
    first = [(place, place) for place in range(start)]
    last = [(len(old) - place, len(new) - place) for place in range(end, 0, -1)]
    return first + [(one + start, other + start) for one, other in inner] + last


def _same_start(old: Sequence[str], new: Sequence[str]) -> int:
    """With how many of the same words both begin."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))


def _longest(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The same of what begins and ends with other words: a bit of each row is 0 where the common part grows."""
    where: dict[str, int] = {}
    for place, word in enumerate(old):
        where[word] = where.get(word, 0) | 1 << place
    full = (1 << len(old)) - 1
    row, rows = full, []
    for word in new:
        stays = row & where.get(word, 0)
        row = ((row + stays) | (row - stays)) & full
        rows.append(row)
    return _walk_back(rows, len(old))


def _walk_back(rows: Sequence[int], column: int) -> list[tuple[int, int]]:
    """From the last row to the first: where the common part grew, both have the word."""
    pairs, line = [], len(rows)
    while line and column:
        bit = 1 << (column - 1)
        if rows[line - 1] & bit:
            column -= 1
        else:
            line -= 1
            if not line or rows[line - 1] & bit:
                column -= 1
                pairs.append((column, line))
    return pairs[::-1]
