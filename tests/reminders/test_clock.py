"""Whatever the clock does, each rung is said at most once and none is lost: summer time, sleep, going back, 29 February.

Time is given to the sweep, tick by tick; the deadlines are those of a cohort's calendar in its zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from program.access import Role
from program.clock import deadline, zone
from program.cohorts.models import CohortState
from program.cohorts.services import TrackTarget, add_phase, create_cohort
from program.extensions import db
from program.notices.models import Notice
from program.obligations.models import ObligationKind
from program.preferences.hours import Habits
from program.reminders.defaults import default_ladder
from program.reminders.ladder import Place, Reader
from program.reminders.services import sweep
from tests.factories import make_account, make_fellowship

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LADDER = default_ladder(ObligationKind.REPORT)
CHANGES = [
    ("Europe/London", date(2026, 3, 29), time(1, 30), HOUR),
    ("Europe/London", date(2026, 10, 25), time(1, 30), -HOUR),
    ("America/New_York", date(2026, 3, 8), time(2, 30), HOUR),
    ("America/New_York", date(2026, 11, 1), time(1, 30), -HOUR),
    ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), 30 * MINUTE),
    ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), -30 * MINUTE),
]
"""Nights on which clocks change, a time that is skipped or comes twice, and by how much they go forward."""
over_changes = pytest.mark.parametrize(("zone_name", "day", "at", "forward"), CHANGES)
PLAIN = ("UTC", date(2026, 6, 12), time(17))


def falls(due_at, zone_name, readers=tuple(Reader)):
    """The rungs of a report's ladder and when each reaches its reader, in order: all of them live in that zone."""
    habits, place = Habits(zone_name), Place(zone_name)
    steps = [step for reader in readers for step in LADDER.steps(reader, due_at, place)]
    return sorted(((rung.name, rung.reaches(at, habits)) for at, rung in steps), key=lambda fall: fall[1])


def make_owed(zone_name, day, at):
    """One fellow, with a coach and one of the staff, who owes one report, due then by the clocks there; its deadline."""
    span = {"starts_on": day - 6 * DAY, "ends_on": day}
    cohort = create_cohort(
        name=f"{zone_name} {day}",
        time_zone=zone_name,
        tracks=[TrackTarget("Interpretability", aim=1)],
        state=CohortState.RUNNING,
        actor=None,
        now=datetime(2026, 1, 1, tzinfo=UTC),
        **span,
    )
    add_phase(cohort, name="Research", weekday=day.weekday(), at=at, **span)
    db.session.expire(cohort, ["periods", "phases"])
    fellow, manager, _staff = (
        make_account(name=f"Ada {role}", roles=[role], time_zone=zone_name)
        for role in (Role.FELLOW, Role.RESEARCH_MANAGER, Role.STAFF)
    )
    make_fellowship(fellow, cohort, manager=manager)
    [period] = cohort.periods
    period.opens_at = period.due_at - 30 * DAY
    db.session.flush()
    return period.due_at


