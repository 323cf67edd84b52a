"""A fellow's place: who stands around it, in objects and in SQL alike."""

from datetime import timedelta

import pytest
from sqlalchemy import select, true
from sqlalchemy.exc import IntegrityError

from program.access import POLICY, Permission, Role, can
from program.cohorts.models import CohortState
from program.extensions import db
from program.fellows import queries
from program.fellows.models import AssignmentKind, Fellowship, FellowshipStage
from program.fellows.queries import (
    list_managed,
    list_mentored,
    roster,
    visible_to,
)
from tests.factories import NOW, make_account, make_assignment, make_fellowship, make_mentor
from tests.scenarios import more_fellows

DAY = timedelta(days=1)
ON_FELLOWSHIPS = [
    Permission.REPORT_READ,
    Permission.REPORT_WRITE,
    Permission.REVIEW_WRITE,
    Permission.ASK_ANSWER,
]


def visible(actor, permission, now=NOW):
    return set(db.session.scalars(select(Fellowship.id).where(visible_to(actor, permission, now=now))))


@pytest.mark.parametrize("permission", ON_FELLOWSHIPS)
def test_the_scoped_query_finds_exactly_what_the_policy_allows(cast, permission):
    """Every account against every fellowship, on days before, in and after assignments."""
    [third] = more_fellows(cast, 1)
    make_assignment(third, cast.other_mentorship, starts_on=NOW.date() + DAY, ends_on=NOW.date() + 2 * DAY)
    cast.other_fellowship.assignments[0].ends_on = NOW.date()
    both = make_account(name="Both Roles", roles=[Role.MENTOR, Role.FELLOW, Role.RESEARCH_MANAGER])
    make_assignment(cast.fellowship, make_mentor(both), kind=AssignmentKind.CO)
    make_fellowship(both, cast.cohort, manager=both)
    db.session.flush()
    db.session.expire_all()
    fellowships = db.session.scalars(select(Fellowship)).all()
    people = [cast.staff, cast.manager, cast.mentor, cast.other_mentor, cast.fellow, cast.other_fellow, both]
    for now in (NOW - 60 * DAY, NOW, NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY):
        for actor in people:
            allowed = {f.id for f in fellowships if can(actor, permission, f, now=now)}
            assert visible(actor, permission, now) == allowed, (actor.name, now)


@pytest.mark.parametrize("permission", ON_FELLOWSHIPS)
def test_it_does_so_at_every_stage_and_in_every_cohort(cast, permission):
    people = [cast.staff, cast.manager, cast.mentor, cast.other_mentor, cast.fellow, cast.other_fellow]
    for stage in FellowshipStage:
        for state in CohortState:
            cast.fellowship.stage, cast.cohort.state = stage, state
            db.session.flush()
            places = (cast.fellowship, cast.other_fellowship)
            for actor in people:
                allowed = {place.id for place in places if can(actor, permission, place, now=NOW)}
                assert visible(actor, permission) == allowed, (actor.name, stage, state)


def readers(cast):
    """Who of the cast may read the fellow's reports."""
    people = ("staff", "manager", "mentor", "other_mentor", "fellow", "other_fellow")
    db.session.flush()
    return {
        who for who in people if cast.fellowship.id in visible(getattr(cast, who), Permission.REPORT_READ)
    }


@pytest.mark.parametrize("stage", [s for s in FellowshipStage if s is not FellowshipStage.ACTIVE])
def test_access_ends_with_the_fellowship_and_the_fellow_reads_on(cast, stage):
    assert readers(cast) == {"staff", "manager", "mentor", "fellow"}
    cast.fellowship.stage = stage
    assert readers(cast) == {"staff", "fellow"}
    assert visible(cast.fellow, Permission.REPORT_WRITE) == set()
    assert list_mentored(cast.mentor.id, now=NOW) == list_managed(cast.manager.id, now=NOW) == []


@pytest.mark.parametrize("state", CohortState)
def test_access_ends_with_the_cohort(cast, state):
    cast.cohort.state = state
    over = state in {CohortState.CLOSED, CohortState.ARCHIVED}
    assert readers(cast) == {"staff", "fellow"} | (set() if over else {"manager", "mentor"})
    assert (visible(cast.fellow, Permission.REPORT_WRITE) == set()) is over


def test_a_relation_that_outlives_the_fellowship_would_be_seen(cast, monkeypatch):
    monkeypatch.setattr(queries, "goes_on", true)
    cast.fellowship.stage = FellowshipStage.WITHDRAWN
    assert "mentor" in readers(cast)


def test_a_relation_without_a_condition_is_an_error_and_not_a_hole(cast, monkeypatch):
    def strange(_actor, _people):
        return True

    monkeypatch.setitem(POLICY, Permission.REPORT_READ, {Role.FELLOW: strange})
    with pytest.raises(ValueError, match="strange"):
        visible(cast.fellow, Permission.REPORT_READ)


def test_somebody_without_a_role_sees_nothing(cast):
    assert visible(make_account(name="Nobody Much"), Permission.REPORT_READ) == set()


def test_a_person_has_one_place_in_a_cohort(cast):
    with pytest.raises(IntegrityError):
        make_fellowship(cast.fellow, cast.cohort)


def test_an_assignment_ends_on_or_after_it_begins(cast):
    with pytest.raises(IntegrityError):
        make_assignment(cast.fellowship, cast.mentorship, ends_on=cast.cohort.starts_on - DAY)


def test_lists_are_by_name_and_of_today(cast):
    first, second = more_fellows(cast, 2)
    second.assignments[0].ends_on = NOW.date() - DAY
    db.session.flush()
    assert list_mentored(cast.mentor.id, now=NOW) == [cast.fellowship, first]
    assert list_managed(cast.manager.id, now=NOW) == [cast.fellowship, first, second]
    first.stage = FellowshipStage.WITHDRAWN
    db.session.flush()
    assert list_managed(cast.manager.id, now=NOW) == [cast.fellowship, second]


def test_the_roster_is_of_active_fellows(cast):
    waitlisted = make_account(name="Waitlisted", roles=[Role.FELLOW])
    make_fellowship(waitlisted, cast.cohort, stage=FellowshipStage.WAITLISTED)
    assert roster(cast.cohort.id) == [
        (cast.fellowship.id, "Interpretability"),
        (cast.other_fellowship.id, "Governance"),
    ]
