"""Taking text apart into the words that it is found by, and showing where they stand. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from program.folding import fold, marks

LONGEST = 64
"""Characters of a word: of a longer one so many are compared."""
MOST_WORDS = 10
"""Words of what was typed that are looked for."""
SHORTEST_BEGINNING = 2
"""Characters that a word must have to stand for all that begin with it."""
AROUND = 110
"""Characters that are shown before and after the first word that was found."""
MOST_MARKED = 40
"""Places that are marked in one excerpt."""

_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words (Thai to Khmer, Japanese, Chinese): each character is a word."""


class Piece(NamedTuple):
    """Some of an excerpt, and whether it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: all of these words, and all that begin with `beginning` as one more of them."""

    words: tuple[str, ...]
    beginning: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.beginning)

    def matches(self, word: str) -> bool:
        """Whether it is one of them."""
        return word in self.words or bool(self.beginning and word.startswith(self.beginning))


def words_of(text: str) -> list[str]:
    """The words of a text in their order, folded."""
    return [word[:LONGEST] for word in _word().findall(fold(text))]


def sought(typed: str) -> Sought:
    """What somebody looks for who typed this: nothing in it is an operator, and the last word may be only begun."""
    words = list(dict.fromkeys(words_of(typed)))[:MOST_WORDS]
    if words and len(words[-1]) >= SHORTEST_BEGINNING:
        return Sought(tuple(words[:-1]), words[-1])
    return Sought(tuple(words))


def excerpt(texts: Iterable[str], looked_for: Sought) -> list[Piece]:
    """What stands around the first place of a text that was found, with all such places marked.

    Empty where none is, as after the words of another version.
    """
    for text in texts:
        first = next(_places(text, looked_for), None)
        if first is not None:
            return [*_pieces(text, first, looked_for)]
    return []


def _pieces(text: str, first: tuple[int, int], looked_for: Sought) -> Iterator[Piece]:
    start, end = _cut(text, first[0] - AROUND, first[1] + AROUND)
    at = start
    if start:
        yield Piece("… ", marked=False)
    for count, (begins, ends) in enumerate(_places(text[start:end], looked_for)):
        if count >= MOST_MARKED:
            break
        yield Piece(text[at : start + begins], marked=False)
        yield Piece(text[start + begins : start + ends], marked=True)
        at = start + ends
    yield Piece(text[at:end] + (" …" if end < len(text) else ""), marked=False)


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    """About there, where a space is near: else a word would be cut, and half of one be found."""
    if start > 0:
        space = text.find(" ", start, start + LONGEST)
        start = start if space < 0 else space + 1
    if end < len(text):
        space = text.rfind(" ", end - LONGEST, end)
        end = end if space < 0 else space
    return max(start, 0), min(end, len(text))


def _places(text: str, looked_for: Sought) -> Iterator[tuple[int, int]]:
    for found in _word().finditer(text):
        if any(map(looked_for.matches, words_of(found.group()))):
            yield found.span()


@cache
def _word() -> re.Pattern[str]:
    """Letters, digits and the marks that belong to them, or one character of a script without spaces."""
    return re.compile(f"[{_ALONE}]|[^\\W_{_ALONE}](?:[^\\W_{_ALONE}]|[{marks()}])*")