def minutes_of(rungs):
    """Every minute from before the first of these rungs until after the last."""
    begin, end = rungs[0][1], rungs[-1][1]
    return [begin + number * MINUTE for number in range(-10, (end - begin) // MINUTE + 10)]


def ticks(rungs):
    """Some of them: just before and after each rung, and every half day between."""
    around = {moment + minutes * MINUTE for _rung, moment in rungs for minutes in (-3, 4)}
    return sorted(around | {*minutes_of(rungs)[:: 12 * 60]})


def told(moments):
    """What a sweep at each of these moments posts: rung and moment, in the order of posting."""
    for now in moments:
        sweep(now=now)
    rows = db.session.execute(select(Notice.rung, Notice.created_at).order_by(Notice.id))
    return [tuple(row) for row in rows]


def first_from(moments, instant):
    """The first of them that is not before the instant."""
    return next(now for now in moments if now >= instant)


def expect_each_once(zone_name, day, at):
    """Each rung is posted by the first sweep after its moment, and by no other."""
    due_at = make_owed(zone_name, day, at)
    rungs = falls(due_at, zone_name)
    moments = ticks(rungs)
    assert len(rungs) == len(LADDER.rungs)
    assert told(moments) == [(rung, first_from(moments, moment)) for rung, moment in rungs]
    local = [moment.astimezone(zone(zone_name)) for rung, moment in rungs if rung != "at due"]
    assert all(8 <= one.hour < 20 and one.weekday() < 5 for one in local), "in their hours, before and after"


@over_changes
def test_over_a_change_of_the_clocks_each_rung_comes_once_and_in_its_hour(app, zone_name, day, at, forward):
    expect_each_once(zone_name, day, at)


@over_changes
def test_minute_by_minute_each_rung_begins_in_its_minute_and_none_comes_back(zone_name, day, at, forward):
    due_at, habits, place = deadline(day, at, zone_name), Habits(zone_name), Place(zone_name)
    for reader in Reader:
        rungs = falls(due_at, zone_name, [reader])
        moments = minutes_of(rungs)
        steps = [LADDER.newest(reader, due_at, now, place=place, habits=habits) for now in moments]
        turns = [
            (later[1].name, now)
            for (earlier, later), now in zip(pairwise(steps), moments[1:], strict=True)
            if later != earlier
        ]
        assert turns == rungs


@over_changes
def test_the_clocks_do_change_on_that_night(zone_name, day, at, forward):
    """Else the others try nothing."""
    local = zone(zone_name)
    before, after = (datetime.combine(one, time(12), tzinfo=local).utcoffset() for one in (day - DAY, day))
    assert after - before == forward
    early, late = (datetime.combine(day, at.replace(fold=fold), tzinfo=local).utcoffset() for fold in (0, 1))
    assert early != late, "this time of day is skipped, or comes twice"


@pytest.mark.parametrize("hours", [-58, *range(-48, 36, 12)])
def test_a_machine_that_slept_over_two_days_says_the_newest_it_missed_and_then_goes_on(app, hours):
    due_at = make_owed(*PLAIN)
    asleep, awake = due_at + hours * HOUR, due_at + (hours + 50) * HOUR
    moments = [now for now in ticks(falls(due_at, "UTC")) if not asleep < now < awake]
    moments = sorted({*moments, awake + MINUTE})
    newest = {
        (reader, first_from(moments, moment)): rung
        for reader in Reader
        for rung, moment in falls(due_at, "UTC", [reader])
    }
    expected = sorted((now, rung) for (_reader, now), rung in newest.items())
    assert sorted((now, rung) for rung, now in told(moments)) == expected


@pytest.mark.parametrize("minutes", [-20, 40])
@pytest.mark.parametrize("place", range(3))
def test_a_clock_that_is_set_back_an_hour_repeats_nothing_and_loses_nothing(app, place, minutes):
    """So many minutes after a rung, or before one."""
    due_at = make_owed(*PLAIN)
    rungs = falls(due_at, "UTC")
    set_at = rungs[place][1] + minutes * MINUTE
    near = [set_at + number * 20 * MINUTE for number in range(-4, 5)]
    moments = sorted({*near, *ticks(rungs)})
    moments = [*(now for now in moments if now <= set_at), *(now for now in moments if now > set_at - HOUR)]
    found = told(moments)
    assert [rung for rung, _now in found] == [rung for rung, _moment in rungs]
    assert all(timedelta() <= now - moment < HOUR for (_, now), (_, moment) in zip(found, rungs, strict=True))


def test_a_clock_that_is_set_back_after_a_sleep_brings_no_rung_that_was_passed_over(app):
    """The last was said already: what falls before it is old."""
    due_at = make_owed(*PLAIN)
    [(passed_over, _moment), (newest, moment)] = falls(due_at, "UTC", [Reader.OWNER])[1:]
    again = [moment - HOUR, moment - HOUR / 2, moment + HOUR]
    posted = [rung for rung, _now in told([moment + MINUTE, *again])]
    assert newest in posted
    assert passed_over not in posted


@pytest.mark.parametrize("zone_name", ["UTC", "Europe/London", "Pacific/Auckland"])
def test_over_the_29th_of_february_each_rung_comes_once(app, zone_name):
    leap_day = date(2028, 2, 29)
    assert deadline(leap_day, time(17), zone_name) + DAY == deadline(date(2028, 3, 1), time(17), zone_name)
    expect_each_once(zone_name, leap_day, time(17))
