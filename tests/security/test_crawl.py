"""Reading changes nothing: every page, by everybody, leaves every row as it was."""

import pytest
from sqlalchemy import select

from program.access import Permission
from program.columns import Base
from program.extensions import db
from program.web import allow
from tests.security.crawl import crawl
from tests.security.matrix import MATRIX, PRINCIPALS
from tests.security.objects import objects_of

pytestmark = pytest.mark.one_database

READING_IS_NOTED = {"audit_event": "a refusal is written down", "sign_in_session": "last seen"}
"""What may be written because somebody read, and why; everything else in these tables is compared too."""
READING_MOVES = {"audit_head"}
"""Where the chain of events ends: it moves with each refusal that is written down."""
NOTED_COLUMNS = {"last_seen_at"}


def rows_of_all_tables():
    """Every row of every table, without what notes that somebody read."""
    found = {}
    for table in (table for table in Base.metadata.sorted_tables if table.name not in READING_MOVES):
        columns = [column for column in table.columns if column.name not in NOTED_COLUMNS]
        order = list(table.primary_key.columns)
        query = select(*columns).order_by(*order)
        if table.name == "audit_event":
            query = query.where(table.c.tag.not_like("access:%"))
        found[table.name] = [tuple(map(repr, row)) for row in db.session.execute(query)]
    db.session.rollback()
    return found


@pytest.fixture
def browsers(cast, client, client_of):
    return {who: client if who == "nobody" else client_of(getattr(cast, who)) for who in PRINCIPALS}


@pytest.fixture
def addresses(cast):
    objects = objects_of(cast)
    return [row.address.format(**objects) for row in MATRIX if row.method == "GET"]


def changed_by_reading(browsers, addresses):
    """The tables whose rows are others after everybody has read everything; and how many pages that were."""
    db.session.commit()
    before = rows_of_all_tables()
    pages = sum(1 for browser in browsers.values() for _page in crawl(browser, addresses))
    after = rows_of_all_tables()
    return {name for name in before if before[name] != after[name]}, pages


def test_reading_everything_changes_no_row(browsers, addresses, tally):
    changed, pages = changed_by_reading(browsers, addresses)
    assert changed == set()
    tally("crawl: pages read", pages)


def test_a_page_that_writes_is_caught(app, cast, browsers, addresses, monkeypatch):
    def busy():
        cast.cohort.name = "Renamed"
        db.session.add(cast.cohort)
        db.session.commit()
        return "done"

    monkeypatch.setitem(app.view_functions, "reports.own", allow(Permission.FELLOW_HOME)(busy))
    changed, _pages = changed_by_reading({"fellow": browsers["fellow"]}, addresses)
    assert changed == {"cohort"}
