"""Of every kind alike: nothing is owed by whoever cannot do it any more, nor in a cohort that is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.access import Role
from program.cohorts.models import AuthorshipMode, CohortState
from program.deadlines.models import Deadline
from program.delivery.composers import reminders as compose
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.mentors.services import plan_next_step
from program.notices.models import Notice
from program.obligations import queries
from program.obligations.models import ObligationKind
from program.obligations.queries import count_owed_in, iterate_due, list_owed_by
from program.reminders.services import sweep
from program.reviews.models import Verdict
from tests.factories import (
    NOW,
    make_account,
    make_deadline,
    make_engagement,
    make_extension_request,
    make_leave,
    make_prospect,
    make_ramp,
    make_report,
    make_review,
    make_round,
    make_wave,
    period_of,
)

DAY = timedelta(days=1)
REPORT, DRAFT, MENDING, REVIEW, EVALUATION, SURVEY, NEXT_STEP, _CONCERN, ASK, EXTENSION = ObligationKind
OWNERS = {
    **dict.fromkeys((REPORT, MENDING, SURVEY), "fellow"),
    **dict.fromkeys((REVIEW, EVALUATION, ASK), "mentor"),
    **dict.fromkeys((NEXT_STEP, EXTENSION), "staff"),
    DRAFT: "manager",
}
"""Who owes which: all but a concern, which outlives the cohort (tests/concerns)."""


@pytest.fixture
def everything(cast):
    """One of each kind is owed, all about one fellow, but for the next step with a mentor."""
    make_review(make_report(cast.fellowship, number=1, asks="May I use it?"), cast.mentor)
    make_review(make_report(cast.fellowship, number=2), cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, number=3)
    make_review(make_report(cast.fellowship, number=4), cast.mentor)
    make_ramp(cast.cohort, AuthorshipMode.MANAGER_DRAFTS)
    make_extension_request(cast.fellowship)
    make_wave(cast.cohort, staff=cast.staff)
    make_round(cast.cohort)
    found = make_engagement(make_prospect(), cast.cohort, track="Governance")
    plan_next_step(found, text="Call", day=NOW.date() + DAY, owner=cast.staff, actor=cast.staff, now=NOW)
    cast.other_fellowship.stage = FellowshipStage.COMPLETED
    db.session.flush()
    assert kinds() == sorted(OWNERS), "this is about every kind"
    return cast


def kinds():
    """What is owed by anybody, each kind as often as it is, and the same by whomever it is that it is listed for."""
    owed = [one for part in iterate_due(NOW - 90 * DAY, NOW + 90 * DAY, now=NOW) for one in part]
    for person in {one.account_id for one in owed}:
        assert {o.key for o in owed if o.account_id == person} == {
            o.key for o in list_owed_by(person, now=NOW)
        }
    return sorted(one.kind for one in owed)


@pytest.mark.parametrize("kind", OWNERS)
def test_who_owes_what(everything, kind):
    owner = getattr(everything, OWNERS[kind])
    assert kind in [one.kind for one in list_owed_by(owner.id, now=NOW)]
    assert count_owed_in(everything.cohort.id, now=NOW)[kind].owed == 1


@pytest.mark.parametrize("state", [CohortState.CLOSED, CohortState.ARCHIVED])
def test_a_cohort_that_is_over_takes_all_of_it_out(everything, state):
    everything.cohort.state = state
    db.session.flush()
    assert kinds() == []


@pytest.mark.parametrize("owner", ["fellow", "mentor", "staff", "manager"])
def test_whoever_cannot_sign_in_any_more_owes_nothing(everything, owner):
    getattr(everything, owner).disabled_at = NOW
    db.session.flush()
    assert kinds() == sorted(kind for kind, whose in OWNERS.items() if whose != owner)


def test_a_mentor_who_is_none_any_more_owes_nothing(everything):
    everything.mentor.held_roles = []
    db.session.flush()
    assert {REVIEW, EVALUATION, ASK}.isdisjoint(kinds())


def test_a_mentor_whose_time_with_the_fellow_is_over_owes_nothing(everything):
    """As it is for one who has withdrawn: their assignments end (tests/succession)."""
    everything.fellowship.assignments[0].ends_on = NOW.date() - DAY
    db.session.flush()
    assert {REVIEW, EVALUATION, ASK}.isdisjoint(kinds())


def test_a_fellow_who_leaves_takes_all_that_is_about_them_along(everything):
    everything.fellowship.stage = FellowshipStage.WITHDRAWN
    db.session.flush()
    assert kinds() == [NEXT_STEP]


def test_a_leave_takes_out_what_the_fellow_and_whoever_drafts_for_them_owe(everything):
    """Mentors go on: to read and to answer needs nobody there."""
    due_on = period_of(everything.cohort, 5).due_at.date()
    make_leave(everything.fellowship, NOW.date(), due_on)
    assert kinds() == sorted((REVIEW, EVALUATION, ASK, NEXT_STEP))


def test_an_excuse_takes_out_the_report_its_draft_and_the_wish_for_more_time(everything):
    granted: Deadline = make_deadline(everything.fellowship)
    granted.due_at, granted.excused = None, True
    db.session.flush()
    assert kinds() == sorted(set(OWNERS) - {REPORT, DRAFT, EXTENSION})


def test_the_checks_above_see_a_part_that_forgets(everything, monkeypatch):
    monkeypatch.setattr(queries, "_of_somebody", lambda part: part)
    queries._due_between.cache_clear()
    try:
        everything.fellow.disabled_at = NOW
        db.session.flush()
        with pytest.raises(AssertionError):
            test_whoever_cannot_sign_in_any_more_owes_nothing(everything, "fellow")
    finally:
        queries._due_between.cache_clear()


def test_an_ask_is_owed_until_it_is_answered_and_not_while_the_report_waits(cast):
    def asked():
        owed = list_owed_by(cast.mentor.id, now=NOW)
        return [(o.kind, o.title, o.due_at) for o in owed if o.kind is not EVALUATION]

    report = make_report(cast.fellowship, number=1, asks="May I use it?\nWhen do we meet?")
    assert [kind for kind, *_rest in asked()] == [REVIEW]
    first, second = report.asks
    make_review(report, cast.mentor, answers={first.id: "You may."})
    assert asked() == [(ASK, "Amara Okafor: report for week 1, 1 open ask", cast.cohort.owed_after(NOW))]
    second.answered_at = NOW
    db.session.flush()
    assert asked() == []


def test_asks_of_a_returned_report_are_owed_by_when_it_is_to_be_mended(cast):
    report = make_report(cast.fellowship, number=1, asks="May I use it?\nWhen do we meet?")
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    [owed] = list_owed_by(cast.mentor.id, now=NOW)
    assert (owed.kind, owed.number, owed.due_at) == (ASK, 2, report.owed_at)
    make_report(cast.fellowship, number=1)
    assert [one.kind for one in list_owed_by(cast.mentor.id, now=NOW)] == [REVIEW]


def test_what_was_accepted_with_all_asks_answered_has_nothing_owed(cast):
    report = make_report(cast.fellowship, number=1, asks="May I use it?")
    make_review(report, cast.mentor, answers={report.asks[0].id: "You may."})
    assert report.owed_at is None


def test_a_wish_for_more_time_is_owed_by_all_staff_who_can_sign_in(cast):
    other, gone, unjoined = (
        make_account(name=name, roles=[Role.STAFF]) for name in ("Iris Nakata", "Gone Away", "Never Came")
    )
    gone.disabled_at, unjoined.joined_at = NOW, None
    wish = make_extension_request(cast.fellowship)
    owed = {a.id: [(o.kind, o.subject_id) for o in list_owed_by(a.id, now=NOW)] for a in (cast.staff, other)}
    assert owed == {cast.staff.id: [(EXTENSION, wish.id)], other.id: [(EXTENSION, wish.id)]}
    assert list_owed_by(gone.id, now=NOW) == list_owed_by(unjoined.id, now=NOW) == []
    make_report(cast.fellowship, number=5)
    assert list_owed_by(cast.staff.id, now=NOW) == []


def test_each_kind_is_reminded_of_and_by_nothing_once_it_is_done(everything):
    """The reminder is composed from what is owed then: what went meanwhile is not sent."""
    sweep(now=NOW + 5 * DAY)
    notices = db.session.scalars(select(Notice).filter_by(kind="reminder")).all()
    due = {notice.id: ObligationKind(notice.subject_kind) for notice in notices}
    assert {ASK, EXTENSION} <= set(due.values())
    assert compose(notices, NOW + 5 * DAY).keys() == due.keys()
    everything.cohort.state = CohortState.CLOSED
    db.session.flush()
    assert compose(notices, NOW + 5 * DAY) == {}
