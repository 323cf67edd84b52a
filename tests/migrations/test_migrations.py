"""The migrations make the tables of the models, and can be taken back."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, inspect, text

from program.columns import Base
from program.extensions import db
from program.surveys.models import Answer, Response
from tests.databases import other_app


@pytest.fixture
def migrated(backend, databases, tmp_path, now):
    """An application on a database of its own, as the migrations leave it."""
    with other_app(tmp_path, database_url=databases.empty(backend)) as app, app.app_context():
        flask_migrate.upgrade()
        yield app
        db.session.remove()


def differences(metadata=Base.metadata):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, metadata)


def test_the_models_and_the_migrated_database_do_not_differ(migrated):
    assert differences() == []


def test_a_difference_would_be_seen(migrated):
    planted = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(planted)
    planted.tables["account"].append_column(Column("planted", Integer))
    Table("planted", planted, Column("id", Integer, primary_key=True))
    assert {difference[0] for difference in differences(planted)} == {"add_table", "add_column"}


def test_checks_are_there_by_their_names(migrated):
    """What autogenerate does not compare."""
    found = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        named = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == named, table.name


def test_everything_can_be_taken_back_and_made_again(migrated):
    flask_migrate.downgrade(revision="base")
    with db.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 0
    flask_migrate.upgrade()
    assert differences() == []


def test_upgrading_again_changes_nothing(migrated):
    flask_migrate.upgrade()
    assert differences() == []


def test_answers_have_no_hidden_order_in_sqlite(migrated):
    if db.engine.dialect.name != "sqlite":
        names = {model.__tablename__ for model in (Response, Answer)}
        assert names <= set(inspect(db.engine).get_table_names())
        return
    with db.engine.connect() as connection:
        for model in (Response, Answer):
            query = text("SELECT sql FROM sqlite_master WHERE name = :name")
            made = connection.execute(query, {"name": model.__tablename__}).scalar()
            assert made.rstrip().endswith("WITHOUT ROWID")
