"""The migrations make exactly what the models speak of, and can be undone."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from program.columns import Base
from program.extensions import db
from tests.databases import other_app


@pytest.fixture
def fresh(backend, databases, tmp_path):
    """An application on a database of its own, with no tables yet."""
    with other_app(tmp_path, database_url=databases.empty(backend)) as app, app.app_context():
        yield app


def differences(app, metadata):
    """What would have to change for the database to be as the metadata says."""
    arguments = {"compare_type": True, "compare_server_default": True}
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=arguments), metadata)


def tables():
    return set(inspect(db.engine).get_table_names())


def test_upgrading_makes_exactly_the_models(fresh):
    flask_migrate.upgrade()
    assert differences(fresh, Base.metadata) == []
    assert tables() == {"alembic_version", *Base.metadata.tables}


def test_a_difference_would_be_seen(fresh):
    flask_migrate.upgrade()
    planted = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(planted)
    Table("planted", planted, Column("id", Integer, primary_key=True))
    planted.tables["account"].append_column(Column("planted", Integer))
    assert {change[0] for change in differences(fresh, planted)} == {"add_table", "add_column"}


def test_downgrading_to_the_base_leaves_nothing(fresh):
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert tables() == {"alembic_version"}
    flask_migrate.upgrade()
    assert differences(fresh, Base.metadata) == []


def test_upgrading_twice_changes_nothing(fresh):
    flask_migrate.upgrade()
    insert = text("INSERT INTO organisation (name, sector) VALUES ('Northlight Labs', 'policy')")
    with db.engine.begin() as connection:
        connection.execute(insert)
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM organisation")).scalars().all() == [
            "Northlight Labs"
        ]


def test_there_is_one_line_of_migrations(fresh):
    script = ScriptDirectory(f"{fresh.root_path}/migrations")
    assert len(script.get_heads()) == len(script.get_bases()) == 1
