"""Finding things by any part of their names: each word that was typed is the beginning of a part."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from program.extensions import db
from program.names.models import Kind, SearchPart
from program.names.parts import beyond, typed_words
from program.paging import PAGE_SIZE, Page, page_of

FEW = 2_000
"""Parts that are gathered before they are sorted; where a word begins more, things are gone through in their order."""

LIKENESS = 5
"""Letters that two words begin with alike if one may be the other misspelt."""


def is_named(kind: Kind, subject: ColumnElement[int] | Any, typed: str) -> ColumnElement[bool]:
    """Whether a thing goes by what was typed, for a list of its own order; `subject` is its column."""
    words = typed_words(typed)
    if not words:
        return false()
    counts = _counts([kind], words)
    rarest, *others = sorted(words, key=lambda word: counts[kind, word])
    if counts[kind, rarest] < FEW:
        found = select(SearchPart.subject_id).where(_begins(SearchPart, kind, rarest))
        return subject.in_(found.where(*(_has(kind, SearchPart.subject_id, word) for word in others)))
    return and_(*(_has(kind, subject, word) for word in (rarest, *others)))


def find_named(
    kinds: Sequence[Kind], typed: str, *, cursor: str | None, size: int = PAGE_SIZE
) -> dict[Kind, Page[int]]:
    """For each kind the ids of a page of what goes by what was typed: the nearest to the rarest of its words first.

    It costs the same whatever else there is: each walks along the index from what was typed on.
    """
    words = typed_words(typed)
    if not words:
        return {kind: Page([], None, is_first=True) for kind in kinds}
    counts = _counts(kinds, words) if len(words) > 1 else {}
    return {
        kind: _page(kind, sorted(words, key=lambda word: counts.get((kind, word), 0)), cursor, size)
        for kind in kinds
    }


def find_similar(kind: Kind, name: str, *, among: Select[int], most: int) -> list[int]:
    """The ids `among` these of what shares most with the name: parts that begin as a word of it does."""
    begins = {word[:LIKENESS] for word in typed_words(name)}
    if not begins:
        return []
    shared = or_(*(_begins(SearchPart, kind, begin) for begin in begins))
    query = select(SearchPart.subject_id).where(shared, SearchPart.subject_id.in_(among))
    query = (
        query.group_by(SearchPart.subject_id).order_by(func.count().desc(), SearchPart.subject_id).limit(most)
    )
    return [*db.session.scalars(query)]


def _page(kind: Kind, words: Sequence[str], cursor: str | None, size: int) -> Page[int]:
    rarest, *others = words
    earlier = aliased(SearchPart)
    twice = select(earlier.part).where(
        earlier.kind == kind,
        earlier.subject_id == SearchPart.subject_id,
        earlier.part >= rarest,
        earlier.part < SearchPart.part,
    )
    query = select(SearchPart.part, SearchPart.subject_id).where(
        _begins(SearchPart, kind, rarest),
        ~twice.exists(),
        *(_has(kind, SearchPart.subject_id, word) for word in others),
    )
    order = [SearchPart.part, SearchPart.subject_id]
    return page_of(query, order=order, key=lambda row: [*row], cursor=cursor, size=size).map(
        lambda row: row[1]
    )


def _counts(kinds: Iterable[Kind], words: Iterable[str]) -> dict[tuple[Kind, str], int]:
    """How many parts begin with each word, as far as it is worth counting."""
    asked = [(kind, word) for kind in kinds for word in words]
    found = db.session.execute(select(*(_counted(kind, word) for kind, word in asked))).one()
    return dict(zip(asked, found, strict=True))


def _counted(kind: Kind, word: str) -> ColumnElement[int]:
    begun = select(SearchPart.part).where(_begins(SearchPart, kind, word)).limit(FEW)
    return select(func.count()).select_from(begun.subquery()).scalar_subquery()


def _has(kind: Kind, subject: Any, word: str) -> ColumnElement[bool]:
    """Asked of one thing after the other: by an EXISTS, PostgreSQL may gather all that have the word, and sort."""
    other = aliased(SearchPart)
    one = select(literal(1)).where(_begins(other, kind, word), other.subject_id == subject).limit(1)
    return one.scalar_subquery().is_not(None)


def _begins(part: Any, kind: Kind, word: str) -> ColumnElement[bool]:
    return and_(part.kind == kind, part.part >= word, part.part < beyond(word))
