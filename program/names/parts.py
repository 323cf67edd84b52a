"""Taking names apart, so that any part of one is the beginning of something. Pure."""

import re
from collections.abc import Iterable

from program.folding import fold

LONGEST = 32
"""Characters of a part: of a longer word so many are compared."""
MOST_WORDS = 6
"""Words of what was typed that are looked for: the longest, the others hardly narrow it down."""
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´"))  # noqa: RUF001 - as they are typed
_PIECE = re.compile(r"[^\W_]+")


def parts_of(*names: str) -> set[str]:
    """What each word of the names ends with, from every letter on; of a mail address, from every piece of it on."""
    return {part for name in names for word in _words(name) for part in _endings(word)}


def typed_words(typed: str) -> list[str]:
    """The words of what was typed, each as it has to begin a part."""
    words = dict.fromkeys(word[:LONGEST] for word in _words(typed))
    return sorted(words, key=lambda word: -len(word))[:MOST_WORDS]


def beyond(word: str) -> str:
    """The end of the range of what begins with the word, by code points; itself not in it."""
    return word + "\U0010ffff"


def _words(text: str) -> list[str]:
    return fold(text).translate(_APOSTROPHES).split()


def _endings(word: str) -> Iterable[str]:
    starts = (piece.start() for piece in _PIECE.finditer(word)) if "@" in word else range(len(word))
    return (word[start : start + LONGEST] for start in starts)
