"""A fault of the database says which statement it was, and never what people wrote."""

import pytest
from sqlalchemy import bindparam, create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.databases import other_app

CANARY = "canary-in-a-statement"
BROKEN = text("SELECT :written FROM nowhere").bindparams(bindparam("written", CANARY))


def said_by(engine):
    """What the fault says, in the words that a log keeps."""
    with pytest.raises(DBAPIError) as error, engine.connect() as connection:
        connection.execute(BROKEN)
    engine.dispose()
    return str(error.value)


def test_a_fault_holds_nothing_that_people_wrote(backend, databases, tmp_path):
    with other_app(tmp_path, database_url=databases.empty(backend)) as app, app.app_context():
        said = said_by(app.extensions["sqlalchemy"].engine)
    assert "nowhere" in said
    assert CANARY not in said


def test_a_fault_that_told_would_be_seen():
    assert CANARY in said_by(create_engine("sqlite://"))
