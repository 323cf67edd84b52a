"""Which period is which after a change: nothing is lost, nothing crosses, and deadlines move as little as can be."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from program.cohorts.calendar import calendar_of
from program.cohorts.models import BreakEffect
from program.cohorts.plans import BreakPlan, PhasePlan, Plan
from program.schedule.moves import OPENS, Standing, in_order, line_up, phase_shifts

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
START = date(2026, 5, 11)
PLAN = Plan(
    START,
    START + 69 * DAY,
    "Europe/London",
    phases=(
        PhasePlan("Training", START, START + 13 * DAY, key=1),
        PhasePlan("Research", START + 14 * DAY, START + 67 * DAY, key=2),
    ),
)
changes = st.builds(
    lambda starts, ends, weekday, cadence: replace(
        PLAN.phases[1], starts_on=starts, ends_on=ends, weekday=weekday, cadence_weeks=cadence
    ),
    st.integers(14, 40).map(lambda days: START + days * DAY),
    st.integers(41, 69).map(lambda days: START + days * DAY),
    st.integers(0, 6),
    st.integers(1, 3),
)


def standing(plan):
    return [
        Standing(100 + place.number, place.number, place.phase.key, place.slot.opens_at, place.slot.due_at)
        for place in calendar_of(plan)
    ]


def change(before, after):
    shifts = phase_shifts(before, after)

    def shift(period):
        return shifts.get(period.phase_id, timedelta())

    return line_up(standing(before), calendar_of(after), shift=shift)


def words_of(moves):
    return [move.word for move in moves]


@settings(max_examples=40)
@given(changes, changes)
def test_each_period_and_each_slot_is_there_once_in_its_order(one, other):
    before, after = PLAN.with_phase(one), PLAN.with_phase(other)
    moves = change(before, after)
    assert [m.period for m in moves if m.period] == standing(before)
    assert [m.slot for m in moves if m.slot] == calendar_of(after)


@settings(max_examples=40)
@given(changes, st.integers(-400, 400))
def test_a_cohort_that_moves_as_a_whole_loses_no_period(phase, days):
    before = PLAN.with_phase(phase)
    after = before.moved(days * DAY)
    periods, slots = standing(before), calendar_of(after)
    moves = in_order(periods, slots)
    assert [m.period for m in moves if m.period] == periods
    assert sorted((m.slot for m in moves if m.slot), key=lambda slot: slot.number) == slots
    apart = {word for word in words_of(moves) if word in {"new", "goes"}}
    assert len(apart) < 2 or days % 7
    assert all(m.period.phase_id == m.slot.phase.key for m in moves if m.period and m.slot)


@settings(max_examples=20)
@given(changes)
def test_what_does_not_change_stays(phase):
    plan = PLAN.with_phase(phase)
    assert set(words_of(change(plan, plan))) <= {"stays"}


def test_an_edge_between_two_phases_may_move_and_no_deadline_does():
    later = PLAN.with_phase(replace(PLAN.phases[0], ends_on=START + 20 * DAY))
    later = later.with_phase(replace(PLAN.phases[1], starts_on=START + 21 * DAY))
    moves = change(PLAN, later)
    assert [m.slot.phase.name for m in moves] == ["Training"] * 3 + ["Research"] * 7
    assert [m.period.due_at == m.slot.slot.due_at for m in moves] == [True] * 10


def test_a_break_takes_its_own_week_and_the_others_keep_theirs():
    friday = START + 25 * DAY
    moves = change(PLAN, PLAN.with_break(BreakPlan("Break", friday, friday, BreakEffect.SKIP)))
    assert words_of(moves) == ["stays"] * 3 + ["goes", OPENS] + ["renumbered"] * 5
    shifted = change(PLAN, PLAN.with_break(BreakPlan("Break", friday, friday, BreakEffect.SHIFT)))
    assert words_of(shifted) == ["stays"] * 3 + ["moves", OPENS] + ["stays"] * 5


def test_another_day_of_the_week_moves_each_deadline():
    wednesdays = PLAN.with_phase(replace(PLAN.phases[1], weekday=2))
    moves = change(PLAN, wednesdays)
    assert words_of(moves) == ["stays"] * 2 + ["moves"] * 8
    assert {m.slot.slot.due_at - m.period.due_at for m in moves[2:]} == {-2 * DAY}


def test_a_start_a_week_later_takes_the_first_week_and_no_other():
    later = PLAN.with_phase(replace(PLAN.phases[1], starts_on=START + 21 * DAY))
    moves = change(PLAN, later)
    assert words_of(moves) == ["stays"] * 2 + ["goes", OPENS] + ["renumbered"] * 6
