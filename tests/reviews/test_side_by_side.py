"""Who reads whose review when, and what mentors say to staff alone."""

from datetime import timedelta

import pytest

from program.access import POLICY, Permission, Role, every
from program.errors import ConflictError, ForbiddenStepError
from program.fellows.models import AssignmentKind
from program.notices.models import Notice, NoticeKind
from program.reports.models import ReportState
from program.reviews import given
from program.reviews.given import list_given
from program.reviews.models import Signal, Verdict
from program.reviews.services import ToStaff, comment_on_report
from program.reviews.several import reviews_of_all
from tests.factories import NOW, make_account, make_assignment, make_mentor, make_report, make_review
from tests.pages import filled, find_form, read, submit, words

HOUR = timedelta(hours=1)
SAID = ToStaff(Signal.OFF_TRACK, "between us")


@pytest.fixture
def co(cast):
    account = make_account(name="Ines Duarte", roles=[Role.MENTOR])
    make_assignment(cast.fellowship, make_mentor(account), kind=AssignmentKind.CO)
    return account


@pytest.fixture
def report(cast, co):
    return make_report(cast.fellowship)


def comment(report, mentor, *, at=NOW, text="Mine.", to_staff=SAID):
    latest = report.revisions[-1]
    return comment_on_report(report, revision=latest, comment=text, actor=mentor, now=at, to_staff=to_staff)


def comments_read_by(account, report):
    return {one.review.comment for one in list_given(report, reader=account, now=NOW)}


def lines_read_by(account, report):
    return {one.view.line for one in list_given(report, reader=account, now=NOW) if one.view}


def test_a_co_mentor_reads_the_others_review_after_writing_their_own(cast, co, report):
    make_review(report, cast.mentor, comment="First.")
    assert comments_read_by(co, report) == set()
    for who in (cast.fellow, cast.manager, cast.staff, cast.mentor):
        assert comments_read_by(who, report) == {"First."}
    comment(report, co)
    assert comments_read_by(co, report) == comments_read_by(cast.mentor, report) == {"First.", "Mine."}


def test_a_review_of_a_version_gone_by_is_open_to_every_mentor(cast, co, report):
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment="First.")
    assert comments_read_by(co, report) == set()
    make_report(cast.fellowship, done="Mended.", at=NOW + HOUR)
    assert comments_read_by(co, report) == {"First."}
    make_review(report, cast.mentor, comment="Second.", at=NOW + HOUR)
    assert comments_read_by(co, report) == {"First."}


def test_a_query_that_forgets_the_rule_is_caught(cast, co, report, monkeypatch):
    make_review(report, cast.mentor, comment="First.")
    monkeypatch.setattr(given, "can", lambda *_args, **_named: True)
    assert comments_read_by(co, report) == {"First."}


def test_a_comment_decides_nothing_and_the_fellow_is_told(cast, co, report, session):
    make_review(report, cast.mentor)
    review = comment(report, co)
    assert (report.state, report.owed_at, review.verdict) == (ReportState.ACCEPTED, None, Verdict.COMMENT)
    notice = session.query(Notice).filter_by(kind=NoticeKind.REPORT_COMMENTED).one()
    assert (notice.account_id, notice.subject_id) == (cast.fellow.id, review.id)
    with pytest.raises(ConflictError):
        comment(report, co)


def test_a_comment_waits_for_the_decision_and_is_about_the_latest_version(cast, co, report):
    with pytest.raises(ForbiddenStepError):
        comment(report, co)
    first = report.revisions[-1]
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, done="Mended.", at=NOW + HOUR)
    make_review(report, cast.mentor, at=NOW + HOUR)
    with pytest.raises(ConflictError):
        comment_on_report(report, revision=first, comment="Old.", actor=co, now=NOW)


def test_what_is_said_to_staff_is_read_by_staff_and_its_author(cast, co, report):
    make_review(report, cast.mentor)
    comment(report, co)
    assert lines_read_by(cast.staff, report) == lines_read_by(co, report) == {"between us"}
    for who in (cast.fellow, cast.manager, cast.mentor):
        assert lines_read_by(who, report) == set()


def test_a_policy_that_lets_the_fellow_read_it_still_does_not(cast, co, report, monkeypatch):
    make_review(report, cast.mentor)
    comment(report, co)
    monkeypatch.setitem(POLICY, Permission.MENTOR_VIEW_READ, dict.fromkeys(Role, every))
    assert lines_read_by(cast.manager, report) == {"between us"}
    assert lines_read_by(cast.fellow, report) == set()


def test_no_page_but_staffs_and_the_authors_own_shows_it(cast, co, report, client_of):
    mine = {"comment": "Good.", "signal": "some_concern", "line": "between us"}
    assert (
        submit(client_of(co), f"/reports/{report.id}", f"/reports/{report.id}/accept", **mine).status_code
        == 302
    )
    seen = {
        who: "between us" in words(client_of(account).get(f"/reports/{report.id}"))
        for who, account in vars(cast).items()
        if who in ("fellow", "manager", "mentor", "staff")
    }
    assert seen == {"fellow": False, "manager": False, "mentor": False, "staff": True}
    assert "some concern" in words(client_of(cast.staff).get(f"/reports/{report.id}"))


def test_who_was_second_is_shown_the_place_beside_with_what_they_typed(cast, co, report, client_of):
    page, browser = f"/reports/{report.id}", client_of(co)
    form = filled(find_form(read(browser.get(page)), f"{page}/accept"))
    make_review(report, cast.mentor, comment="First.")
    response = browser.post(f"{page}/accept", data=form | {"comment": "Typed long.", "line": "Aside."})
    assert response.status_code == 409
    beside = filled(find_form(read(response), f"{page}/comment"))
    assert (beside["comment"].strip(), beside["line"].strip()) == ("Typed long.", "Aside.")
    assert "First." not in words(response)
    sent = browser.post(f"{page}/comment", data=beside)
    assert sent.status_code == 302
    assert comments_read_by(cast.fellow, report) == {"First.", "Typed long."}


def test_on_a_page_of_all_reports_a_co_mentor_reads_no_more(cast, co, report):
    make_review(report, cast.mentor, comment="First.")
    assert reviews_of_all([report], reader=co, now=NOW) == {}
    comment(report, co)
    assert len(reviews_of_all([report], reader=co, now=NOW)[report.id]) == 2
    assert len(reviews_of_all([report], reader=cast.fellow, now=NOW)[report.id]) == 2
