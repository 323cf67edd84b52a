"""Text as it is looked for and sorted by: case, accents and spacing do not matter. Pure."""

import unicodedata
from functools import cache
from itertools import chain

_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
"""Letters that Unicode does not take apart (NFKD), as people type them who lack them on their keyboard."""

WIDEST = 3
"""Characters that one becomes, on average, at most: every column for folded text has room for so many."""


def fold(text: str) -> str:
    """The text in lower case, without accents, with one space between words."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(plain.translate(_PLAIN).split())[: WIDEST * len(text)].rstrip()


@cache
def marks() -> str:
    """All accents, vowel signs and other marks that belong to the letter before them, for a class of a pattern."""
    planes = chain(range(0x300, 0x20000), range(0xE0100, 0xE01F0))
    return "".join(chr(code) for code in planes if unicodedata.category(chr(code))[0] == "M")
