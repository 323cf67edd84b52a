"""What an extension makes of deadlines: never earlier, never past each other, and only of those that are meant."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.clock import deadline, later
from program.postponing.changes import CHANGING, Deed, Slot, Verdict, Wish, change_of

ZONE = "Europe/London"
DAY = timedelta(days=1)
FIRST = date(2026, 3, 20)
"""Nine days before the clocks go forward."""


def week(number):
    return deadline(FIRST + 7 * (number - 1) * DAY, time(17), ZONE)


def slot(number=1, *, own=None, excused=False, sent_at=None, person=1):
    return Slot(
        person, person, f"Fellow {person}", number, f"week {number}", week(number), own, excused, sent_at
    )


def extended(slots, **how):
    return change_of(slots, Wish(Deed.EXTEND, 1, **how), zone_name=ZONE)


def afters(change):
    return [line.after for line in change.lines]


def test_days_more_keep_the_time_of_day_over_a_change_of_the_clocks():
    assert afters(extended([slot()], days=10)) == [deadline(FIRST + 10 * DAY, time(17), ZONE)]
    assert later(week(1), 10 * DAY, ZONE) - week(1) == 10 * DAY - timedelta(hours=1)


def test_a_day_is_due_when_the_calendar_has_it_unless_a_time_is_given():
    monday = FIRST + 3 * DAY
    assert afters(extended([slot()], until=monday)) == [deadline(monday, time(17), ZONE)]
    assert afters(extended([slot()], until=monday, at=time(9))) == [deadline(monday, time(9), ZONE)]


def test_later_ones_move_as_many_days_or_stay_out_of_it():
    slots = [slot(1), slot(2), slot(3, own=week(3) + 2 * DAY)]
    assert afters(extended(slots, days=2)) == [week(1) + 2 * DAY]
    moved = afters(extended(slots, days=2, cascade=True))
    assert moved == [later(one.due_at, 2 * DAY, ZONE) for one in slots]


@pytest.mark.parametrize(
    ("given_slot", "verdict"),
    [
        (slot(sent_at=week(1) - DAY), Verdict.SENT),
        (slot(sent_at=week(1) + DAY), Verdict.HEALED),
        (slot(sent_at=week(1) + 4 * DAY), Verdict.MOVES),
        (slot(excused=True), Verdict.MOVES),
        (slot(own=week(1) + 9 * DAY), Verdict.MOVES),
    ],
)
def test_what_was_sent_in_time_is_left_out(given_slot, verdict):
    [line] = extended([given_slot], days=3).lines
    assert line.verdict is verdict


def test_who_has_no_report_there_is_left_out():
    change = extended([slot(1, person=1), slot(2, person=2)], days=3, cascade=True)
    assert [line.slot.fellowship_id for line in change.lines] == [1]


def test_excusing_and_taking_back():
    excused = change_of([slot(), slot(2)], Wish(Deed.EXCUSE, 1), zone_name=ZONE)
    assert [(line.after, line.verdict) for line in excused.lines] == [(None, Verdict.EXCUSED)]
    slots = [slot(excused=True), slot(2, own=week(2) + DAY), slot(3)]
    back = change_of(slots, Wish(Deed.RESTORE, 1, cascade=True), zone_name=ZONE)
    assert afters(back) == [week(1), week(2), week(3)]
    assert [line.verdict for line in back.lines] == [Verdict.RESTORED, Verdict.RESTORED, Verdict.STAYS]


@pytest.mark.parametrize(
    ("given_slot", "verdict"),
    [
        (slot(own=week(1) + 3 * DAY, sent_at=week(1) + 2 * DAY), Verdict.SENT),
        (slot(own=week(1) + 3 * DAY, sent_at=week(1) + 4 * DAY), Verdict.RESTORED),
        (slot(excused=True, sent_at=week(1) - DAY), Verdict.RESTORED),
    ],
)
def test_what_was_sent_in_time_is_not_made_late_by_taking_back(given_slot, verdict):
    [line] = change_of([given_slot], Wish(Deed.RESTORE, 1), zone_name=ZONE).lines
    assert line.verdict is verdict


instants = st.integers(0, 100 * 24).map(lambda hours: week(1) - 10 * DAY + timedelta(hours=hours))


@st.composite
def persons(draw):
    numbers = range(1, draw(st.integers(1, 6)) + 1)
    slots, last = [], week(1)
    for number in numbers:
        own = draw(st.none() | st.integers(0, 30).map(lambda days, n=number: week(n) + days * DAY))
        last = max(last, own or week(number))
        own = last if own is not None else None
        slots.append(
            slot(
                number,
                own=own,
                excused=own is None and draw(st.booleans()),
                sent_at=draw(st.none() | instants),
            )
        )
    return slots


wishes = st.builds(Wish, st.sampled_from(Deed), st.just(1), days=st.integers(1, 60), cascade=st.booleans())


@given(persons(), wishes)
def test_no_deadline_is_earlier_than_in_the_calendar_and_what_was_sent_in_time_is_not_touched(slots, wish):
    change = change_of(slots, wish, zone_name=ZONE)
    for line in change.lines:
        assert line.after is None or line.after >= line.slot.planned
        if wish.deed is Deed.EXTEND:
            assert line.after is None or line.after >= line.slot.due_at
        if line.verdict is Verdict.SENT:
            assert line.after == line.slot.due_at
        assert line.changes is (line.verdict in CHANGING)


@given(persons(), st.integers(1, 60))
def test_deadlines_that_stood_in_order_stand_so_after_all_of_them_moved(slots, days):
    unsent = [Slot(*[getattr(one, name) for name in Slot.__slots__[:7]]) for one in slots]
    moved = extended(unsent, days=days, cascade=True)
    for (one, other), (before, after) in zip(pairwise(moved.lines), pairwise(unsent), strict=True):
        if before.due_at <= after.due_at:
            assert one.after <= other.after


@given(persons(), wishes)
def test_what_was_done_is_not_done_again_when_taken_back(slots, wish):
    done = change_of(slots, wish, zone_name=ZONE)
    now = [
        Slot(
            *[getattr(line.slot, name) for name in Slot.__slots__[:6]],
            own=None if line.after in (None, line.slot.planned) else line.after,
            excused=line.after is None,
        )
        for line in done.lines
    ]
    back = change_of(now, Wish(Deed.RESTORE, 1, cascade=True), zone_name=ZONE)
    assert afters(back) == [one.planned for one in now]
