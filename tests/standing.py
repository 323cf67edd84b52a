"""The cast, made once on each kind of database: a test that asks for it begins with it there."""

from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

import time_machine
from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import selectinload

from program.accounts.models import Account
from program.extensions import db
from tests.databases import Databases, other_app
from tests.factories import NOW
from tests.scenarios import Cast, running_cohort


class Standing:
    """A database of its own with the cast in it, for any application; whatever a test does to it is undone."""

    def __init__(self, database_url: str, *, folder: Path, stack: ExitStack) -> None:
        with other_app(folder, database_url=database_url) as app, app.app_context():
            with time_machine.travel(NOW, tick=False):
                cast = running_cohort()
                db.session.commit()
                self.ids = {field.name: getattr(cast, field.name).id for field in fields(Cast)}
            self.kinds = {field.name: type(getattr(cast, field.name)) for field in fields(Cast)}
            db.session.remove()
            self.engine = db.engine
        stack.callback(self.engine.dispose)

    def cast(self) -> Cast:
        """Who stands there, read anew, with their roles as they have them once they are made."""
        found = {}
        for kind in dict.fromkeys(self.kinds.values()):
            wanted = [self.ids[name] for name, one in self.kinds.items() if one is kind]
            query = select(kind).where(kind.id.in_(wanted))
            if kind is Account:
                query = query.options(selectinload(Account.held_roles))
            found |= {(kind, row.id): row for row in db.session.scalars(query)}
        return Cast(**{name: found[kind, self.ids[name]] for name, kind in self.kinds.items()})


class Casts:
    """Hands out the database with the cast in it, made at first use."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.standing: dict[str, Standing] = {}

    def engine(self, backend: str) -> Engine:
        """Its engine."""
        if backend not in self.standing:
            url, folder = self.databases.migrated(backend), self.databases.folder / f"standing-{backend}"
            self.standing[backend] = Standing(url, folder=folder, stack=self.databases.stack)
        return self.standing[backend].engine

    def cast(self, bound: Engine | Connection) -> Cast:
        """Whoever stands on the database that is in use, or who comes there now."""
        there = (one for one in self.standing.values() if one.engine is bound.engine)
        standing = next(there, None)
        return standing.cast() if standing else running_cohort()
