"""Which days and titles a report beside the calendar can have."""

from datetime import UTC, date, datetime

import pytest

from program.cohorts.periods import PeriodKind
from program.requesting.rules import Wanted, days_wrong, title_wrong

FIRST, LAST = date(2026, 5, 11), date(2026, 7, 17)
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


def wrong(opens_on, due_on, now=NOON, opened_on=None, zone_name="Europe/London"):
    wanted = Wanted(PeriodKind.MIDTERM, date.fromisoformat(opens_on), date.fromisoformat(due_on))
    days = {"starts_on": FIRST, "ends_on": LAST, "opened_on": opened_on}
    return [field for field, _why in days_wrong(wanted, **days, zone_name=zone_name, now=now)]


@pytest.mark.parametrize(
    ("opens_on", "due_on", "fields"),
    [
        ("2026-06-10", "2026-06-10", []),
        ("2026-06-10", "2026-07-17", []),
        ("2026-06-12", "2026-06-11", ["due_on"]),
        ("2026-06-09", "2026-06-12", ["opens_on"]),
        ("2026-06-10", "2026-07-18", ["due_on"]),
        ("2026-07-18", "2026-07-19", ["opens_on", "due_on"]),
        ("2026-05-10", "2026-05-10", ["opens_on", "due_on", "opens_on", "due_on"]),
    ],
)
def test_days_lie_in_the_cohort_in_order_and_ahead(opens_on, due_on, fields):
    assert wrong(opens_on, due_on) == fields


def test_due_at_five_by_the_clocks_of_the_zone():
    at_five = datetime(2026, 6, 10, 16, tzinfo=UTC)
    assert wrong("2026-06-10", "2026-06-10", now=at_five) == ["due_on"]
    assert wrong("2026-06-10", "2026-06-10", now=at_five, zone_name="AoE") == []


def test_a_day_that_it_has_opened_on_may_stay():
    assert wrong("2026-06-01", "2026-06-12", opened_on=date(2026, 6, 1)) == []


@pytest.mark.parametrize("called", ["week 5", "Week5", "WEEK  12"])
def test_only_weeks_are_called_like_weeks(called):
    assert title_wrong(called)
    assert not title_wrong(f"{called} visit")
