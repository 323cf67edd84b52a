"""Answering asks: inline in a review, and by itself under a report that is decided."""

import pytest
from sqlalchemy import select, update

from program.access import Role
from program.answering.services import send_answers
from program.audit.models import AuditEvent, Tag
from program.errors import ConflictError, ForbiddenError
from program.fellows.models import AssignmentKind
from program.notices.models import Notice, NoticeKind
from program.reports.models import Ask
from tests.factories import NOW, make_account, make_assignment, make_mentor, make_report, make_review
from tests.pages import filled, find_form, read, submit, words


@pytest.fixture
def report(cast):
    report = make_report(cast.fellowship, number=4, asks="One?\nTwo?")
    make_review(report, cast.mentor)
    return report


@pytest.fixture
def page(report):
    return f"/reports/{report.id}"


def told(session):
    return session.scalars(select(Notice).filter_by(kind=NoticeKind.ASKS_ANSWERED)).all()


def test_what_was_left_open_can_be_answered_and_the_fellow_is_told_once(
    cast, client_of, page, report, session
):
    one, two = (f"ask-{ask.id}" for ask in report.asks)
    response = submit(client_of(cast.mentor), page, f"{page}/answers", **{one: "Yes.", two: "No."})
    assert (response.status_code, response.location) == (302, page)
    assert [ask.answer for ask in session.scalars(select(Ask).order_by(Ask.id))] == ["Yes.", "No."]
    [notice] = told(session)
    assert (notice.account_id, notice.subject_kind, notice.subject_id) == (
        cast.fellow.id,
        "report",
        report.id,
    )
    assert len(session.scalars(select(AuditEvent).filter_by(tag=Tag.ASK_ANSWER)).all()) == 2
    assert "Yes." in words(client_of(cast.fellow).get(page))


def test_nothing_typed_and_too_much_typed_are_said_beside_the_field(cast, client_of, page, report, session):
    one, two = (f"ask-{ask.id}" for ask in report.asks)
    browser = client_of(cast.mentor)
    assert submit(browser, page, f"{page}/answers").status_code == 422
    response = submit(browser, page, f"{page}/answers", **{one: "x" * 10_001, two: "No."})
    assert response.status_code == 422
    assert filled(find_form(read(response), f"{page}/answers"))[two].strip() == "No."
    assert told(session) == []


def test_a_double_press_tells_once_and_another_answer_is_given_back(cast, client_of, page, report, session):
    browser, ask = client_of(cast.mentor), f"ask-{report.asks[0].id}"
    form = filled(find_form(read(browser.get(page)), f"{page}/answers")) | {ask: "Yes."}
    assert [browser.post(f"{page}/answers", data=form).status_code for _ in range(2)] == [302, 302]
    assert len(told(session)) == 1
    late = browser.post(f"{page}/answers", data=form | {ask: "Rather no."})
    assert late.status_code == 409
    assert "Rather no." in [area.get_text().strip() for area in read(late).find_all("textarea")]


def test_of_two_at_once_the_second_is_refused(cast, report, session):
    """The ask was open when it was read, and is not when the answer is written."""
    ask = report.asks[0]
    quicker = update(Ask).where(Ask.id == ask.id).values(answer="First.", answered_at=NOW)
    session.execute(quicker, execution_options={"synchronize_session": False})
    with pytest.raises(ConflictError):
        send_answers(report, answers={ask.id: "Second."}, actor=cast.mentor, now=NOW)


@pytest.mark.parametrize("who", ["fellow", "other_mentor", "manager", "staff"])
def test_nobody_but_its_mentors_answers(cast, report, session, who):
    with pytest.raises(ForbiddenError):
        send_answers(report, answers={report.asks[0].id: "Yes."}, actor=getattr(cast, who), now=NOW)
    assert told(session) == []


def test_the_asks_of_the_report_before_are_answered_with_the_review(cast, client_of, report, session):
    following = make_report(cast.fellowship, number=5, asks="Three?")
    page, browser = f"/reports/{following.id}", client_of(cast.mentor)
    answers = {f"ask-{report.asks[1].id}": "At last.", f"ask-{following.asks[0].id}": "Yes."}
    assert submit(browser, page, f"{page}/accept", **answers).status_code == 302
    given = dict(session.execute(select(Ask.text, Ask.answer)).all())
    assert given == {"One?": "", "Two?": "At last.", "Three?": "Yes."}
    assert told(session) == []


@pytest.fixture
def answered_meanwhile(cast, client_of, report):
    """The mentor's browser, the page of the report after it, and its form with an answer that another was quicker with."""
    co, ask = make_account(name="Ines Duarte", roles=[Role.MENTOR]), report.asks[0].id
    make_assignment(cast.fellowship, make_mentor(co), kind=AssignmentKind.CO)
    page, browser = f"/reports/{make_report(cast.fellowship, number=5).id}", client_of(cast.mentor)
    form = filled(find_form(read(browser.get(page)), f"{page}/accept")) | {f"ask-{ask}": "Mine."}
    send_answers(report, answers={ask: "Theirs."}, actor=co, now=NOW)
    return browser, page, form


def test_a_review_whose_ask_another_answered_meanwhile_is_given_back(answered_meanwhile):
    browser, page, form = answered_meanwhile
    response = browser.post(f"{page}/accept", data=form)
    assert response.status_code == 409
    assert "Mine." in [area.get_text().strip() for area in read(response).find_all("textarea")]


def test_it_is_given_back_beside_a_field_that_is_wrong_too(answered_meanwhile):
    browser, page, form = answered_meanwhile
    for step in ("return", "review"):
        response = browser.post(f"{page}/{step}", data=form | {"line": "x" * 1_001})
        assert response.status_code == 422
        assert "Mine." in response.text
