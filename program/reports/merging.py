"""Putting together what two people, or two tabs, typed into the same text: section by section, nothing overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

MARK = 16
"""Characters of a mark: 64 bits, so that no two texts of a report have the same by chance."""


def mark_of(text: str) -> str:
    """What a page keeps of the text that it showed, to tell later whether somebody changed it since."""
    return sha256(text.encode()).hexdigest()[:MARK]


@dataclass(frozen=True, slots=True)
class Merge:
    """The text put together; the sections that both changed; those that only the other changed."""

    text: dict[str, str]
    clashes: frozenset[str]
    brought: frozenset[str]


def merge(typed: Mapping[str, str], stored: Mapping[str, str], marks: Mapping[str, str]) -> Merge:
    """What was typed on a page, put into what is stored now.

    `marks` are those of the page by section: that of the text it showed, and with commas behind it those of the texts
    it sent since and got no answer to. A section that only one of the two changed is theirs; one that both changed
    clashes, unless they wrote the same.
    """
    text, clashes, brought = dict(stored), set(), set()
    for key, mine in typed.items():
        theirs = stored.get(key, "")
        known = marks.get(key, "").split(",")
        if mine == theirs or mark_of(theirs) in known:
            text[key] = mine
        elif mark_of(mine) == known[0]:
            brought.add(key)
        else:
            clashes.add(key)
    return Merge(text, frozenset(clashes), frozenset(brought))
