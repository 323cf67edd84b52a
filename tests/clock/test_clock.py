"""Instants, and how they are said."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from program import clock

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


def test_now_is_in_utc():
    with time_machine.travel(NOW, tick=False):
        assert clock.now() == NOW
        assert clock.now().utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("instant", "zone", "text", "distance"),
    [
        (datetime(2026, 6, 12, 16, tzinfo=UTC), "Europe/London", "Fri 12 Jun, 17:00 BST", "in 2 days"),
        (datetime(2026, 6, 12, 16, tzinfo=UTC), "America/New_York", "Fri 12 Jun, 12:00 EDT", "in 2 days"),
        (datetime(2026, 6, 12, 23, tzinfo=UTC), "Asia/Tokyo", "Sat 13 Jun, 08:00 JST", "in 2 days"),
        (datetime(2026, 6, 12, 16, tzinfo=UTC), "Europe/Istanbul", "Fri 12 Jun, 19:00 UTC+3", "in 2 days"),
        (datetime(2026, 6, 12, 16, tzinfo=UTC), "Asia/Kathmandu", "Fri 12 Jun, 21:45 UTC+5:45", "in 2 days"),
        (datetime(2026, 6, 12, 16, tzinfo=UTC), "AoE", "Fri 12 Jun, 04:00 AoE", "in 2 days"),
        (datetime(2027, 1, 4, 9, tzinfo=UTC), "UTC", "Mon 4 Jan 2027, 09:00 UTC", "in 207 days"),
        (datetime(2026, 6, 10, 9, tzinfo=UTC), "UTC", "Wed 10 Jun, 09:00 UTC", "3 hours ago"),
        (datetime(2026, 12, 12, 16, tzinfo=UTC), "Europe/London", "Sat 12 Dec, 16:00 GMT", "in 185 days"),
    ],
)
def test_an_instant_is_shown_in_the_readers_zone_with_the_zone_named(instant, zone, text, distance):
    shown = clock.show(instant, zone_name=zone, now=NOW)
    assert (shown.text, shown.distance) == (text, distance)
    assert datetime.fromisoformat(shown.iso) == instant


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "now"),
        (59, "now"),
        (-59, "now"),
        (60, "in 1 minute"),
        (-60, "1 minute ago"),
        (3_599, "in 59 minutes"),
        (3_600, "in 1 hour"),
        (86_399, "in 23 hours"),
        (86_400, "in 1 day"),
        (-172_800, "2 days ago"),
        (86_400 * 400, "in 400 days"),
    ],
)
def test_distances_in_their_largest_whole_unit(seconds, words):
    assert clock.distance(timedelta(seconds=seconds)) == words


@given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_a_distance_never_says_more_than_there_is(delta):
    words = clock.distance(delta)
    if words == "now":
        assert abs(delta) < timedelta(seconds=61)
        return
    number, unit = words.removeprefix("in ").removesuffix(" ago").split()
    size = {"minute": 60, "hour": 3_600, "day": 86_400}[unit.removesuffix("s")]
    assert 0 <= abs(delta.total_seconds()) - int(number) * size < size + 1
    assert words.endswith("ago") is (delta < timedelta())


def test_today_is_the_day_in_the_zone():
    late = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
    assert clock.today(late, "Europe/London") == date(2026, 6, 11)
    assert clock.today(late, "America/New_York") == date(2026, 6, 10)
    assert clock.today(late, clock.ANYWHERE_ON_EARTH) == date(2026, 6, 10)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises((ZoneInfoNotFoundError, ValueError)):
        clock.zone(name)


def test_zones_to_choose_from_are_places():
    names = clock.zone_names()
    assert "Europe/London" in names
    assert not [name for name in names if name.startswith("Etc/") or "/" not in name]
    assert [*names] == sorted(names)


def test_what_is_carried_keeps_its_distance_by_the_clocks_of_the_zone():
    """Ten days after the deadline is Monday at five, before the clocks change and after."""
    planned = clock.deadline(date(2026, 3, 6), time(17), "Europe/London")
    granted = clock.deadline(date(2026, 3, 16), time(17), "Europe/London")
    moved = clock.later(planned, 21 * clock.DAY, "Europe/London")
    carried = clock.carried(granted, planned, moved, "Europe/London")
    assert carried == clock.deadline(date(2026, 4, 6), time(17), "Europe/London")
    assert carried - granted == 21 * clock.DAY - timedelta(hours=1)
