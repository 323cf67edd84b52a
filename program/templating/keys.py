"""Under which key the text of a section is kept: a pure rule, so that what was confidential stays so.

A key is made from the prompt once, and kept when the prompt changes. It is never again that of a section of another
nature: what was for everyone is not asked confidentially under it, nor the other way round, and a number stays one.
Such a section gets a key of its own, and what stands in reports under the old one stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from program.authorship.modes import Audience
from program.folding import fold
from program.reports.models import SectionKind

LONGEST = 30
_APART = re.compile("[^a-z0-9]+")


class Nature(NamedTuple):
    """What all sections of a key have in common: whether everyone reads them, and whether they are numbers."""

    for_everyone: bool
    is_number: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A section as it is to be; `key` is the one it had, empty for a new one."""

    prompt: str
    key: str = ""
    help: str = ""
    kind: SectionKind = SectionKind.TEXT
    required: bool = False
    guide_words: int | None = None
    audience: Audience = Audience.EVERYONE

    @property
    def nature(self) -> Nature:
        """What a key must have been for, to be the key of this section."""
        return Nature(self.audience is Audience.EVERYONE, self.kind is SectionKind.SCALE)


Known = Mapping[str, set[Nature]]


def give_keys(sections: Sequence[Wanted], known: Known) -> list[Wanted]:
    """The sections with their keys: what they had, where that goes on, else new ones. `known` is what keys were for."""
    kept: dict[str, int] = {}
    for place, section in enumerate(sections):
        if section.key in known and is_free(section.key, section.nature, known):
            kept.setdefault(section.key, place)
    taken, named = set(kept), []
    for place, section in enumerate(sections):
        key = section.key
        if kept.get(key) != place:
            key = _new_key(section, taken, known)
        taken.add(key)
        named.append(replace(section, key=key))
    return named


def is_free(key: str, nature: Nature, known: Known) -> bool:
    """Whether sections under this key were all of this nature."""
    return known.get(key, set()) <= {nature}


def _new_key(section: Wanted, taken: set[str], known: Known) -> str:
    stem = _APART.sub("_", fold(section.prompt)).strip("_")[:LONGEST].strip("_") or "section"
    key, number = stem, 1
    while key in taken or not is_free(key, section.nature, known):
        number += 1
        key = f"{stem}_{number}"
    return key
