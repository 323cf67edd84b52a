"""A made-up programme of some size, and a member of staff who looks at its pages without a network between."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.extensions import db
from program.seed.plan import Size
from program.seed.services import seed
from tests.bench.addresses import find_objects
from tests.databases import BOOKKEEPING, other_app
from tests.pages import signed_in

PATIENCE = 60
"""Seconds that one statement may take before it is given up."""
ANYWHERE = 1.1
"""What PostgreSQL takes a page anywhere to cost over the next one: on a disk that turns 4, as it supposes unless told."""
NEXT = re.compile(r'<a href="([^"]+)" rel="next"')
Statement = tuple[str, Any]


@dataclass
class Site:
    """A programme, a browser of its staff, and what the addresses of its pages speak of."""

    app: Flask
    browser: FlaskClient
    seeded: float
    rows: int
    objects: dict[str, object] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def get(self, address: str) -> str:
        """The page. It has to be there."""
        response = self.browser.get(address)
        assert response.status_code == 200, f"{address} answered {response.status_code}"
        return response.get_data(as_text=True)

    def choose(self, *, like: "Site | None" = None) -> None:
        """Look up what the addresses speak of; of what has many rows, one that has as many as in the other."""
        with self.app.app_context():
            self.objects, self.counts = find_objects(like.counts if like else {})

    def time(self, address: str) -> float:
        """How many seconds the page takes."""
        began = perf_counter()
        self.get(address)
        return perf_counter() - began

    def later(self, address: str, *, pages: int) -> str | None:
        """The address of a page so many pages on; None if there are not so many."""
        found: str | None = address
        for _page in range(pages):
            match = NEXT.search(self.get(found))
            if match is None:
                return None
            found = match[1].replace("&amp;", "&")
        return found

    def full_page(self, address: str) -> str:
        """The second page of a list if it is full; else the first, which costs no less."""
        second = self.later(address, pages=1)
        return second if second and NEXT.search(self.get(second)) else address

    def statements(self, address: str) -> list[Statement]:
        """What the page asks the database, with its values; the fewer of two visits, for some note when they came."""
        return min((self._statements(address) for _visit in range(2)), key=len)

    def _statements(self, address: str) -> list[Statement]:
        found: list[Statement] = []

        def note(_connection, _cursor, statement, values, *_rest):
            if not statement.startswith(BOOKKEEPING):
                found.append((statement, values))

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            self.get(address)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return found


@contextmanager
def site(database_url: str, size: Size, *, folder: Path, say: Any) -> Iterator[Site]:
    """A programme of this size on this database, in whose tables there is nothing."""
    with other_app(folder, database_url=database_url) as app:
        began = monotonic()
        with app.app_context():
            rows = seed(size, say=say)
            db.session.commit()
            _be_patient()
            browser = signed_in(app, _somebody())
            db.session.commit()
        yield Site(app, browser, monotonic() - began, rows)


def _somebody() -> Account:
    query = select(Account).join(Account.held_roles).where(AccountRole.role == Role.STAFF)
    return db.session.scalars(query.order_by(Account.id).limit(1)).one()


def _be_patient() -> None:
    """From now on no statement goes on for ever; and PostgreSQL is told that the disk does not turn."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        name = db.session.scalar(text("SELECT current_database()"))
        for setting in (f"statement_timeout = '{PATIENCE}s'", f"random_page_cost = {ANYWHERE}"):
            db.session.execute(text(f"ALTER DATABASE {name} SET {setting}"))
        db.session.commit()
        engine.dispose()
        return

    @event.listens_for(engine, "checkout")
    def limit(connection, *_rest):
        until = monotonic() + PATIENCE
        connection.set_progress_handler(lambda: monotonic() > until, 1_000_000)
