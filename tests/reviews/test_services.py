"""The mentor's queue, and answering a report."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from program.access import POLICY, Permission, Role, every
from program.audit.models import AuditEvent, Tag
from program.board.facts import signals_in
from program.board.signals import SignalKind
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError, NotFoundError
from program.fellows.models import Assignment, AssignmentKind
from program.mentors.models import Mentor
from program.notices.models import Notice, NoticeKind
from program.reports.models import ReportState
from program.reports.queries import get_report
from program.reviews.given import list_given
from program.reviews.models import Review, Verdict
from program.reviews.queries import list_queue
from program.reviews.services import OUTCOME, review_report
from tests.factories import (
    NOW,
    make_account,
    make_assignment,
    make_cohort,
    make_draft,
    make_fellowship,
    make_mentor,
    make_report,
    make_review,
)
from tests.scenarios import more_fellows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = NOW + 5 * DAY
"""Three working days after it."""


def queue_of(account, *, now=NOW):
    return [row.report_id for row in list_queue(account, now=now).rows]


def end_assignment(session, fellowship, on):
    session.scalars(select(Assignment).filter_by(fellowship_id=fellowship.id)).one().ends_on = on
    session.flush()


def test_the_queue_is_the_oldest_first(cast):
    newest, oldest, middle = more_fellows(cast, 3)
    late, early, between = (
        make_report(fellowship, at=NOW + after)
        for fellowship, after in ((newest, 2 * HOUR), (oldest, -2 * HOUR), (middle, HOUR))
    )
    assert queue_of(cast.mentor, now=NOW + DAY) == [early.id, between.id, late.id]


def test_reports_sent_at_the_same_moment_keep_their_order(cast):
    reports = [make_report(fellowship) for fellowship in more_fellows(cast, 4)]
    assert queue_of(cast.mentor) == [report.id for report in reports]


def test_a_line_of_the_queue_says_who_which_week_and_what_is_asked(cast):
    report = make_report(cast.fellowship, asks="One?\nTwo?")
    assert list_queue(cast.mentor, now=NOW).rows == [(report.id, "Amara Okafor", "week 5", NOW, MONDAY, 2)]


def test_only_what_waits_is_in_the_queue(cast):
    drafted, waiting, returned, accepted = more_fellows(cast, 4)
    make_draft(drafted)
    report = make_report(waiting)
    make_review(make_report(returned), cast.mentor, verdict=Verdict.RETURN)
    make_review(make_report(accepted), cast.mentor)
    assert queue_of(cast.mentor) == [report.id]


def test_a_report_is_in_the_queue_of_its_own_mentors_only(cast, session):
    co = make_account(name="Co Mentor", roles=[Role.MENTOR])
    make_assignment(cast.fellowship, make_mentor(co), kind=AssignmentKind.CO)
    report = make_report(cast.fellowship)
    assert queue_of(cast.mentor) == queue_of(co) == [report.id]
    for who in (cast.other_mentor, cast.fellow, cast.manager, cast.staff):
        assert queue_of(who) == []


def test_an_assignment_counts_on_its_first_and_last_day(cast, session):
    report = make_report(cast.fellowship)
    end_assignment(session, cast.fellowship, NOW.date())
    assert queue_of(cast.mentor, now=NOW) == [report.id]
    assert queue_of(cast.mentor, now=NOW + DAY) == []
    make_assignment(cast.fellowship, cast.other_mentorship, starts_on=NOW.date() + DAY)
    assert queue_of(cast.other_mentor, now=NOW) == []
    assert queue_of(cast.other_mentor, now=NOW + DAY) == [report.id]


def test_the_query_and_the_object_agree_on_every_day(cast, session):
    report = make_report(cast.fellowship)
    end_assignment(session, cast.fellowship, NOW.date() + 2 * DAY)
    for hours in range(0, 24 * 6, 5):
        now = NOW - DAY + hours * HOUR
        mentors = report.people(now).mentors
        assert (cast.mentor.id in mentors) is (queue_of(cast.mentor, now=now) == [report.id])


def test_a_mentor_whose_assignment_has_ended_finds_nothing(cast, session):
    report = make_report(cast.fellowship)
    end_assignment(session, cast.fellowship, NOW.date() - DAY)
    with pytest.raises(NotFoundError):
        get_report(cast.mentor, report.id, now=NOW)
    session.expire_all()
    with pytest.raises(ForbiddenError):
        make_review(report, cast.mentor)


def test_a_long_queue_comes_in_pages_without_gap_or_repeat(cast):
    reports = [make_report(fellowship) for fellowship in more_fellows(cast, 7)]
    seen, cursor = [], None
    for _ in range(4):
        page = list_queue(cast.mentor, now=NOW, cursor=cursor, size=2)
        seen += [row.report_id for row in page.rows]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == [report.id for report in reports]


def test_accepting_closes_the_report_and_tells_the_fellow(cast, session):
    report = make_report(cast.fellowship)
    review = make_review(report, cast.mentor, comment="Good.", at=NOW + HOUR)
    assert (report.state, report.decided_at, report.owed_at) == (ReportState.ACCEPTED, NOW + HOUR, None)
    assert (review.verdict, review.comment, review.revision.number) == (Verdict.ACCEPT, "Good.", 1)
    notice = session.scalars(select(Notice).filter_by(kind=NoticeKind.REPORT_ACCEPTED)).one()
    assert (notice.account_id, notice.subject_kind, notice.subject_id) == (
        cast.fellow.id,
        "review",
        review.id,
    )


def test_returning_gives_the_fellow_three_working_days(cast, session):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment="Which model?")
    assert (report.state, report.owed_at) == (ReportState.RETURNED, MONDAY)
    notice = session.scalars(select(Notice).filter_by(kind=NoticeKind.REPORT_RETURNED)).one()
    assert notice.account_id == cast.fellow.id


@pytest.mark.parametrize(
    ("verdict", "tag", "state"),
    [(Verdict.ACCEPT, Tag.REVIEW_ACCEPT, "accepted"), (Verdict.RETURN, Tag.REVIEW_RETURN, "returned")],
)
def test_a_review_is_audited_without_its_words(cast, session, verdict, tag, state):
    report = make_report(cast.fellowship, asks="Secret question?")
    ask = report.asks[0]
    make_review(report, cast.mentor, verdict=verdict, comment="Secret.", answers={ask.id: "Secret answer."})
    event = session.scalars(select(AuditEvent).filter_by(tag=tag)).one()
    assert (event.actor_id, event.subject_kind, event.subject_id) == (cast.mentor.id, "report", report.id)
    assert (event.before, event.after) == ({"state": "submitted"}, {"state": state, "revision": 1})
    answered = session.scalars(select(AuditEvent).filter_by(tag=Tag.ASK_ANSWER)).one()
    assert (answered.subject_kind, answered.subject_id, answered.after) == (
        "report",
        report.id,
        {"ask": ask.id},
    )


def test_asks_are_answered_one_by_one(cast):
    report = make_report(cast.fellowship, asks="One?\nTwo?")
    one, two = report.asks
    make_review(report, cast.mentor, verdict=Verdict.RETURN, answers={one.id: "Yes.", two.id: ""})
    assert (one.answer, one.answered_at, one.answered_by_id) == ("Yes.", NOW, cast.mentor.id)
    assert (two.answer, two.answered_at) == ("", None)


def test_an_answer_is_not_answered_over(cast):
    report = make_report(cast.fellowship, asks="One?")
    ask = report.asks[0]
    make_review(report, cast.mentor, verdict=Verdict.RETURN, answers={ask.id: "First."})
    make_report(cast.fellowship, asks="One?", done="Mended.")
    make_review(report, cast.mentor, answers={ask.id: "Second."}, at=NOW + HOUR)
    assert (ask.answer, ask.answered_at) == ("First.", NOW)


def test_asks_of_another_report_are_not_answered(cast):
    mine = make_report(cast.fellowship, asks="Mine?")
    theirs = make_report(cast.other_fellowship, asks="Theirs?")
    make_review(mine, cast.mentor, answers={theirs.asks[0].id: "No."})
    assert theirs.asks[0].answered_at is None


@pytest.mark.parametrize("who", ["fellow", "other_fellow", "other_mentor", "manager", "staff"])
@pytest.mark.parametrize("verdict", list(OUTCOME))
def test_nobody_but_the_mentor_answers(cast, session, who, verdict):
    report = make_report(cast.fellowship)
    with pytest.raises(ForbiddenError):
        make_review(report, getattr(cast, who), verdict=verdict)
    assert report.state is ReportState.SUBMITTED
    assert session.scalar(select(func.count()).select_from(Review)) == 0


def test_the_rule_is_the_policys_and_nobody_elses(cast, monkeypatch):
    """If the policy let everybody in, the test above would fail: nothing else stands in the way."""
    monkeypatch.setitem(POLICY, Permission.REVIEW_WRITE, dict.fromkeys(Role, every))
    monkeypatch.setitem(POLICY, Permission.ASK_ANSWER, dict.fromkeys(Role, every))
    report = make_report(cast.fellowship)
    make_review(report, cast.other_mentor)
    assert report.state is ReportState.ACCEPTED


def test_the_query_follows_the_policy(cast, monkeypatch):
    make_report(cast.fellowship)
    assert queue_of(cast.other_mentor) == []
    monkeypatch.setitem(POLICY, Permission.REVIEW_WRITE, {Role.MENTOR: every})
    assert len(queue_of(cast.other_mentor)) == 1


@pytest.mark.parametrize("first", list(OUTCOME))
@pytest.mark.parametrize("second", list(OUTCOME))
def test_a_report_is_answered_once(cast, first, second):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=first)
    with pytest.raises(ForbiddenStepError):
        make_review(report, cast.mentor, verdict=second)


def test_a_newer_version_than_the_one_that_was_read_is_not_answered(cast, session):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    read = report.revisions[0]
    make_report(cast.fellowship, done="Better.")
    with pytest.raises(ConflictError):
        review_report(
            report, revision=read, verdict=Verdict.ACCEPT, comment="", answers={}, actor=cast.mentor, now=NOW
        )
    assert report.state is ReportState.SUBMITTED


def test_a_report_that_nobody_owes_a_review_of_is_listed(cast):
    report = make_report(cast.fellowship)
    make_report(cast.other_fellowship)

    def listed():
        said = signals_in(cast.cohort, now=NOW).values()
        return [signal.report_id for one in said for signal in one if signal.kind is SignalKind.UNREAD]

    assert listed() == []
    cast.fellowship.assignments[0].ends_on = NOW.date() - timedelta(days=1)
    assert listed() == [report.id]
    make_assignment(cast.fellowship, cast.mentorship, kind=AssignmentKind.CO)
    assert len(listed()) == 1
    make_assignment(cast.fellowship, cast.mentorship)
    assert listed() == []


def test_reviews_are_listed_the_latest_first(cast):
    report = make_report(cast.fellowship)
    returned = make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, done="Better.")
    accepted = make_review(report, cast.mentor)
    assert [given.review.id for given in list_given(report, reader=cast.fellow, now=NOW)] == [
        accepted.id,
        returned.id,
    ]


def test_a_mentor_without_an_account_breaks_nothing(cast, session):
    prospect = Mentor(name="Not Invited Yet")
    session.add(prospect)
    session.flush()
    make_assignment(cast.fellowship, prospect, kind=AssignmentKind.CO)
    report = make_report(cast.fellowship)
    assert report.people(NOW).mentors == {cast.mentor.id}


def test_a_mentor_of_two_cohorts_has_one_queue(cast):
    winter = make_cohort(name="Winter 26")
    elsewhere = make_fellowship(make_account(name="Jonas Kettler", roles=[Role.FELLOW]), winter)
    make_assignment(elsewhere, cast.mentorship)
    reports = [make_report(cast.fellowship), make_report(elsewhere, at=NOW + HOUR)]
    assert queue_of(cast.mentor) == [report.id for report in reports]
