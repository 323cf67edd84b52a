"""The Flask extensions, without an app; and how SQLite is opened so that it behaves as a server does."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from sqlite3 import Connection as SqliteConnection
from typing import Any, cast

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, CursorResult, Engine, Executable, Insert, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from program.columns import Base
from program.days import day_in_zone
from program.errors import ConflictError

# A savepoint when the session is bound to a connection that is already in a transaction, as in the tests.
db = SQLAlchemy(metadata=Base.metadata, session_options={"join_transaction_mode": "create_savepoint"})
migrate = Migrate()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
logger = logging.getLogger(__name__)


def insert_missing(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that break no unique key; how many those were. Safe to run twice or at the same time."""
    if not rows:
        return 0
    missing = _insert_missing(model, db.engine.dialect.name)
    result = db.session.execute(missing, list(rows), execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", result).rowcount


def count_changed(change: Executable, values: Mapping[str, Any] | None = None) -> int:
    """Run an update or a delete; how many rows it was."""
    return cast("CursorResult[Any]", db.session.execute(change, values)).rowcount


@cache
def _insert_missing(model: type[Base], dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(cast("Table", model.__table__)).on_conflict_do_nothing()


def flush_or_conflict(message: str) -> None:
    """Write down what the session holds. Raises ConflictError with this message if somebody else was quicker.

    Somebody was if a row's version is not the one that was read, or a row that may be there once is there.
    The transaction is lost then: roll it back before reading anew.
    """
    try:
        db.session.flush()
    except (StaleDataError, IntegrityError) as error:
        raise ConflictError(message) from error


reading: ContextVar[bool] = ContextVar("reading", default=False)
"""Whether this request only reads: then SQLite need not take its one write lock."""


@contextmanager
def only_reading() -> Iterator[None]:
    """A transaction of its own that only reads, while others write."""
    before = reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reading.reset(before)


@contextmanager
def writing_afterwards(complaint: str) -> Iterator[None]:
    """A transaction of its own after the request's, for what is noted of it. If it fails, that is logged, no more."""
    before = reading.set(False)
    try:
        yield
        db.session.commit()
    except SQLAlchemyError:
        logger.exception(complaint)
    finally:
        db.session.rollback()
        reading.reset(before)


SQLITE_PATIENCE = 60
"""Seconds that one who writes waits for another: a sheet of 10,000 rows is written in one go, and takes 10 to 30."""


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, SqliteConnection):
        return
    connection.isolation_level = None  # the driver would begin late, and deferred
    patience = f"busy_timeout={1_000 * SQLITE_PATIENCE}"
    for pragma in ("journal_mode=WAL", patience, "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("local_day", 2, day_in_zone, deterministic=True)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A transaction that may write takes the lock first: one that reads and then writes can fail at any time."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")
