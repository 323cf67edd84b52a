"""What one person owes is found by indexes, however many others owe something."""

import pytest
from sqlalchemy import event, func, select, text

from program.access import Role
from program.columns import Base
from program.extensions import db
from program.obligations import queries
from program.obligations.models import ObligationKind
from program.obligations.queries import list_owed_by
from tests.bench.owing import crowd, read_whole
from tests.bench.plans import LARGE

FELLOWS = LARGE + 50
OWED = {
    Role.FELLOW: {ObligationKind.REPORT, ObligationKind.SURVEY},
    Role.MENTOR: {ObligationKind.REVIEW, ObligationKind.ASK, ObligationKind.EVALUATION},
    Role.RESEARCH_MANAGER: set(),
    Role.STAFF: {ObligationKind.NEXT_STEP, ObligationKind.CONCERN, ObligationKind.EXTENSION},
}
MANY = {"account", "account_role", "fellowship", "assignment", "report", "ask", "participation", "evaluation"}
MANY |= {"extension_request", "concern"}


@pytest.fixture
def somebody(session):
    """One person of each role among all of them; the planner knows how many they are."""
    found = crowd(FELLOWS)
    session.flush()
    if db.engine.dialect.name == "postgresql":  # SQLite is never told
        session.execute(text("ANALYZE"))
    return found


def asked_for(account_id, now):
    """What is owed, and what was asked of the database for it."""
    found = []

    def note(_connection, _cursor, statement, values, *_rest):
        found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        return list_owed_by(account_id, now=now), found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def by_no_index(columns):
    """Planted: who owes it is only seen row by row."""
    return columns[queries.ACCOUNT] + 0 == columns[queries.ACCOUNT]


def test_what_somebody_owes_is_found_by_indexes(somebody, now, monkeypatch):
    rows = {
        name: db.session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) for name in MANY
    }
    assert min(rows.values()) >= LARGE, "all of it is large"
    connection = db.session.connection()
    for role, account_id in somebody.items():
        owed, [(statement, values)] = asked_for(account_id, now)
        assert {one.kind for one in owed} >= OWED[role]
        assert read_whole(connection, statement, values, large=MANY) == []
    monkeypatch.setattr(queries, "_owed_by_any", lambda: select(queries._owed(by_no_index)))
    _owed, [(statement, values)] = asked_for(somebody[Role.STAFF], now)
    assert read_whole(connection, statement, values, large=MANY), "what reads all of it is seen"
