"""Runs the migrations over the application's own connection."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Literal, cast

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Enum

from program.columns import Base, UtcDateTime
from program.extensions import db


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations speak of plain types, so that they do not change with the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


@contextmanager
def loosely(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which it refuses while others refer to its rows: so it is not asked.

    What they refer to is there again at the end; that is looked at before anything is kept.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast("Any", connection.connection.dbapi_connection)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            astray = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if astray:
                raise RuntimeError(f"rows that refer to nothing: {astray[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _begun(connection: Connection) -> AbstractContextManager[Any]:
    """The transaction in which everything is done; where there is one already, that one."""
    return nullcontext() if connection.in_transaction() else connection.begin()


def run() -> None:
    """Upgrade or downgrade, in one transaction where the database can."""
    with db.engine.connect() as connection, loosely(connection), _begun(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
