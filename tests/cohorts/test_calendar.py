"""The report calendar, in every zone and over every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from program import clock
from program.cohorts.calendar import Slot, calendar_of, due_days, left_out, slots
from program.cohorts.models import BreakEffect
from program.cohorts.plans import BreakPlan, PhasePlan, Plan

FRIDAY, FIVE = 4, time(17)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
zones = st.sampled_from([*clock.zone_names(), clock.ANYWHERE_ON_EARTH, "UTC"])
days = st.dates(date(2015, 1, 1), date(2035, 1, 1))
lengths = st.integers(1, 300).map(lambda n: timedelta(days=n))
weekdays, cadences = st.integers(0, 6), st.integers(1, 4)


def calendar(start, length, *, weekday=FRIDAY, at=FIVE, zone="Europe/London", cadence=1):
    phase = PhasePlan("Research", start, start + length, weekday, at, cadence)
    return list(slots(phase, zone_name=zone))


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


@st.composite
def plans(draw):
    """A cohort of up to three phases that follow one another, with up to four breaks that do not touch."""
    starts_on = draw(days)
    phases, day = [], starts_on
    for number in range(draw(st.integers(1, 3))):
        begins = day + timedelta(days=draw(st.integers(0, 9)))
        ends = begins + timedelta(days=draw(st.integers(1, 90)))
        at = draw(st.sampled_from([time(0), time(1, 30), FIVE, time(23, 59)]))
        phases.append(PhasePlan(f"Phase {number}", begins, ends, draw(weekdays), at, draw(cadences)))
        day = ends + DAY
    breaks, free = [], starts_on
    for number in range(draw(st.integers(0, 4))):
        begins = free + timedelta(days=draw(st.integers(0, 40)))
        ends = begins + timedelta(days=draw(st.integers(0, 20)))
        breaks.append(BreakPlan(f"Break {number}", begins, ends, draw(st.sampled_from(BreakEffect))))
        free = ends + DAY
    earth = draw(st.booleans())
    return Plan(starts_on, day, draw(zones.filter(lambda z: z != "AoE")), earth, tuple(phases), tuple(breaks))


def due_on(plan, place):
    return clock.today(place.slot.due_at, plan.deadline_zone)


@given(plans())
def test_every_period_has_one_deadline_and_none_overlap(plan):
    found = calendar_of(plan)
    assert [place.number for place in found] == list(range(1, len(found) + 1))
    assert all(place.slot.opens_at < place.slot.due_at for place in found)
    assert all(a.slot.due_at <= b.slot.opens_at for a, b in pairwise(found))
    assert len({due_on(plan, place) for place in found}) == len(found)


@given(plans())
def test_every_period_lies_inside_its_phase_and_its_cohort(plan):
    for place in calendar_of(plan):
        opens_on = clock.today(place.slot.opens_at, plan.deadline_zone)
        assert plan.starts_on <= place.phase.starts_on <= opens_on
        assert opens_on <= due_on(plan, place) <= place.phase.ends_on <= plan.ends_on


@given(plans())
def test_no_deadline_falls_into_a_break_and_each_is_at_its_time_of_day(plan):
    for place in calendar_of(plan):
        day = due_on(plan, place)
        assert not any(pause.starts_on <= day <= pause.ends_on for pause in plan.breaks)
        assert place.slot.due_at == clock.deadline(day, place.phase.due_time, plan.deadline_zone)


@given(plans())
def test_no_deadline_is_lost_but_to_a_break(plan):
    """Each day that a phase means to have stands, was moved by a break, or is named as left out."""
    gone = [(one.phase, one.day) for one in left_out(plan)]
    meant = [(phase.name, day) for phase in plan.phases for day in due_days(phase)]
    at_once = [  # due in the minute in which the phase begins: there was no time to write anything
        phase for phase in plan.phases if phase.due_time == time(0) and phase.starts_on in due_days(phase)
    ]
    in_break = [b for b in plan.breaks if any(b.starts_on <= p.starts_on <= b.ends_on for p in at_once)]
    assert set(gone) <= set(meant)
    if not (at_once and in_break):
        assert len(calendar_of(plan)) == len(meant) - len(gone) - len(at_once)
    if not plan.breaks:
        assert gone == []


@given(plans(), st.integers(-60, 60).map(lambda weeks: timedelta(weeks=weeks)))
def test_a_plan_that_moves_by_whole_weeks_has_the_same_calendar_then(plan, by):
    there = plan.moved(by)
    days_there = [due_on(there, place) - by for place in calendar_of(there)]
    assert days_there == [due_on(plan, place) for place in calendar_of(plan)]
    assert there.moved(-by) == plan


@pytest.mark.parametrize(
    ("effect", "first", "last", "due"),
    [
        (BreakEffect.SKIP, "2026-05-22", "2026-05-22", ["05-15", "05-29", "06-05"]),
        (BreakEffect.SHIFT, "2026-05-22", "2026-05-22", ["05-15", "05-25", "05-29", "06-05"]),
        (BreakEffect.SHIFT, "2026-05-22", "2026-05-25", ["05-15", "05-26", "05-29", "06-05"]),
        (BreakEffect.SHIFT, "2026-05-16", "2026-05-31", ["05-15", "06-01", "06-05"]),
        (BreakEffect.SHIFT, "2026-05-22", "2026-05-28", ["05-15", "05-29", "06-05"]),
        (BreakEffect.SHIFT, "2026-06-04", "2026-06-07", ["05-15", "05-22", "05-29"]),
        (BreakEffect.SKIP, "2026-05-16", "2026-05-21", ["05-15", "05-22", "05-29", "06-05"]),
    ],
)
def test_breaks_shift_and_skip(effect, first, last, due):
    """Fridays from 11 May to 5 June; a deadline that moves waits for a working day, and two that meet are one."""
    pause = BreakPlan("Break", date.fromisoformat(first), date.fromisoformat(last), effect)
    phase = PhasePlan("Research", date(2026, 5, 11), date(2026, 6, 5))
    plan = Plan(phase.starts_on, phase.ends_on, "Europe/London", phases=(phase,), breaks=(pause,))
    assert [f"{due_on(plan, place):%m-%d}" for place in calendar_of(plan)] == due
    assert len(left_out(plan)) == 4 - len(due)
    assert all(pause.starts_on <= one.day <= pause.ends_on for one in left_out(plan))


def test_a_day_that_never_was_makes_no_two_periods_overlap():
    """In Apia, 30 December 2011 was left out: its deadline falls on the day after, when the next phase has begun."""
    training = PhasePlan("Training", date(2011, 12, 26), date(2011, 12, 30))
    research = PhasePlan("Research", date(2011, 12, 31), date(2012, 1, 13))
    plan = Plan(training.starts_on, research.ends_on, "Pacific/Apia", phases=(training, research))
    found = [(place.slot.opens_at, place.slot.due_at) for place in calendar_of(plan)]
    assert len(found) == 3
    assert all(a[1] <= b[0] for a, b in pairwise(found))


def test_anywhere_on_earth_two_phases_do_not_overlap():
    """The last deadline of the first is over when it is everywhere; the second opens with its day there."""
    training = PhasePlan("Training", date(2026, 5, 11), date(2026, 5, 15), due_time=time(23, 59))
    research = PhasePlan("Research", date(2026, 5, 16), date(2026, 5, 22))
    plan = Plan(training.starts_on, research.ends_on, "Europe/London", True, (training, research))
    assert [(place.slot.opens_at, place.slot.due_at) for place in calendar_of(plan)] == [
        (datetime(2026, 5, 11, 12, tzinfo=UTC), datetime(2026, 5, 16, 11, 59, tzinfo=UTC)),
        (datetime(2026, 5, 16, 12, tzinfo=UTC), datetime(2026, 5, 23, 5, tzinfo=UTC)),
    ]
