"""Finding what is held about a person, by the catalogue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, func, or_, select

from program.extensions import db
from program.personal.catalogue import CATALOGUE, Erasing, Holding


@dataclass(frozen=True, slots=True)
class Held:
    """One table's rows about a person: what they are called, and the columns that the person takes home."""

    table: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def each_held(account_id: int) -> Iterator[Held]:
    """All that the person takes home, table by table."""
    for name, holding in CATALOGUE.items():
        if holding.shown:
            table, columns = table_of(name), holding.shown.split()
            query = select(*columns_of(name, holding.shown)).where(belongs(name, account_id))
            rows = db.session.execute(query.order_by(*table.primary_key.columns)).all()
            yield Held(name, holding.title, columns, [tuple(row) for row in rows])


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
