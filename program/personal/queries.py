"""Finding what is held about a person, by the catalogue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, false, func, or_, select

from program.extensions import db
from program.personal.catalogue import CATALOGUE
from program.personal.holdings import Erasing, Holding, Part


@dataclass(frozen=True, slots=True)
class Held:
    """Rows about a person: what they are called, and the columns that the person takes home."""

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def each_held(account_id: int) -> Iterator[Held]:
    """All that the person takes home, table by table."""
    for name, holding in CATALOGUE.items():
        if holding.shown:
            yield _held(name, name, holding.title, holding.shown, belongs(name, account_id))
        for part in holding.also:
            yield _held(name, part.key, part.title, part.shown, _is_part(name, part, account_id))


def _held(name: str, key: str, title: str, shown: str, theirs: ColumnElement[bool]) -> Held:
    query = select(*columns_of(name, shown)).where(theirs).order_by(*table_of(name).primary_key.columns)
    return Held(key, title, shown.split(), [tuple(row) for row in db.session.execute(query)])


def _is_part(name: str, part: Part, account_id: int) -> ColumnElement[bool]:
    """Whether a row is of this part, and not the person's own besides."""
    table = table_of(name)
    theirs = and_(
        _leads_to(table, part.whose, account_id), func.coalesce(belongs(name, account_id), false()).is_(False)
    )
    return and_(theirs, table.c[part.only[0]] == part.only[1]) if part.only else theirs


def list_titles() -> list[str]:
    """What everything is called that a person takes home."""
    titles = (
        title for holding in CATALOGUE.values() for title in (holding.title, *(p.title for p in holding.also))
    )
    return [title for title in titles if title]


def count_erasable(account_id: int) -> dict[str, int]:
    """How many rows erasing the person would delete, by what they are called."""
    counts = {
        holding.title or name: db.session.scalar(
            select(func.count()).select_from(table_of(name)).where(belongs(name, account_id))
        )
        for name, holding in erasable()
        if holding.title
    }
    return {title: count for title, count in counts.items() if count}


def erasable() -> list[tuple[str, Holding]]:
    """The tables whose rows go with the person, those that refer to others first."""
    order = [table.name for table in reversed(db.metadata.sorted_tables)]
    names = sorted(CATALOGUE, key=order.index)
    return [(name, CATALOGUE[name]) for name in names if CATALOGUE[name].erasing is Erasing.DELETE]


def table_of(name: str) -> Table:
    """The table of this name."""
    return db.metadata.tables[name]


def columns_of(name: str, wanted: str) -> list[Column[Any]]:
    """The columns of the table that have these names in the database."""
    there = {column.name: column for column in table_of(name).columns}
    return [there[column] for column in wanted.split()]


def belongs(name: str, account_id: int) -> ColumnElement[bool]:
    """Whether a row of the table is the person's, by any of its paths."""
    paths = CATALOGUE[name].whose.split()
    return or_(*(_leads_to(table_of(name), path, account_id) for path in paths))


def _leads_to(table: Table, path: str, account_id: int) -> ColumnElement[bool]:
    first, _dot, rest = path.partition(".")
    column = table.c[first]
    if not rest:
        return column == account_id
    key = next(iter(column.foreign_keys)).column
    return column.in_(select(key).where(_leads_to(key.table, rest, account_id)))
