"""When somebody is reminded: a pure function of the deadline and the present."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from program.reminders.ladder import END, LADDER, Rung, rung_due, rungs_between, window

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DUE = datetime(2026, 6, 12, 16, tzinfo=UTC)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(-timedelta(days=30), timedelta(days=30))
ladders = st.lists(
    st.timedeltas(-timedelta(days=7), timedelta(days=13)), min_size=1, max_size=6, unique=True
).map(lambda offsets: [Rung(f"rung {n}", offset) for n, offset in enumerate(offsets)])


def place(rung, ladder=LADDER):
    return -1 if rung is None else sorted(ladder, key=lambda r: r.offset).index(rung)


def test_the_ladder_is_two_days_before_at_due_and_a_day_after():
    assert [(rung.name, rung.offset / HOUR) for rung in LADDER] == [
        ("48 h before", -48),
        ("at due", 0),
        ("24 h after", 24),
    ]


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (-48 * HOUR - MINUTE, None),
        (-48 * HOUR, "48 h before"),
        (-MINUTE, "48 h before"),
        (0 * HOUR, "at due"),
        (24 * HOUR - MINUTE, "at due"),
        (24 * HOUR, "24 h after"),
        (END - MINUTE, "24 h after"),
        (END, None),
        (10 * END, None),
    ],
)
def test_the_newest_rung_whose_time_has_come(after, name):
    rung = rung_due(DUE, DUE + after)
    assert (rung and rung.name) == name


@given(instants, spans, ladders)
def test_no_rung_before_its_time_and_none_after_the_end(due, span, ladder):
    now = due + span
    rung = rung_due(due, now, ladder=ladder)
    if now >= due + END or now < due + min(r.offset for r in ladder):
        assert rung is None
    else:
        assert due + rung.offset <= now
        assert not [r for r in ladder if rung.offset < r.offset and due + r.offset <= now]


@given(instants, spans, st.timedeltas(timedelta(), timedelta(days=20)), ladders)
def test_nobody_climbs_down(due, span, later, ladder):
    now = due + span
    assume(now + later < due + END)
    assert place(rung_due(due, now, ladder=ladder), ladder) <= place(
        rung_due(due, now + later, ladder=ladder), ladder
    )


@given(instants, spans)
def test_whatever_has_a_rung_now_is_in_the_window(due, span):
    now = due + span
    first, last = window(now)
    if rung_due(due, now) is not None:
        assert first <= due <= last


@given(instants, spans, ladders)
def test_the_window_holds_for_any_ladder(due, span, ladder):
    now = due + span
    first, last = window(now, ladder=ladder)
    if rung_due(due, now, ladder=ladder) is not None:
        assert first <= due <= last


@given(instants, st.integers(0, 40 * 24), st.integers(1, 30))
def test_sweeps_at_any_rhythm_say_each_rung_at_most_once_and_in_order(due, first_hour, rhythm):
    """A notice has one key for a deadline and rung, so what counts is which rungs a run of sweeps sees."""
    seen = []
    for hour in range(first_hour, 40 * 24, rhythm):
        rung = rung_due(due, due - 20 * timedelta(days=1) + hour * HOUR)
        if rung is not None and rung not in seen:
            seen.append(rung)
    assert seen == sorted(seen, key=lambda r: r.offset)


@given(instants, spans, st.timedeltas(timedelta(), timedelta(days=10)))
def test_rungs_between_are_those_that_fall_in_it(due, span, width):
    first = due + span
    last = first + width
    assert list(rungs_between(due, first, last)) == [r for r in LADDER if first < due + r.offset <= last]


@given(instants, spans, st.timedeltas(MINUTE, timedelta(days=3)), st.timedeltas(MINUTE, timedelta(days=3)))
def test_two_stretches_in_a_row_have_every_rung_once(due, span, one, two):
    start = due + span
    middle, end = start + one, start + one + two
    parts = [*rungs_between(due, start, middle), *rungs_between(due, middle, end)]
    assert parts == list(rungs_between(due, start, end))
