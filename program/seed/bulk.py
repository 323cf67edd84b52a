"""Writing very many rows: past the models, straight into the tables, all of a batch at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any, cast

from sqlalchemy import Column, Connection, Table, func, select, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from program.columns import Base
from program.extensions import db

Row = dict[str, Any]
Kind = type[Base] | Table
Rows = Mapping[Kind, list[Row]]
BATCH = 5_000
"""How many people are written at once, with all that belongs to them."""


@dataclass(slots=True)
class Batch:
    """The rows that are being put together, table by table in the order they are written in; chance and numbers."""

    rng: Random
    numbers: Mapping[Kind, "count[int]"]
    rows: dict[Kind, list[Row]]

    @classmethod
    def of(cls, rng: Random, *kinds: Kind) -> "Batch":
        """Nothing yet. Tables without a number of their own have none."""
        numbered = [kind for kind in kinds if "id" in _table(kind).c]
        return cls(rng, {kind: ids(kind) for kind in numbered}, {kind: [] for kind in kinds})

    def number(self, kind: Kind) -> int:
        """The next of the table's numbers."""
        return next(self.numbers[kind])

    def add(self, kind: Kind, /, **row: Any) -> None:
        self.rows[kind].append(row)

    def taken(self) -> Rows:
        """The rows so far; the next batch begins empty."""
        taken, self.rows = self.rows, {kind: [] for kind in self.rows}
        return taken


def ids(kind: Kind) -> "count[int]":
    """Numbers that no row of the table has, in order: rows that know theirs need not be asked for it."""
    key = _table(kind).c.id
    return count((db.session.scalar(select(func.max(key))) or 0) + 1)


def write(rows: Rows) -> int:
    """Insert the rows, table after table; how many those were.

    What a row leaves out has the column's default. Nothing that a model does on the way is done.
    """
    connection = db.session.connection()
    for kind, listed in rows.items():
        if listed:
            _write(connection, _table(kind), listed)
    return sum(map(len, rows.values()))


def settle(kinds: Iterable[Kind]) -> None:
    """Let the database number on from the rows, and know how many there are."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        for table in map(_table, kinds):
            if "id" in table.c:
                after = (
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"  # noqa: S608 - our own table's name
                )
                connection.execute(text(after))
    connection.execute(text("ANALYZE"))


def _write(connection: Connection, table: Table, rows: list[Row]) -> None:
    makers = _makers(table, connection, frozenset(rows[0]))
    values = [tuple(make(row) for make in makers) for row in rows]
    names = ", ".join(f'"{column.name}"' for column in table.c)
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for value in values:
                copy.write_row(value)
        return
    marks = ", ".join("?" * len(makers))
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', values)  # noqa: S608 - likewise


def _makers(table: Table, connection: Connection, given: frozenset[str]) -> list[Callable[[Row], Any]]:
    """For each column, what reads its value off a row, as the driver takes it."""
    return [_made(column, connection, given=column.name in given) for column in table.c]


def _made(column: "Column[Any]", connection: Connection, *, given: bool) -> Callable[[Row], Any]:
    dialect, name = connection.dialect, column.name
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    if not given:
        default = column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        value = bind(default) if bind else default
        return lambda _row: value
    if bind is None:
        return lambda row: row[name]
    return lambda row: bind(row[name])


def _table(kind: Kind) -> Table:
    return kind if isinstance(kind, Table) else cast("Table", kind.__table__)
