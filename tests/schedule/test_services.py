"""Changing a calendar that people have begun to work with: nothing written is lost, and it is all or nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.cohorts.models import AuthorshipMode, BreakEffect, CohortState, ReportPeriod
from program.cohorts.plans import BreakPlan, PhasePlan, plan_of
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError
from program.evaluations.models import Moment
from program.extensions import db
from program.mentors.services import plan_next_step
from program.notices.models import Notice, NoticeState
from program.reminders.services import sweep
from program.reports.models import Report
from program.schedule.queries import find_change
from program.schedule.services import change_calendar
from program.surveys.models import Wave, WaveKind
from tests.factories import (
    NOW,
    make_draft,
    make_evaluation,
    make_funnel,
    make_leave,
    make_prospect,
    make_report,
    make_round,
    make_wave,
    period_of,
)

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
FRIDAYS = [date(2026, 5, 15) + number * WEEK for number in range(10)]


def due(cohort):
    """The cohort's calendar: number, id, day."""
    db.session.expire(cohort)
    return [(period.number, period.id, period.due_at.date()) for period in cohort.periods]


def change_to(cast, plan, *, by=timedelta(), actor=None, seen=None):
    seen = seen or find_change(cast.cohort, plan, by=by).digest
    return change_calendar(cast.cohort, plan=plan, by=by, seen=seen, actor=actor or cast.staff, now=NOW)


def with_break(cast, day, effect=BreakEffect.SKIP):
    return plan_of(cast.cohort).with_break(BreakPlan("Holiday", day, day, effect))


def test_a_cohort_that_moves_takes_everything_along(cast):
    report = make_report(cast.fellowship, number=4)
    period = report.period
    planned = make_wave(cast.cohort, kind=WaveKind.EXIT, opens_at=NOW + 7 * DAY, closes_at=NOW + 14 * DAY)
    opened = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.MIDPOINT)
    closes_at = opened.closes_at
    answered, asked = (
        make_round(cast.cohort),
        make_round(cast.cohort, moment=Moment.FINAL, due_at=NOW + 9 * DAY),
    )
    make_evaluation(answered, cast.fellowship, cast.mentor)
    cast.fellowship.assignments[0].ends_on = date(2026, 7, 3)
    before = due(cast.cohort)
    change_to(cast, plan_of(cast.cohort).moved(WEEK), by=WEEK)
    assert due(cast.cohort) == [(number, id_, day + WEEK) for number, id_, day in before]
    assert (cast.cohort.starts_on, cast.cohort.ends_on) == (date(2026, 5, 18), date(2026, 7, 24))
    assert cast.cohort.phases[0].starts_on == date(2026, 5, 18)
    assert (cast.fellowship.starts_on, cast.fellowship.ends_on) == (date(2026, 5, 18), date(2026, 7, 24))
    [own] = cast.fellowship.assignments
    assert (own.starts_on, own.ends_on) == (date(2026, 5, 18), date(2026, 7, 10))
    assert (report.period, report.period.due_at) == (period, datetime(2026, 6, 12, 16, tzinfo=UTC))
    assert (planned.opens_at, planned.closes_at) == (NOW + 14 * DAY, NOW + 21 * DAY)
    assert opened.closes_at == closes_at
    assert (asked.opens_at, asked.due_at) == (NOW + 4 * DAY, NOW + 16 * DAY)
    assert answered.due_at == NOW + 4 * DAY


