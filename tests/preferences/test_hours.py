"""The next moment at which mail may reach somebody, in any zone, on any day, across any change of the clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from program.clock import zone, zone_names
from program.preferences.hours import Habits, Pace, is_awake, last_morning, next_moment

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
MOMENTS = st.integers(0, 30 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2011, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
ZONES = st.sampled_from(["UTC", "AoE", "Europe/London", "Australia/Lord_Howe", *zone_names()])
SAMOA = Habits("Pacific/Apia")
"""Where Friday 30 December 2011 was skipped."""
TROLL = Habits("Antarctica/Troll", 1, 2)
"""Where the clocks go from three back to one."""


@st.composite
def habits(draw):
    wakes, sleeps = sorted(draw(st.lists(st.integers(0, 23), min_size=2, max_size=2, unique=True)))
    return Habits(draw(ZONES), wakes, sleeps, draw(st.booleans()), draw(st.sampled_from(Pace)))


@given(MOMENTS, habits())
@example(datetime(2011, 12, 30, 9, 30, tzinfo=UTC), SAMOA)
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), TROLL)
def test_it_is_never_before_and_it_is_its_own_next(moment, habits):
    found = next_moment(moment, habits)
    assert moment <= found < moment + WEEK + 3 * timedelta(days=1)
    assert next_moment(found, habits) == found


@given(MOMENTS, habits(), st.timedeltas(min_value=timedelta(), max_value=WEEK))
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), TROLL, HOUR)
def test_who_asks_later_is_not_told_an_earlier_one(moment, habits, more):
    assert next_moment(moment, habits) <= next_moment(moment + more, habits)


@given(MOMENTS, habits().filter(lambda one: 4 <= one.wakes_at < one.sleeps_at))
def test_the_clock_on_their_wall_says_so(moment, habits):
    """By day, where no clock is changed."""
    local = next_moment(moment, habits).astimezone(zone(habits.time_zone))
    if habits.pace is Pace.IMMEDIATE:
        assert habits.wakes_at <= local.hour < habits.sleeps_at
    else:
        assert (local.hour, local.minute, local.second) == (habits.wakes_at, 0, 0)
    if habits.pace is Pace.WEEKLY:
        assert local.weekday() == 0
    elif not habits.weekends:
        assert local.weekday() < 5


@given(MOMENTS, habits())
def test_the_last_morning_is_the_last(moment, habits):
    morning = last_morning(moment, habits)
    assert morning <= moment
    if habits.pace is not Pace.IMMEDIATE and "Apia" not in habits.time_zone:
        assert next_moment(morning, habits) == morning
        assert next_moment(morning + timedelta.resolution, habits) > moment or morning == moment


@pytest.mark.parametrize(
    ("asked", "habits", "told"),
    [
        ("2026-06-10T12:00", Habits("UTC"), "2026-06-10T12:00"),
        ("2026-06-10T07:59", Habits("UTC"), "2026-06-10T08:00"),
        ("2026-06-12T20:00", Habits("UTC"), "2026-06-15T08:00"),
        ("2026-06-12T20:00", Habits("UTC", weekends=True), "2026-06-13T08:00"),
        ("2026-06-10T08:00", Habits("UTC", pace=Pace.DAILY), "2026-06-10T08:00"),
        ("2026-06-10T08:01", Habits("UTC", pace=Pace.DAILY), "2026-06-11T08:00"),
        ("2026-06-12T09:00", Habits("UTC", 6, pace=Pace.DAILY, weekends=True), "2026-06-13T06:00"),
        ("2026-06-08T08:01", Habits("UTC", pace=Pace.WEEKLY), "2026-06-15T08:00"),
        ("2026-03-28T12:00", Habits("Europe/London", 1, 3, weekends=True), "2026-03-29T01:00"),
        ("2026-10-25T00:30", Habits("Europe/London", 1, 3, weekends=True), "2026-10-25T00:30"),
        ("2026-10-25T01:30", Habits("Europe/London", 1, 3, weekends=True), "2026-10-25T01:30"),
        ("2026-11-01T20:00", Habits("America/New_York"), "2026-11-02T13:00"),
        ("2026-06-11T19:00", Habits("Pacific/Auckland"), "2026-06-11T20:00"),
    ],
)
def test_some_moments_by_hand(asked, habits, told):
    assert next_moment(datetime.fromisoformat(asked + "Z"), habits) == datetime.fromisoformat(told + "Z")


def test_whoever_has_a_slow_pace_is_awake_at_other_times_too():
    noon = datetime(2026, 6, 10, 12, tzinfo=UTC)
    assert is_awake(noon, Habits("UTC", pace=Pace.WEEKLY))
    assert not is_awake(noon + 8 * HOUR, Habits("UTC", pace=Pace.WEEKLY))


@pytest.mark.parametrize(("wakes", "sleeps"), [(8, 8), (20, 8), (-1, 8), (8, 24)])
def test_hours_in_which_nothing_could_come_are_refused(wakes, sleeps):
    with pytest.raises(ValueError, match="no part of a day"):
        Habits("UTC", wakes, sleeps)
