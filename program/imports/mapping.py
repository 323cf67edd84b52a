"""Which column of a sheet is which: guessed from its heads, and remembered by their signature. Pure."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from program.imports.kinds import COLUMNS, ImportKind
from program.imports.values import plain

EXACT = 1_000
MOST_WORDS = 14
"""A head of more words is a question or a text: it is only known by its whole wording."""


def guess(kind: ImportKind, heads: Sequence[str]) -> dict[str, int]:
    """For each column of the kind that the heads name, its place. No place is taken twice."""
    found = [
        (-score, order, place)
        for place, head in enumerate(heads)
        for order, column in enumerate(COLUMNS[kind])
        if (score := _likeness(plain(head), column.names))
    ]
    mapping: dict[str, int] = {}
    for _score, order, place in sorted(found):
        key = COLUMNS[kind][order].key
        if key not in mapping and place not in mapping.values():
            mapping[key] = place
    return mapping


def signature(heads: Sequence[str]) -> str:
    """By this the heads are known again, however they are spaced and cased."""
    return sha256("\n".join(plain(head) for head in heads).encode()).hexdigest()


def is_usable(kind: ImportKind, heads: Sequence[str], mapping: Mapping[str, int]) -> bool:
    """Whether a mapping that was remembered still speaks of this kind's columns and of these heads."""
    known = {column.key for column in COLUMNS[kind]}
    return known >= set(mapping) and all(0 <= place < len(heads) for place in mapping.values())


def _likeness(head: str, names: Sequence[str]) -> int:
    """How much a head is like the names: the same, or it has one in it; 0 if neither."""
    if head in names:
        return EXACT - names.index(head)
    if not head or len(head.split()) > MOST_WORDS:
        return 0
    return max((len(name) for name in names if f" {name} " in f" {head} " and len(name) > 3), default=0)
