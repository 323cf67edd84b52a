"""The migrations make exactly what the models speak of, and can be undone."""

import flask_migrate
import pytest
import time_machine
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, func, inspect, select, table, text

from program.cohorts.models import PeriodKind, ReportPeriod
from program.columns import Base
from program.extensions import db
from program.fulltext.models import INDEX
from program.reports.desks import get_desk
from program.reports.services import submit_report
from program.surveys.models import Answer, Response
from tests.databases import other_app
from tests.factories import BODY, NOW, make_request, make_review, period_of
from tests.scenarios import running_cohort

OF_INDEX = {"remove_table", "add_index"}
WORDS = "ix_report_text_words"


@pytest.fixture
def migrated(backend, databases, tmp_path):
    """An application on a database of its own, as the migrations leave it."""
    with other_app(tmp_path, database_url=databases.empty(backend)) as app, app.app_context():
        flask_migrate.upgrade()
        yield app


@pytest.fixture
def planted(migrated):
    """The tables of the models, to plant something in."""
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    for one in Base.metadata.tables.values():
        one.to_metadata(metadata)
    return metadata


def differences(metadata):
    """What would have to change for the database to be as the metadata says."""
    arguments = {"compare_type": True, "compare_server_default": True}
    with db.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=arguments), metadata)
    return [change for change in found if change[0] not in OF_INDEX or not is_of_index(change[1].name)]


def is_of_index(name):
    """Whether SQLite keeps what reports are searched by under this name, which no model speaks of.

    It needs no index then of the column that PostgreSQL has one of.
    """
    return name.startswith(INDEX) or (name == WORDS and db.engine.dialect.name == "sqlite")


def checks_astray(metadata):
    """The tables whose checks have other names in the database; autogenerate compares none."""
    found = inspect(db.engine)
    return {
        name
        for name, table in metadata.tables.items()
        if {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
        != {check["name"] for check in found.get_check_constraints(name)}
    }


def tables():
    return {name for name in inspect(db.engine).get_table_names() if not is_of_index(name)}


def test_upgrading_makes_exactly_the_models(migrated):
    assert differences(Base.metadata) == []
    assert checks_astray(Base.metadata) == set()
    assert tables() == {"alembic_version", *Base.metadata.tables}


def test_a_difference_would_be_seen(planted):
    Table("planted", planted, Column("id", Integer, primary_key=True))
    planted.tables["account"].append_column(Column("planted", Integer))
    assert {change[0] for change in differences(planted)} == {"add_table", "add_column"}


def test_a_check_that_is_missing_would_be_seen(planted):
    planted.tables["account"].append_constraint(CheckConstraint("id > 0", name="planted"))
    assert checks_astray(planted) == {"account"}


def test_downgrading_to_the_base_leaves_nothing(migrated):
    flask_migrate.downgrade(revision="base")
    assert tables() == {"alembic_version"}
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == []
    flask_migrate.upgrade()
    assert differences(Base.metadata) == []


def test_upgrading_again_changes_nothing(migrated):
    insert = text("INSERT INTO report_template (name, version, saves) VALUES ('Weekly', 1, 0)")
    with db.engine.begin() as connection:
        connection.execute(insert)
    flask_migrate.upgrade()
    assert differences(Base.metadata) == []
    with db.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM report_template")).scalars().all()
    assert names == ["Weekly"]


def test_reports_beside_the_calendar_go_when_there_is_none_any_more(migrated):
    """What was written for them goes with them; what was written for weeks stays."""
    with time_machine.travel(NOW, tick=False):
        cast = running_cohort()
        make_request(cast.cohort, kind=PeriodKind.MIDTERM)
        own = db.session.scalars(select(ReportPeriod).where(ReportPeriod.number.is_(None))).one()
        for period in (own, period_of(cast.cohort, 5)):
            desk = get_desk(cast.fellow, period.id, now=NOW)
            typed = {**BODY, "asks": "One?"}
            report = submit_report(desk, body=typed, version=0, actor=cast.fellow, now=NOW)
            make_review(report, cast.mentor)
        db.session.commit()
        db.session.remove()
    flask_migrate.downgrade(revision="0021")
    with db.engine.connect() as connection:
        names = ("report", "revision", "review", "ask")
        counts = [connection.scalar(select(func.count()).select_from(table(name))) for name in names]
    assert counts == [1, 1, 1, 1]


def test_templates_that_were_there_before_they_were_published_are_published(migrated):
    flask_migrate.downgrade(revision="0024")
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO report_template (name, version) VALUES ('Weekly', 1)"))
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        query = text("SELECT count(*) FROM report_template WHERE published_at IS NOT NULL")
        assert connection.execute(query).scalar() == 1


def test_there_is_one_line_of_migrations(migrated):
    script = ScriptDirectory(f"{migrated.root_path}/migrations")
    assert len(script.get_heads()) == len(script.get_bases()) == 1


def test_answers_have_no_hidden_order_in_sqlite(migrated):
    if db.engine.dialect.name != "sqlite":
        assert {Response.__tablename__, Answer.__tablename__} <= tables()
        return
    with db.engine.connect() as connection:
        for model in (Response, Answer):
            query = text("SELECT sql FROM sqlite_master WHERE name = :name")
            made = connection.execute(query, {"name": model.__tablename__}).scalar()
            assert made.rstrip().endswith("WITHOUT ROWID")
