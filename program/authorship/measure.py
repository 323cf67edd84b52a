"""How many of a report's words are whose, worked out from its revisions. Pure.

The algorithm is that of WikiWho (F. Flöck and M. Acosta, "WikiWho: Precise and Efficient Attribution of Authorship of
Revisioned Content", WWW 2014): a paragraph, and then a sentence, that an earlier revision had keeps the authors of its
words, wherever it stands now and even if it was gone in between; what is left is compared word by word with what is
left of the revision before (the longest runs that both have, by Python's difflib); the rest is by the author of the
revision. Not counted at all, unlike there, are Markdown quotations and sentences that stand in a text of NOBODY: the
report before this one, and what the mentor wrote about it. Such texts stand among the revisions where they came in
time: who wrote something first is its author, whoever quotes it later.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

from program.folding import marks

NOBODY = 0
"""Whose words are not counted."""
THOROUGH = 4_000_000
"""Up to so many pairs of words every word is compared; beyond, the most frequent ones are left out, as in difflib."""

_ALONE = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""A character of a script without spaces is a word of its own."""
_SENTENCE = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f])\s*")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+•]|\d{1,2}[.)])\s)")

Words = tuple[str, ...]


class Version(NamedTuple):
    """What somebody left: the account that saved it, and the whole text."""

    author: int
    text: str


@dataclass(frozen=True, slots=True)
class Attributed:
    """The words of a text, and the author of each."""

    words: Words
    authors: tuple[int, ...]


def words_by_author(texts: Iterable[Version]) -> dict[int, int]:
    """How many words of the last version are by each author.

    The texts are in the order of time. Those of NOBODY are no versions: what they say first is nobody's from then on.
    """
    history = _History()
    last: list[Attributed] = []
    for text in texts:
        if text.author == NOBODY:
            history.hear(text)
        else:
            last = history.read(text)
    counted = Counter(author for part in last for author in part.authors)
    counted.pop(NOBODY, None)
    return dict(counted)


def words_of(text: str) -> Words:
    """The words of a text, alike however their letters are composed and whether or not they are capitals."""
    alike = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return tuple(_word().findall(alike))


@cache
def _word() -> re.Pattern[str]:
    """Letters and figures with the marks on them; the length guide (`writing.js`) counts alike."""
    letters = f"[^\\W_{_ALONE}]"
    run = f"{letters}+(?:[{marks()}]+{letters}*)*"
    return re.compile(f"[{_ALONE}]|{run}(?:['\u2019-]{run})*")


class _History:
    """Who wrote what in the versions so far."""

    def __init__(self) -> None:
        self.paragraphs: dict[Words, tuple[int, ...]] = {}
        self.sentences: dict[Words, tuple[int, ...]] = {}
        self.before: list[Attributed] = []

    def read(self, version: Version) -> list[Attributed]:
        """The sentences of the version with their authors, from which those of the next are found."""
        paragraphs = list(_paragraphs(version.text))
        found: list[Attributed | None] = []
        rest: list[tuple[int, Words]] = []
        for sentences in paragraphs:
            authors = self.paragraphs.get(_joined(sentences))
            for sentence in sentences:
                own, authors = (
                    (authors[: len(sentence)], authors[len(sentence) :]) if authors else (None, None)
                )
                own = own or self.sentences.get(sentence)
                if own is None:
                    rest.append((len(found), sentence))
                found.append(Attributed(sentence, own) if own else None)
        for (place, sentence), authors in zip(
            rest, self._compare(rest, paragraphs, version.author), strict=True
        ):
            found[place] = Attributed(sentence, authors)
        self.before = [part for part in found if part is not None]
        self._keep(paragraphs)
        return self.before

    def hear(self, said: Version) -> None:
        """What was said beside the versions: the next of them is not compared with it."""
        before, self.before = self.before, []
        self.read(said)
        self.before = before

    def _compare(
        self, rest: Sequence[tuple[int, Words]], paragraphs: Sequence[list[Words]], author: int
    ) -> Iterator[tuple[int, ...]]:
        """The authors of the words of each new sentence, by what the version before has besides the old ones."""
        old = {sentence for sentences in paragraphs for sentence in sentences}
        gone = [part for part in self.before if part.words not in old]
        a = [word for part in gone for word in part.words]
        b = [word for _place, sentence in rest for word in sentence]
        owners = [owner for part in gone for owner in part.authors]
        authors = [author] * len(b)
        matcher = SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > THOROUGH)
        for start, place, size in matcher.get_matching_blocks():
            authors[place : place + size] = owners[start : start + size]
        for _place, sentence in rest:
            yield tuple(authors[: len(sentence)])
            del authors[: len(sentence)]

    def _keep(self, paragraphs: Sequence[list[Words]]) -> None:
        """Who wrote something first is its author from now on."""
        authors = iter(self.before)
        for sentences in paragraphs:
            whole: tuple[int, ...] = ()
            for sentence in sentences:
                own = next(authors).authors
                self.sentences.setdefault(sentence, own)
                whole += own
            self.paragraphs.setdefault(_joined(sentences), whole)


def _joined(sentences: Iterable[Words]) -> Words:
    return tuple(word for sentence in sentences for word in sentence)


def _paragraphs(text: str) -> Iterator[list[Words]]:
    """The paragraphs and items of a list, each as its sentences, without quotations and without what has no word."""
    lines = (line for line in text.replace("\r\n", "\n").split("\n") if not line.lstrip().startswith(">"))
    for paragraph in _PARAGRAPH.split("\n".join(lines)):
        sentences = [words for part in _SENTENCE.split(paragraph) if (words := words_of(part))]
        if sentences:
            yield sentences
