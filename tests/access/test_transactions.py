"""How a request's transaction begins."""

import pytest
from sqlalchemy import event

from program.extensions import db
from tests.databases import other_app
from tests.factories import make_account
from tests.pages import Browser, signed_in


@pytest.fixture
def begun(databases, tmp_path):
    """A signed-in browser on a SQLite file, and how each transaction of its requests begins."""
    with other_app(tmp_path, database_url=databases.migrated("sqlite")) as app, app.app_context():
        app.test_client_class = Browser
        client, statements = signed_in(app, make_account()), []
        db.session.commit()
        event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        yield client, statements


@pytest.mark.parametrize(("method", "begins"), [("get", "BEGIN"), ("post", "BEGIN IMMEDIATE")])
@pytest.mark.parametrize("before", ["get", "post"])
def test_only_a_request_that_may_write_takes_the_lock_whatever_came_before(begun, before, method, begins):
    client, statements = begun
    getattr(client, before)("/account")
    statements.clear()
    getattr(client, method)("/account")
    assert [words for words in statements if words.startswith("BEGIN")] == [begins]