def test_a_survey_keeps_its_time_of_day_when_the_clocks_change(cast):
    wave = make_wave(cast.cohort, kind=WaveKind.EXIT, opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
    by = 140 * DAY  # into winter
    change_to(cast, plan_of(cast.cohort).moved(by), by=by)
    assert db.session.get(Wave, wave.id).opens_at == NOW + 141 * DAY + timedelta(hours=1)


def test_a_week_that_falls_away_goes_and_the_others_are_numbered_anew(cast):
    before = due(cast.cohort)
    change_to(cast, with_break(cast, FRIDAYS[6]))
    assert due(cast.cohort) == [
        *before[:6],
        *((number - 1, id_, day) for number, id_, day in before[7:]),
    ]


def test_a_longer_calendar_adds_weeks_and_keeps_those_that_were(cast):
    before, plan = due(cast.cohort), plan_of(cast.cohort)
    ends_on = plan.ends_on + 2 * WEEK
    extension = PhasePlan("Extension", plan.ends_on + DAY, ends_on)
    change_to(cast, replace(plan, ends_on=ends_on).with_phase(extension))
    assert due(cast.cohort)[:10] == before
    assert [(p.number, p.phase.name, p.due_at.date()) for p in cast.cohort.periods[10:]] == [
        (11, "Extension", date(2026, 7, 24)),
        (12, "Extension", date(2026, 7, 31)),
    ]


def test_a_phase_can_be_put_in_the_place_of_another(cast):
    """Every deadline stands, in the new phase; the old one is gone."""
    before, plan = due(cast.cohort), plan_of(cast.cohort)
    old = plan.phases[0]
    change_to(cast, plan.without_phase(old.key).with_phase(replace(old, name="Studies", key=None)))
    assert due(cast.cohort) == before
    assert [phase.name for phase in cast.cohort.phases] == ["Studies"]


@pytest.mark.parametrize("written", [make_report, make_draft])
def test_a_week_for_which_somebody_has_written_never_goes(cast, written):
    written(cast.fellowship, number=4)
    db.session.commit()
    before = due(cast.cohort)
    with pytest.raises(
        ForbiddenStepError, match="Week 4 would have no deadline left, and 1 report is written"
    ):
        change_to(cast, with_break(cast, FRIDAYS[3]))
    db.session.rollback()
    assert due(cast.cohort) == before
    assert cast.cohort.breaks == []


def test_the_database_keeps_a_written_week_even_if_nobody_counted_it(cast, monkeypatch):
    """Somebody begins to write between the count and the removal."""
    make_draft(cast.fellowship, number=4)
    db.session.commit()
    monkeypatch.setattr("program.schedule.queries._count_reports", lambda _cohort_id: {})
    with pytest.raises(ConflictError, match="Somebody began a report"):
        change_to(cast, with_break(cast, FRIDAYS[3]))
    db.session.rollback()
    assert len(due(cast.cohort)) == 10
    assert db.session.scalar(select(Report.period_id)) == period_of(cast.cohort, 4).id


def test_the_preview_counts_what_hangs_on_each_week(cast):
    make_report(cast.fellowship, number=4)
    late = period_of(cast.cohort, 3)
    sweep(now=late.due_at - timedelta(hours=1))
    for notice in db.session.scalars(select(Notice)):
        notice.state = NoticeState.SENT
    db.session.flush()
    sweep(now=late.due_at + timedelta(hours=25))
    waiting = db.session.scalars(
        select(Notice).filter_by(state=NoticeState.PENDING, due_at=late.due_at)
    ).all()
    waiting[0].state, waiting[0].due_at = NoticeState.SENT, late.due_at - DAY
    db.session.flush()
    assert len(waiting) == 2, "one waits to be sent, and one was of an earlier deadline: neither counts"
    change = find_change(cast.cohort, plan_of(cast.cohort).moved(DAY), by=DAY)
    assert [(line.reports, line.reminders) for line in change.lines[2:4]] == [(0, 2), (1, 0)]
    assert (change.people.fellowships, change.people.assignments) == (2, 2)
    assert (change.reports_moved, change.reminders_overtaken) == (0, 0)  # Fridays are Fridays
    whole = find_change(cast.cohort, plan_of(cast.cohort).moved(WEEK), by=WEEK)
    assert (whole.reports_moved, whole.reminders_overtaken) == (1, 6)
    assert whole.overdue_at_once(NOW + 20 * DAY) == 0
    earlier = find_change(cast.cohort, plan_of(cast.cohort).moved(-WEEK), by=-WEEK)
    assert earlier.overdue_at_once(NOW) == 1


def test_a_cohort_that_is_cut_short_cuts_the_places_of_its_fellows(cast):
    plan = plan_of(cast.cohort)
    short = replace(plan, ends_on=plan.ends_on - WEEK)
    short = short.with_phase(replace(plan.phases[0], ends_on=short.ends_on))
    [own] = cast.fellowship.assignments
    own.ends_on = plan.ends_on
    leave = make_leave(cast.fellowship, short.ends_on, plan.ends_on)
    assert find_change(cast.cohort, short).people.cut == 2
    change_to(cast, short)
    assert (cast.fellowship.ends_on, len(due(cast.cohort))) == (short.ends_on, 9)
    assert (own.ends_on, leave.starts_on, leave.ends_on) == (short.ends_on,) * 3


def test_a_place_that_would_lie_outside_the_cohort_is_changed_first(cast):
    cast.fellowship.starts_on = cast.cohort.ends_on - DAY
    plan = plan_of(cast.cohort)
    short = replace(plan, ends_on=plan.ends_on - WEEK)
    short = short.with_phase(replace(plan.phases[0], ends_on=short.ends_on))
    with pytest.raises(
        ForbiddenStepError, match="1 of the fellows' places, assignments and leaves would lie"
    ):
        change_to(cast, short)


def test_another_zone_moves_each_deadline_by_the_clock(cast):
    plan = replace(plan_of(cast.cohort), anywhere_on_earth=True)
    ids = [id_ for _number, id_, _day in due(cast.cohort)]
    engagement = make_funnel(make_prospect(), cast.cohort)
    day = date(2026, 6, 12)
    plan_next_step(engagement, text="Ring", day=day, owner=cast.staff, actor=cast.staff, now=NOW)
    change_to(cast, plan)
    assert [p.id for p in cast.cohort.periods] == ids
    assert cast.cohort.periods[0].due_at == datetime(2026, 5, 16, 5, tzinfo=UTC)
    assert engagement.next_step_due_at == datetime(2026, 6, 13, 11, 59, tzinfo=UTC)


def test_what_was_not_seen_is_not_done(cast):
    seen = find_change(cast.cohort, with_break(cast, FRIDAYS[8])).digest
    change_to(cast, with_break(cast, FRIDAYS[9]))
    with pytest.raises(ConflictError, match="Somebody else changed this cohort's calendar"):
        change_to(cast, with_break(cast, FRIDAYS[8]), seen=seen)


@pytest.mark.parametrize(
    ("state", "cure"),
    [(CohortState.CLOSED, "Take it back to running first"), (CohortState.ARCHIVED, "Take it back to closed")],
)
def test_a_cohort_that_is_over_does_not_move(cast, state, cure):
    cast.cohort.state = state
    with pytest.raises(ForbiddenStepError, match=cure):
        change_to(cast, plan_of(cast.cohort).moved(WEEK), by=WEEK)


def test_only_staff_change_a_calendar(cast):
    for who in (cast.fellow, cast.mentor, cast.manager, cast.analyst):
        with pytest.raises(ForbiddenError):
            change_to(cast, plan_of(cast.cohort).moved(WEEK), by=WEEK, actor=who)


def test_what_was_moved_is_written_down(cast):
    change_to(cast, plan_of(cast.cohort).moved(WEEK), by=WEEK)
    change_to(cast, with_break(cast, FRIDAYS[9]))
    [research] = plan_of(cast.cohort).phases
    other = replace(research, authorship=AuthorshipMode.TOGETHER)
    change_to(cast, plan_of(cast.cohort).with_phase(other))
    moved, changed, words = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.tag.in_([Tag.COHORT_MOVE, Tag.COHORT_CHANGE]))
        .order_by(AuditEvent.id)
    )
    assert (moved.actor_id, moved.subject_id) == (cast.staff.id, cast.cohort.id)
    assert (moved.before["starts_on"], moved.after["starts_on"]) == ("2026-05-11", "2026-05-18")
    assert (moved.after["places_moved"], moved.after["waves_moved"]) == (2, 0)
    assert moved.after["rounds_moved"] == 0
    assert (changed.after["breaks"], changed.after["deadlines_gone"]) == (1, 1)
    assert changed.after["break Holiday"] == "2026-07-17 to 2026-07-17, skip"
    span = "2026-05-18 to 2026-07-24, cadence 1, 17:00 on day 5"
    assert words.before["phase Research"] == f"{span}, fellow_writes"
    assert words.after["phase Research"] == f"{span}, together"
    assert db.session.query(ReportPeriod).filter_by(cohort_id=cast.cohort.id).count() == 9
