"""Days in SQL are those of Python, in both databases."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import literal, select

from program.clock import today
from program.columns import UtcDateTime
from program.days import day_begins, local_day
from program.extensions import db
from program.fellows.models import Fellowship

INSTANTS = [
    datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 6, 13, 6, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
]
ZONES = ["UTC", "Europe/London", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu", "Etc/GMT+12"]


@pytest.mark.parametrize("zone", ZONES)
def test_an_instant_falls_on_the_same_day_as_in_python(app, zone):
    days = [local_day(literal(instant, UtcDateTime), zone) for instant in INSTANTS]
    assert db.session.execute(select(*days)).one() == tuple(today(instant, zone) for instant in INSTANTS)


def test_a_day_begins_among_the_instants_that_are_stored(cast):
    begins = day_begins(Fellowship.starts_on)
    found = db.session.execute(select(begins).where(Fellowship.id == cast.fellowship.id)).scalar_one()
    assert found == datetime(2026, 5, 11, tzinfo=UTC)
    same = select(Fellowship.id).where(begins == found, Fellowship.id == cast.fellowship.id)
    assert db.session.scalar(same) == cast.fellowship.id
    assert db.session.scalar(same.where(Fellowship.starts_on == date(2026, 5, 11))) == cast.fellowship.id
