"""A made-up programme: the same rows for the same size, and rows that the programme might have written itself."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.cohorts.models import Cohort, CohortState, ReportPeriod, TrackGroup, track_group_member
from program.errors import ForbiddenStepError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship, FellowshipStage, FellowshipStep
from program.mentors.funnel import STEPS
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor
from program.organisations.models import Organisation
from program.organisations.services import load_catalogue
from program.seed.plan import DAY, WEEK, Size, first_days, state_of
from program.seed.services import NUMBERED, seed
from tests.databases import undone
from tests.factories import NOW, make_account, make_cohort, make_fellowship, make_mentor, make_organisation

SMALL = Size(fellows=90, mentors=24, cohorts=3, number=1, day=NOW.date())


def everything():
    """All rows of all tables that are written, as they are stored."""
    tables = [model.__table__ for model in NUMBERED] + [track_group_member]
    return {
        table.name: db.session.execute(select(table).order_by(*table.primary_key)).all() for table in tables
    }


def written(size, **kwargs):
    said = []
    rows = seed(size, say=said.append, **kwargs)
    return rows, said


def test_the_same_size_gives_the_same_rows_and_another_number_others(app):
    load_catalogue()
    with undone():
        written(SMALL)
        first = everything()
    with undone():
        written(SMALL)
        assert everything() == first
    with undone():
        written(Size(90, 24, 3, 2, NOW.date()))
        other = everything()
    assert {name for name, rows in first.items() if rows == other[name]} == {
        "cohort",
        "organisation",
        "phase",
        "report_period",
        "track",
        "track_group",
        "track_group_member",
    }


def test_it_has_the_size_that_was_asked_for_and_says_how_far_it_is(app):
    rows, said = written(SMALL)
    counts = {
        model: db.session.scalar(select(func.count()).select_from(model))
        for model in (Fellowship, Mentor, Cohort, TrackGroup)
    }
    assert counts == {Fellowship: 90, Mentor: 24, Cohort: 3, TrackGroup: 3}
    roles = Counter(db.session.scalars(select(AccountRole.role)))
    assert (roles[Role.FELLOW], roles[Role.STAFF], roles[Role.RESEARCH_MANAGER]) == (90, 6, 10)
    last = {line.split(":")[0]: line for line in said}
    assert [*last] == [
        "organisations",
        "staff and research managers",
        "cohorts",
        "mentors",
        "fellows",
        "parts of names",
    ]
    assert sum(int(line.split()[-2].replace(",", "")) for line in last.values()) == rows


def test_what_is_looked_for_is_folded_as_the_models_fold_it(app):
    written(SMALL)
    for model, texts in (
        (Account, ("name", "email")),
        (Mentor, ("name",)),
        (Organisation, ("name",)),
        (Fellowship, ("project",)),
    ):
        for row in db.session.scalars(select(model)):
            assert model(**{text: getattr(row, text) for text in texts}).folded == row.folded
    assert db.session.scalar(select(func.count()).where(Account.name != Account.folded)) > 90


@pytest.mark.parametrize(
    ("model", "step", "owner", "stages", "legal"),
    [
        (Engagement, EngagementStep, "engagement_id", EngagementStage, STEPS),
        (Fellowship, FellowshipStep, "fellowship_id", FellowshipStage, None),
    ],
)
def test_every_stage_was_come_to_step_by_step(app, model, step, owner, stages, legal):
    written(Size(400, 100, 4, 1, NOW.date()))
    paths = {}
    for taken in db.session.scalars(select(step).order_by(step.id)):
        paths.setdefault(getattr(taken, owner), []).append(taken)
    for thing in db.session.scalars(select(model)):
        path = paths.pop(thing.id)
        assert path[0].from_stage is None
        assert path[-1].to_stage is thing.stage
        for before, after in pairwise(path):
            assert before.to_stage is after.from_stage
            assert before.at <= after.at
        assert path[-1].at.date() <= NOW.date()
        if legal:
            assert all(after in legal[before] for before, after in pairwise(step.to_stage for step in path))
    assert paths == {}
    assert set(db.session.scalars(select(model.stage))) == set(stages)


def test_mentors_are_confirmed_in_the_cohort_of_the_fellows_they_have(app):
    written(SMALL)
    sure = select(Engagement.mentor_id, Engagement.cohort_id).where(
        Engagement.stage == EngagementStage.CONFIRMED
    )
    confirmed = {tuple(row) for row in db.session.execute(sure)}
    assignments = db.session.scalars(select(Assignment).join(Assignment.fellowship)).all()
    assert assignments
    for one in assignments:
        place = one.fellowship
        assert (one.mentor_id, place.cohort_id) in confirmed
        assert place.starts_on <= one.starts_on
        assert one.ends_on is None or one.ends_on <= place.ends_on


def test_what_is_written_later_is_numbered_on(app):
    written(SMALL)
    account = make_account()
    place = make_fellowship(account, make_cohort())
    mentor = make_mentor(account, organisation=make_organisation())
    assert (account.id, place.id, mentor.id) > (SMALL.fellows, SMALL.fellows, SMALL.mentors)


def test_people_who_are_there_are_not_mixed_with_invented_ones_unless_asked(app):
    make_account()
    with pytest.raises(ForbiddenStepError, match="--add"):
        written(SMALL)
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1
    written(SMALL, add=True)
    written(SMALL, add=True)
    assert db.session.scalar(select(func.count()).select_from(Fellowship)) == 2 * SMALL.fellows


def test_every_period_lies_in_its_cohort(app):
    written(SMALL)
    for period in db.session.scalars(select(ReportPeriod)):
        assert period.cohort.starts_on - DAY <= period.opens_at.date()
        assert period.due_at.date() <= period.cohort.ends_on + DAY


@given(cohorts=st.integers(1, 400), day=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_latest_cohort_to_have_begun_is_in_its_fifth_week(cohorts, day):
    days = first_days(cohorts, day)
    assert len(set(days)) == cohorts
    assert days == sorted(days)
    assert {first.weekday() for first in days} == {0}
    latest = max(first for first in days if first <= day)
    assert 4 * WEEK <= day - latest < 5 * WEEK
    assert state_of(latest, day) is CohortState.RUNNING


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (51, CohortState.PLANNING),
        (50, CohortState.OPEN),
        (1, CohortState.OPEN),
        (0, CohortState.RUNNING),
        (-83, CohortState.RUNNING),
        (-84, CohortState.CLOSED),
        (-365, CohortState.ARCHIVED),
    ],
)
def test_how_far_a_cohort_is(days, state):
    assert state_of(NOW.date() + timedelta(days=days), NOW.date()) is state
