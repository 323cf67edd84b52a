"""Puts payloads where people's words are kept: in the columns of the database, and through the fields of forms."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import JSON, Column, Enum, String, Table, UniqueConstraint, select, update

from program.extensions import db, limiter
from tests.databases import undone
from tests.pages import text_of
from tests.security.places import Place, World

STRUCTURE = re.compile(
    r"hash|nonce|key|token|digest|kind|zone|message_id|rung|pseudonym|group|option|folded|address|email|state"
    r"|tag|secret|credential|issuer|subject|code|transport|method|once|sha256"
)
"""In the names of columns whose text the programme made itself, or checks against a list or a shape."""
NESTED = {"body"}
"""JSON whose texts people typed."""
LONG = 4_000
"""Characters that a field of several lines takes at least."""
SHORT = 80
"""The same for one line."""


def packed(payloads: tuple[str, ...], limit: int) -> list[str]:
    """The payloads in as few texts of at most this length as they fit into."""
    texts = [""]
    for payload in payloads:
        if len(texts[-1]) + len(payload) + 2 > limit:
            texts.append("")
        texts[-1] += ("\n\n" if limit > SHORT * 4 else " ") * bool(texts[-1]) + payload
    return texts


def typed_columns() -> list[Column]:
    """Every column that holds people's words."""
    return [column for table in db.metadata.sorted_tables for column in table.columns if _is_typed(column)]


def _is_typed(column: Column) -> bool:
    if isinstance(column.type, JSON):
        return column.name in NESTED
    text = isinstance(column.type, String) and not isinstance(column.type, Enum)
    return text and not column.primary_key and not column.foreign_keys and not STRUCTURE.search(column.name)


@contextmanager
def planted(payloads: tuple[str, ...], turn: int) -> Iterator[None]:
    """Each typed column of each row holds some of the payloads; after its `turns` each row of it has held all.

    From then on, while others still need turns, it holds one at a time.
    """
    with _filled(
        lambda column: packed(payloads, room(column)) if turn < turns(column, payloads) else payloads, turn
    ):
        yield


def turns(column: Column, payloads: tuple[str, ...]) -> int:
    """How many turns it takes until the column has held every payload."""
    return len(packed(payloads, room(column)))


def room(column: Column) -> int:
    """The characters that a payload has in this column."""
    length = getattr(column.type, "length", None) or LONG
    return length - len("999 ") if _is_unique(column) else length


def _is_unique(column: Column) -> bool:
    """Whether the rows of the table have to differ in it, alone or with others: a number keeps them apart."""
    rules = [rule for rule in column.table.constraints if isinstance(rule, UniqueConstraint)]
    rules += [index for index in column.table.indexes if index.unique]
    return bool(column.unique) or any(column.name in rule.columns for rule in rules)


@contextmanager
def _filled(texts_of: Callable[[Column], Sequence[str]], turn: int) -> Iterator[None]:
    with undone():
        for column in typed_columns():
            _fill(column, texts_of(column), turn)
        db.session.commit()
        db.session.expire_all()
        yield


def _fill(column: Column, texts: Sequence[str], turn: int) -> None:
    table: Table = column.table
    keys = [*table.primary_key.columns]
    for number, (value, *key) in enumerate(db.session.execute(select(column, *keys)).all()):
        text = texts[(turn + number) % len(texts)]
        if _is_unique(column):
            text = f"{number} {text}"[: column.type.length]
        if isinstance(column.type, JSON):
            text = dict.fromkeys(value, text)
        here = [k == part for k, part in zip(keys, key, strict=True)]
        db.session.execute(update(table).where(*here).values({column: text}))


def pages_that_show(world: World) -> dict[tuple[str, str], list[Column]]:
    """Who and where: the pages on which any typed column is to be read, and which."""
    marks = {column: f"qz{number:02d}mark" for number, column in enumerate(typed_columns())}
    with _filled(lambda column: [marks[column]], 0):
        pages = {(who, at): text_of(world.browsers[who].get(at)) for who, at in world.pages}
    shown = {at: [c for c, mark in marks.items() if mark in page] for at, page in pages.items()}
    return {at: columns for at, columns in shown.items() if columns}


def send(world: World, place: Place, text: str, *, only: str | None = None):
    """The answer to the form with this text in its text fields, or in only one of them."""
    limiter.reset()
    typed = dict.fromkeys([only] if only else place.texts, text)
    return world.browsers[place.who].post(place.action, data=place.fields | typed, content_type=place.enctype)
