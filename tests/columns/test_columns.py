"""What both databases store and give back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from program.access import Role
from program.accounts.models import AccountRole
from program.extensions import db, insert_missing
from program.health.models import Heartbeat

INSTANT = datetime(2026, 6, 10, 12, 30, 15, 123456, tzinfo=UTC)


def test_an_instant_comes_back_in_utc_to_the_microsecond(app):
    elsewhere = INSTANT.astimezone(timezone(timedelta(hours=-7)))
    db.session.add(Heartbeat(name="test", at=elsewhere))
    db.session.flush()
    db.session.expire_all()
    found = db.session.scalars(select(Heartbeat.at)).one()
    assert found == INSTANT
    assert found.utcoffset() == timedelta()


def test_a_naive_datetime_is_refused(app):
    db.session.add(Heartbeat(name="test", at=INSTANT.replace(tzinfo=None)))
    with pytest.raises(StatementError, match="a naive datetime cannot be stored"):
        db.session.flush()


def test_instants_compare_as_instants(app):
    db.session.add(Heartbeat(name="test", at=INSTANT))
    db.session.flush()
    elsewhere = (INSTANT + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=14)))
    assert db.session.scalar(select(Heartbeat.name).where(Heartbeat.at < elsewhere)) == "test"
    assert db.session.scalar(select(Heartbeat.name).where(Heartbeat.at > elsewhere)) is None


def test_an_enum_is_stored_as_its_word(cast):
    stored = db.session.connection().exec_driver_sql("SELECT DISTINCT role FROM account_role ORDER BY role")
    assert [role for (role,) in stored] == [
        "admin",
        "analyst",
        "fellow",
        "mentor",
        "research_manager",
        "staff",
    ]
    assert set(db.session.scalars(select(AccountRole.role))) == set(Role)


def test_missing_rows_are_inserted_and_others_left_alone(app):
    rows = [{"name": "one", "at": INSTANT}, {"name": "two", "at": INSTANT}]
    assert insert_missing(Heartbeat, rows[:1]) == 1
    later = [{**row, "at": INSTANT + timedelta(hours=1)} for row in rows]
    assert insert_missing(Heartbeat, later) == 1
    assert insert_missing(Heartbeat, later) == 0
    assert insert_missing(Heartbeat, []) == 0
    found = dict(db.session.execute(select(Heartbeat.name, Heartbeat.at)).all())
    assert found == {"one": INSTANT, "two": INSTANT + timedelta(hours=1)}
