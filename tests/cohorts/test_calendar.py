"""The report calendar, in every zone and over every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from program import clock
from program.cohorts.calendar import Slot, slots

FRIDAY, FIVE = 4, time(17)
WEEK = timedelta(weeks=1)
zones = st.sampled_from([*clock.zone_names(), clock.ANYWHERE_ON_EARTH, "UTC"])
days = st.dates(date(2015, 1, 1), date(2035, 1, 1))
lengths = st.integers(1, 300).map(lambda n: timedelta(days=n))
weekdays, cadences = st.integers(0, 6), st.integers(1, 4)


def calendar(start, length, *, weekday=FRIDAY, at=FIVE, zone="Europe/London", cadence=1):
    return list(slots(start, start + length, weekday=weekday, at=at, zone_name=zone, cadence_weeks=cadence))


@given(days, lengths, weekdays, zones, cadences)
def test_every_deadline_is_at_its_wall_clock_time(start, length, weekday, zone, cadence):
    for slot in calendar(start, length, weekday=weekday, zone=zone, cadence=cadence):
        local = slot.due_at.astimezone(clock.zone(zone))
        assert (local.weekday(), local.time()) == (weekday, FIVE)


@given(days, lengths, weekdays, zones, cadences)
def test_deadlines_are_a_cadence_apart_by_the_calendar(start, length, weekday, zone, cadence):
    due_days = [
        clock.today(slot.due_at, zone)
        for slot in calendar(start, length, weekday=weekday, zone=zone, cadence=cadence)
    ]
    assert all(b - a == cadence * WEEK for a, b in pairwise(due_days))
    assert all(start <= day <= start + length for day in due_days)


@given(days, lengths, weekdays, zones, cadences)
def test_periods_meet_without_gap_or_overlap(start, length, weekday, zone, cadence):
    found = calendar(start, length, weekday=weekday, zone=zone, cadence=cadence)
    assert all(slot.opens_at < slot.due_at for slot in found)
    assert all(a.due_at == b.opens_at for a, b in pairwise(found))


@given(days, lengths, weekdays, zones, cadences)
def test_the_first_period_opens_with_the_phase_and_has_a_whole_stretch(start, length, weekday, zone, cadence):
    found = calendar(start, length, weekday=weekday, zone=zone, cadence=cadence)
    assume(found)
    assert clock.today(found[0].opens_at, zone) == start
    assert (cadence - 1) * WEEK <= clock.today(found[0].due_at, zone) - start < cadence * WEEK


@given(days, lengths, weekdays, zones, cadences)
def test_no_deadline_that_would_fit_is_left_out(start, length, weekday, zone, cadence):
    found = calendar(start, length, weekday=weekday, zone=zone, cadence=cadence)
    last = clock.today(found[-1].due_at, zone) if found else start - timedelta(days=1)
    assert last + cadence * WEEK > start + length


@given(days, lengths, zones, st.times())
def test_any_time_of_day_makes_instants_that_only_go_forward(start, length, zone, at):
    found = calendar(start, length, at=at, zone=zone)
    instants = [found[0].opens_at, *(slot.due_at for slot in found)] if found else []
    assert instants == sorted(instants)
    assert all(instant.utcoffset() == timedelta() for instant in instants)


def test_a_known_calendar_over_the_change_of_the_clocks():
    """In London, clocks go back on 25 October 2026: 17:00 is 16:00 UTC before and 17:00 UTC after."""
    assert calendar(date(2026, 10, 12), timedelta(days=20)) == [
        Slot(datetime(2026, 10, 11, 23, tzinfo=UTC), datetime(2026, 10, 16, 16, tzinfo=UTC)),
        Slot(datetime(2026, 10, 16, 16, tzinfo=UTC), datetime(2026, 10, 23, 16, tzinfo=UTC)),
        Slot(datetime(2026, 10, 23, 16, tzinfo=UTC), datetime(2026, 10, 30, 17, tzinfo=UTC)),
    ]


def test_fortnights():
    due = [slot.due_at.date() for slot in calendar(date(2026, 5, 11), timedelta(days=67), cadence=2)]
    assert due == [
        date(2026, 5, 22),
        date(2026, 6, 5),
        date(2026, 6, 19),
        date(2026, 7, 3),
        date(2026, 7, 17),
    ]


def test_both_days_of_a_phase_count():
    friday = date(2026, 6, 12)
    assert [s.due_at.date() for s in calendar(friday, timedelta(days=7))] == [friday, friday + WEEK]
    assert calendar(date(2026, 6, 13), timedelta(days=5)) == []


def test_a_cadence_is_a_week_or_longer():
    with pytest.raises(ValueError, match="a week or longer"):
        calendar(date(2026, 5, 11), WEEK, cadence=0)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        # skipped by the clocks going forward: as long after midnight as it would have shown
        ("Europe/London", date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # shown twice: the first
        ("Europe/London", date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 6, 12), time(17), datetime(2026, 6, 12, 11, 15, tzinfo=UTC)),
        ("AoE", date(2026, 6, 12), time(23, 59), datetime(2026, 6, 13, 11, 59, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_one_instant(zone, day, at, utc):
    assert clock.deadline(day, at, zone) == utc


def test_zones_can_all_be_loaded():
    assert all(ZoneInfo(name) for name in clock.zone_names())
