"""What SQL adds up is what counting one by one gives: invented places and steps, the same each time."""

from datetime import date, time, timedelta
from random import Random

import pytest

from program.clock import deadline
from program.extensions import db
from program.fellows.models import FellowshipStage, FellowshipStep
from program.mentors.models import EngagementStage, EngagementStep
from program.portfolio.course import WEEKS, find_course
from program.portfolio.figures import PLACE
from program.portfolio.queries import TAKEN, find_portfolio
from tests import programmes
from tests.factories import NOW, make_account, make_cohort, make_fellowship

TRACKS = ("One", "Two", "Three")
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def invented(cohort):
    """Fellows on one track or two, each with steps back and forth over the last weeks; their last is their stage."""
    chance, places = Random(4), []
    for number in range(40):
        first, second = chance.sample(TRACKS, 2)
        weight = chance.choice((100, 100, 35, 60))
        account = make_account(name=f"Applicant {number}")
        place = make_fellowship(
            account, cohort, track=first, second_track=second if weight < 100 else None, weight=weight
        )
        stages = [chance.choice([*FellowshipStage]) for _ in range(chance.randint(1, 5))]
        days = sorted(chance.sample(range(150), len(stages)), reverse=True)
        for before, after, day in zip([None, *stages], stages, days, strict=False):
            db.session.add(
                FellowshipStep(fellowship=place, from_stage=before, to_stage=after, at=NOW - day * DAY)
            )
        place.stage = stages[-1]
        places.append(place)
    db.session.flush()
    return places


def weight_on(place, track_id):
    if place.track_id == track_id:
        return place.track_weight
    return PLACE - place.track_weight if place.second_track_id == track_id else 0


@pytest.fixture
def cohort(app):
    return make_cohort(tracks=TRACKS)


def test_fellows_are_counted_by_weight_and_stage(cohort):
    places = invented(cohort)
    for line in find_portfolio(cohort).tracks:
        on_it = [(weight_on(place, line.track_id), place) for place in places]
        offered = [
            weight
            for weight, place in on_it
            if place.stage in {*TAKEN, FellowshipStage.OFFERED}
            or any(step.to_stage is FellowshipStage.OFFERED for step in place.steps)
        ]
        assert line.tally.applicants == sum(weight for weight, _place in on_it)
        assert line.tally.offers == sum(offered)
        for name, stage in (("shortlisted", FellowshipStage.SHORTLISTED), ("out", FellowshipStage.OFFERED)):
            assert getattr(line.tally, name) == sum(w for w, place in on_it if place.stage is stage)
        assert line.tally.fellows == sum(weight for weight, place in on_it if place.stage in TAKEN)
    assert find_portfolio(cohort).whole.applicants == 40 * PLACE


def test_what_confirmed_mentors_asked_for_beyond_their_seats_is_counted_and_what_they_have_too_many_of_is_not(
    cohort,
):
    more, fewer = programmes.engaged(cohort, "One", {EngagementStage.CONFIRMED: 2}, seats=2)
    [other] = programmes.engaged(cohort, "One", {EngagementStage.INTERESTED: 1}, seats=9)
    more.seats_wanted, fewer.seats_wanted, other.seats_min = 5, 1, 3
    db.session.flush()
    one = find_portfolio(cohort).tracks[0].tally
    assert (one.least, one.wanted, one.granted, one.unmet) == (3, 15, 4, 3)


def stage_at(place, instant):
    return next((step.to_stage for step in reversed(place.steps) if step.at <= instant), None)


def test_each_week_is_what_the_steps_up_to_it_say(cohort):
    places = invented(cohort)
    portfolio = find_portfolio(cohort)
    course = find_course(cohort, portfolio, now=NOW)
    ends = [NOW - WEEK * weeks for weeks in reversed(range(WEEKS))][-len(course.days) :]
    for line, series in zip(portfolio.tracks, course.fellows, strict=True):
        counted = [
            sum(weight_on(place, line.track_id) for place in places if stage_at(place, end) in TAKEN)
            for end in ends
        ]
        assert series.values == [count / PLACE for count in counted]
    assert course.seats == []


def test_seats_come_with_a_confirmation_and_go_with_a_withdrawal(cohort):
    confirmed, withdrawn = EngagementStage.CONFIRMED, EngagementStage.WITHDRAWN
    kept, lost = programmes.engaged(cohort, "One", {confirmed: 2}, seats=3)
    kept.steps[0].at, lost.steps[0].at = NOW - 3 * WEEK, NOW - 2 * WEEK
    lost.stage = withdrawn
    lost.steps.append(EngagementStep(from_stage=confirmed, to_stage=withdrawn, at=NOW - DAY))
    db.session.flush()
    [series, *others] = find_course(cohort, find_portfolio(cohort), now=NOW).seats
    assert series.values == [0, 3, 6, 6, 3]
    assert [set(other.values) for other in others] == [{0}, {0}]


def test_who_came_without_a_dated_step_was_always_there(cohort):
    make_fellowship(make_account(name="Undated"), cohort, track="Two")
    course = find_course(cohort, find_portfolio(cohort), now=NOW)
    assert [series.values for series in course.fellows] == [[0, 0], [1, 1], [0, 0]]


def test_the_weeks_of_a_cohort_that_is_over_end_with_its_last_day_whatever_the_clocks_do(cohort):
    place = make_fellowship(make_account(name="Early"), cohort, track="One")
    step = FellowshipStep(fellowship=place, to_stage=FellowshipStage.ACTIVE)
    step.at = deadline(date(2026, 3, 20), time(23, 30), cohort.time_zone)
    db.session.add(step)
    db.session.flush()
    course = find_course(cohort, find_portfolio(cohort), now=NOW + 30 * WEEK)
    assert course.days[-1] == cohort.ends_on
    assert course.days[:2] == [date(2026, 3, 13), date(2026, 3, 20)]
    assert course.fellows[0].values[:2] == [0, 1]
