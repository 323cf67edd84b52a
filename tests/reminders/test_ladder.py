"""When somebody is reminded: a pure function of the deadline, of their habits and of the present."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from program.obligations.models import ObligationKind
from program.preferences.hours import Habits, Pace
from program.reminders.defaults import DEFAULTS, USUAL, default_ladder, readers_of
from program.reminders.ladder import DAY, HOUR, Ladder, Place, Reader, Rung, Unit

MINUTE = timedelta(minutes=1)
DUE = datetime(2026, 6, 10, 16, tzinfo=UTC)
"""A Wednesday."""
ALWAYS = Habits("UTC", wakes_at=0, sleeps_at=23, weekends=True)
OFFICE = Habits("Europe/London")
LONDON = Place("Europe/London")


class Pause(NamedTuple):
    starts_on: date
    ends_on: date


instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(-timedelta(days=30), timedelta(days=30))
rungs = st.one_of(
    st.builds(Rung, st.integers(-168, 300)), st.builds(Rung, st.integers(-10, 10), st.just(Unit.WORKING_DAYS))
)
ladders = st.lists(rungs, min_size=1, max_size=6, unique=True).map(lambda found: Ladder(tuple(found)))
readers = st.builds(
    Habits,
    st.sampled_from(["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    wakes_at=st.integers(0, 10),
    sleeps_at=st.integers(11, 23),
    weekends=st.booleans(),
    pace=st.sampled_from(Pace),
)


def newest(ladder, due, now, habits=ALWAYS, place=LONDON):
    found = ladder.newest(Reader.OWNER, due, now, place=place, habits=habits)
    return found and found[1]


def coming(ladder, due, first, last, habits=ALWAYS, place=LONDON):
    return list(ladder.coming(Reader.OWNER, due, first, last, place=place, habits=habits))


def test_the_usual_ladder_is_two_days_before_at_due_and_a_day_after():
    assert [(rung.name, rung.amount) for rung in USUAL.rungs] == [
        ("48 h before", -48),
        ("at due", 0),
        ("24 h after", 24),
    ]


def test_a_late_report_is_told_to_the_coach_and_then_to_staff():
    assert [rung.name for rung in default_ladder(ObligationKind.REPORT).rungs[3:]] == [
        "2 working days after, to the research manager",
        "5 working days after, to staff",
    ]


def test_nobody_is_told_by_default_who_may_not_be():
    for kind, ladder in DEFAULTS.items():
        assert set(ladder.readers) <= set(readers_of(kind))
    assert readers_of(ObligationKind.CONCERN) == (Reader.OWNER,)


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (-48 * HOUR - MINUTE, None),
        (-48 * HOUR, "48 h before"),
        (-MINUTE, "48 h before"),
        (0 * HOUR, "at due"),
        (24 * HOUR - MINUTE, "at due"),
        (24 * HOUR, "24 h after"),
        (14 * DAY - MINUTE, "24 h after"),
        (14 * DAY, None),
        (140 * DAY, None),
    ],
)
def test_the_newest_rung_whose_time_has_come(after, name):
    rung = newest(USUAL, DUE, DUE + after)
    assert (rung and rung.name) == name


@pytest.mark.parametrize(
    ("amount", "day"),
    [(-4, "4 Jun"), (-3, "5 Jun"), (-2, "8 Jun"), (-1, "9 Jun"), (1, "11 Jun"), (2, "15 Jun"), (3, "16 Jun")],
)
def test_working_days_leave_out_weekends_and_breaks_both_ways(amount, day):
    place = Place("Europe/London", [Pause(date(2026, 6, 12), date(2026, 6, 13))])
    at = Rung(amount, Unit.WORKING_DAYS).at(DUE, place)
    assert (f"{at.day} {at:%b}", at.hour) == (day, 16)


def test_a_rung_at_night_waits_for_the_morning_but_that_at_due():
    late = DUE.replace(hour=22, minute=59)  # 23:59 there
    assert newest(USUAL, late, late, OFFICE).name == "at due"
    assert newest(Ladder((Rung(1),)), late, late + HOUR, OFFICE) is None
    moments = [
        (moment, rung.name) for moment, _at, rung in coming(USUAL, late, DUE - 9 * DAY, DUE + 9 * DAY, OFFICE)
    ]
    assert moments == [
        (datetime(2026, 6, 9, 7, tzinfo=UTC), "48 h before"),
        (late, "at due"),
        (datetime(2026, 6, 12, 7, tzinfo=UTC), "24 h after"),
    ]


def test_who_wants_one_mail_a_day_hears_that_something_is_due_with_it():
    daily = Habits("Europe/London", pace=Pace.DAILY)
    assert newest(USUAL, DUE, DUE, daily).name == "48 h before"
    assert newest(USUAL, DUE, datetime(2026, 6, 11, 7, tzinfo=UTC), daily).name == "at due"


def test_what_falls_within_half_an_hour_reaches_one_together():
    one, other = (Rung(1).reaches(DUE + timedelta(minutes=m), ALWAYS) for m in (1, 29))
    assert one == other == DUE + timedelta(minutes=30)


@given(instants, spans, ladders, readers)
def test_no_rung_before_its_time_and_none_after_the_end(due, span, ladder, habits):
    now = due + span
    found = ladder.newest(Reader.OWNER, due, now, place=LONDON, habits=habits)
    if now >= due + 14 * DAY:
        assert found is None
    elif found is not None:
        at, rung = found
        assert at == rung.at(due, LONDON) <= rung.reaches(at, habits) <= now
        assert not [
            r for a, r in ladder.steps(Reader.OWNER, due, LONDON) if a > at and r.reaches(a, habits) <= now
        ]


@given(instants, spans, st.timedeltas(timedelta(), timedelta(days=20)), ladders, readers)
def test_nobody_climbs_down(due, span, later, ladder, habits):
    now = due + span
    assume(now + later < due + 14 * DAY)
    first, second = (
        ladder.newest(Reader.OWNER, due, moment, place=LONDON, habits=habits) for moment in (now, now + later)
    )
    assert first is None or first[0] <= second[0]


def test_a_ladder_looks_no_further_ahead_than_its_first_rung():
    assert default_ladder(ObligationKind.REPORT).reach == (14 * DAY, 48 * HOUR)


@given(instants, spans, ladders, readers)
def test_whatever_has_a_rung_now_is_within_reach(due, span, ladder, habits):
    now = due + span
    after, before = ladder.reach
    if newest(ladder, due, now, habits) is not None:
        assert now - after <= due <= now + before


@given(
    instants,
    ladders,
    readers,
    st.timedeltas(MINUTE, timedelta(days=3)),
    st.timedeltas(MINUTE, timedelta(days=3)),
)
def test_two_stretches_in_a_row_have_every_rung_once(due, ladder, habits, one, two):
    start = due - one
    parts = [
        *coming(ladder, due, start, start + one, habits),
        *coming(ladder, due, start + one, start + one + two, habits),
    ]
    assert parts == coming(ladder, due, start, start + one + two, habits)


@given(instants, ladders, readers)
def test_a_sweep_at_each_moment_says_what_was_said_to_be_coming(due, ladder, habits):
    first, last = due - 40 * DAY, due + 20 * DAY
    for moment, at, rung in coming(ladder, due, first, last, habits):
        assert (
            ladder.newest(Reader.OWNER, due, moment, place=LONDON, habits=habits)[0]
            == at
            == rung.at(due, LONDON)
        )


@given(ladders)
def test_a_ladder_is_kept_as_data(ladder):
    assert Ladder.from_json(ladder.as_json(), ladder.end_days) == ladder
