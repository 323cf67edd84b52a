"""Databases for tests: fresh ones, and for each kind one migrated application that all tests share."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfile
from typing import Any

import flask_migrate
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine import make_url

from program.app import create_app
from program.config import Settings
from program.extensions import db, limiter
from tests.pages import LoneBrowser
from tests.servers import Postgres, running_postgres

BACKENDS = ("sqlite", "postgresql")
KEYS = {
    "secret_key": "a key that signs only in tests" * 2,
    "survey_key": "a key for pseudonyms in tests" * 2,
    "audit_key": "a key that seals only in tests" * 2,
}
SAVEPOINTS = {
    "do_savepoint": "SAVEPOINT",
    "do_release_savepoint": "RELEASE SAVEPOINT",
    "do_rollback_to_savepoint": "ROLLBACK TO SAVEPOINT",
}
BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN")


class Databases:
    """Hands out empty databases, and the shared application on each kind."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.postgres: Postgres | None = None
        self.shared: dict[str, Flask] = {}
        self.limiters: dict[str, dict[str, object]] = {}
        self.migrated_once: dict[str, str] = {}
        self.made = 0

    def empty(self, backend: str) -> str:
        """The address of a new database with no tables."""
        self.made += 1
        if backend == "sqlite":
            return f"sqlite:///{self.folder / f'test-{self.made}.sqlite'}"
        if self.postgres is None:
            self.postgres = self.stack.enter_context(running_postgres())
        return self.postgres.create_database()

    def migrated(self, backend: str) -> str:
        """The address of a new database with all tables: a copy of one that was migrated at first use."""
        if backend not in self.migrated_once:
            url = self.empty(backend)
            with other_app(self.folder / backend, database_url=url) as app, app.app_context():
                flask_migrate.upgrade()
            self.migrated_once[backend] = url
        original = make_url(self.migrated_once[backend]).database or ""
        if self.postgres is not None and backend != "sqlite":
            return self.postgres.create_database(template=original)
        url = self.empty(backend)
        copyfile(original, make_url(url).database or "")
        return url

    def application(self, backend: str) -> Flask:
        """The application on a migrated database, made at first use."""
        return self._shared(backend, backend)

    @contextmanager
    def with_everything(self, backend: str, **settings: object) -> Iterator[Flask]:
        """A second one that all share, with all that is optional; the rate limiter is its in this block."""
        self.application(backend)  # first: its limiter is given back
        kept = dict(vars(limiter))
        name = f"everything-{backend}"
        vars(limiter).update(self.limiters.get(name, {}))
        try:
            app = self._shared(name, backend, **settings)
            self.limiters[name] = dict(vars(limiter))
            yield app
        finally:
            vars(limiter).clear()
            vars(limiter).update(kept)

    def _shared(self, name: str, backend: str, **settings: object) -> Flask:
        if name not in self.shared:
            app = build_app(self.folder / f"instance-{name}", database_url=self.migrated(backend), **settings)
            self.stack.callback(dispose, app)
            self.shared[name] = app
        return self.shared[name]


class Compiled(BytecodeCache):
    """Templates that were compiled once, for every application that a process makes."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def build_app(instance: Path, *, database_url: str, **settings: object) -> Flask:
    """An application of its own, with the settings of tests."""
    instance.mkdir(parents=True, exist_ok=True)
    app = create_app(Settings(instance=instance, database_url=database_url, **{**KEYS, **settings}))
    app.test_client_class = LoneBrowser
    app.jinja_env.bytecode_cache = COMPILED
    return app


@contextmanager
def other_app(instance: Path, *, database_url: str, **settings: object) -> Iterator[Flask]:
    """An application beside the shared one; the rate limiter, which all share, is given back."""
    kept = dict(vars(limiter))
    app = build_app(instance, database_url=database_url, **settings)
    try:
        yield app
    finally:
        vars(limiter).clear()
        vars(limiter).update(kept)
        dispose(app)


def dispose(app: Flask) -> None:
    """Close the application's connections."""
    with app.app_context():
        db.engine.dispose()


@contextmanager
def rolled_back(app: Flask, *, on: Engine | None = None) -> Iterator[None]:
    """Everything in this block happens in one transaction that is undone at its end; commits are savepoints.

    It may be on another database than the application's own.
    """
    with app.app_context():
        engines = db._app_engines[app]
        engine = engines[None]
        with (on or engine).connect() as connection:
            keep_quickly(connection.dialect)
            outer = connection.begin()
            engines[None] = connection
            try:
                yield
            finally:
                db.session.remove()
                engines[None] = engine
                outer.rollback()


def keep_quickly(dialect: Dialect) -> None:
    """Let savepoints go straight to the driver: there are more of them in tests than of all other statements."""
    if "do_savepoint" in vars(dialect):
        return
    for name, words in SAVEPOINTS.items():
        usual = getattr(dialect, name)

        def at_once(connection: Connection, savepoint: str, words: str = words, usual: Any = usual) -> None:
            try:
                connection.connection.dbapi_connection.execute(f"{words} {savepoint}")
            except dialect.dbapi.Error:  # said again, so that it fails as it would have
                usual(connection, savepoint)

        setattr(dialect, name, at_once)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever requests do in this block is undone at its end."""
    db.session.commit()
    savepoint = db.session.get_bind().begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        savepoint.rollback()


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that are executed in this block, without those that only keep transactions."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(BOOKKEEPING):
            statements.append(statement)

    db.session.flush()
    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(bind, "before_cursor_execute", note)
