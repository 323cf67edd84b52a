"""Working days, against a plain count of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.clock import today, zone
from program.cohorts.working import after_working_days, is_working_day

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ZONES = ["UTC", "Europe/London", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "AoE"]
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


@dataclass(frozen=True)
class Off:
    """A break."""

    starts_on: date
    ends_on: date


def off(first, days):
    return Off(first, first + (days - 1) * DAY)


instants = st.integers(0, 500 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)
breaks = st.lists(st.builds(off, st.dates(FIRST, LAST), st.integers(1, 20)), max_size=4)


@given(instants, st.integers(1, 30), st.sampled_from(ZONES), breaks)
def test_there_are_so_many_working_days_after_it(at, days, zone_name, pauses):
    there = after_working_days(at, days, zone_name=zone_name, breaks=pauses)
    first, last = today(at, zone_name), today(there, zone_name)
    between = [first + n * DAY for n in range(1, (last - first).days + 1)]
    assert is_working_day(last, pauses)
    assert sum(is_working_day(day, pauses) for day in between) == days


@given(instants, st.integers(0, 20), st.integers(0, 20), breaks)
def test_more_days_are_later_and_follow_each_other(at, some, more, pauses):
    within = {"zone_name": "Europe/London", "breaks": pauses}
    there = after_working_days(at, some, **within)
    assert at <= there <= after_working_days(at, some + more, **within)
    local = at.astimezone(zone("UTC"))
    in_utc = {"zone_name": "UTC", "breaks": pauses}
    assert after_working_days(after_working_days(at, some, **in_utc), more, **in_utc) == after_working_days(
        local, some + more, **in_utc
    )


@pytest.mark.parametrize(
    ("sent", "days", "owed"),
    [
        ("2026-06-10T12:00", 3, "2026-06-15T12:00"),
        ("2026-06-12T15:00", 1, "2026-06-15T15:00"),
        ("2026-06-13T15:00", 1, "2026-06-15T15:00"),
        ("2026-06-10T12:00", 0, "2026-06-10T12:00"),
        ("2026-03-27T12:00", 1, "2026-03-30T11:00"),
        ("2026-06-10T23:30", 1, "2026-06-11T23:30"),
    ],
)
def test_a_clock_that_stops_at_weekends(sent, days, owed):
    """In London, over the beginning of summer time too: noon stays noon; and 23:30 UTC is the next day there."""
    at = datetime.fromisoformat(sent).replace(tzinfo=UTC)
    there = after_working_days(at, days, zone_name="Europe/London")
    assert there == datetime.fromisoformat(owed).replace(tzinfo=UTC)


def test_a_break_stops_it_too():
    at = datetime(2026, 6, 10, 12, tzinfo=UTC)
    pauses = [off(date(2026, 6, 11), 4), off(date(2026, 6, 15), 1)]
    assert after_working_days(at, 1, zone_name="UTC", breaks=pauses) == datetime(2026, 6, 16, 12, tzinfo=UTC)
