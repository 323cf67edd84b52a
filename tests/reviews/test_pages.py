"""The queue and the page that a report is answered on, as a browser sees them."""

import pytest
from sqlalchemy import select

from program.notices.models import Notice, NoticeKind
from program.reports.models import Report, ReportState, SectionKind
from program.reviews.models import Review, Verdict
from tests.factories import make_report, make_review, make_template, period_of
from tests.pages import filled, find_form, read, submit, words
from tests.scenarios import more_fellows


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.mentor)


@pytest.fixture
def report(cast):
    return make_report(cast.fellowship, asks="Can I use the cluster?")


@pytest.fixture
def page(report):
    return f"/reports/{report.id}"


def state_of(session):
    return session.scalars(select(Report.state)).one()


def test_the_queue_leads_to_the_report(browser, page):
    links = {a["href"] for a in read(browser.get("/reviews")).find_all("a")}
    assert page in links


def test_an_empty_queue_says_so(browser, cast):
    response = browser.get("/reviews")
    assert response.status_code == 200
    assert read(response).select_one(".empty") is not None


def test_accepting_leads_to_the_next_report(browser, cast, page, session):
    following = make_report(more_fellows(cast, 1)[0])
    response = submit(browser, page, f"{page}/accept")
    assert (response.status_code, response.location) == (302, f"/reports/{following.id}#report")
    assert session.get(Report, int(page.rsplit("/", 1)[1])).state is ReportState.ACCEPTED


def test_accepting_the_last_one_leads_to_the_empty_queue(browser, page):
    assert submit(browser, page, f"{page}/accept").location == "/reviews"


def test_returning_needs_a_comment(browser, page, report, session):
    ask = f"ask-{report.asks[0].id}"
    for comment in ("", "   \n "):
        response = submit(browser, page, f"{page}/return", **{"comment": comment, ask: "Yes, from Monday."})
        assert response.status_code == 422
        form = read(response)
        assert form.find("textarea", {"name": "comment"})["aria-invalid"] == "true"
        assert form.find("textarea", {"name": ask}).get_text().strip() == "Yes, from Monday."
    assert state_of(session) is ReportState.SUBMITTED


def test_returning_with_a_comment_shows_it_to_the_fellow(browser, cast, client_of, page, session):
    response = submit(browser, page, f"{page}/return", comment="Say *which* model.", sections="*")
    assert response.status_code == 302
    assert state_of(session) is ReportState.RETURNED
    theirs = client_of(cast.fellow).get(page)
    assert "Say which model." in words(theirs)
    assert read(theirs).main.find("em").get_text() == "which"


def test_answers_reach_the_fellow(browser, cast, client_of, page, report):
    submit(browser, page, f"{page}/accept", **{f"ask-{report.asks[0].id}": "Yes, from Monday."})
    text = words(client_of(cast.fellow).get(page))
    assert "Can I use the cluster?" in text
    assert "Yes, from Monday." in text


def test_a_version_that_came_meanwhile_is_not_answered_unread(browser, cast, page, report, session):
    form = filled(find_form(read(browser.get(page)), f"{page}/accept"))
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, done="Something else.")
    response = browser.post(f"{page}/accept", data={**form, "comment": "Typed long."})
    assert response.status_code == 409
    assert "newer version" in words(response)
    assert "Typed long." in [area.get_text().strip() for area in read(response).find_all("textarea")]
    assert state_of(session) is ReportState.SUBMITTED


def test_a_double_press_accepts_once(browser, page, session):
    form = filled(find_form(read(browser.get(page)), f"{page}/accept"))
    answers = [browser.post(f"{page}/accept", data=form) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(302, "/reviews")] * 2
    assert len(session.scalars(select(Review)).all()) == 1
    assert len(session.scalars(select(Notice).filter_by(kind=NoticeKind.REPORT_ACCEPTED)).all()) == 1


@pytest.mark.parametrize(("step", "comment"), [("return", "Which model?"), ("accept", "Well done.")])
def test_another_answer_after_the_first_is_refused(browser, page, session, step, comment):
    forms = {
        way: filled(find_form(read(browser.get(page)), f"{page}/accept")) for way in ("accept", "return")
    }
    assert browser.post(f"{page}/accept", data=forms["accept"]).status_code == 302
    response = browser.post(f"{page}/{step}", data=forms[step] | {"comment": comment})
    assert response.status_code == 409
    assert comment in [area.get_text().strip() for area in read(response).find_all("textarea")]
    assert len(session.scalars(select(Review)).all()) == 1


def test_a_comment_that_is_too_long_is_kept(browser, page, session):
    response = submit(browser, page, f"{page}/accept", comment="x" * 10_001)
    assert response.status_code == 422
    assert read(response).find("textarea", {"name": "comment"}).get_text().strip() == "x" * 10_001
    assert state_of(session) is ReportState.SUBMITTED


@pytest.mark.parametrize("revision", ["", "x", "0", "2", "-1", "9" * 30])
def test_a_revision_that_is_none_answers_nothing(browser, page, session, revision):
    response = submit(browser, page, f"{page}/accept", revision=revision)
    assert response.status_code in (409, 422)
    assert state_of(session) is ReportState.SUBMITTED


@pytest.mark.parametrize("who", ["fellow", "manager", "staff"])
def test_who_may_not_answer_sees_no_form_for_it(cast, client_of, page, who):
    forms = read(client_of(getattr(cast, who)).get(page)).main.find_all("form")
    assert forms == []


def test_an_answered_report_has_no_form(browser, cast, report, page):
    make_review(report, cast.mentor, answers={report.asks[0].id: "Yes."})
    assert read(browser.get(page)).main.find_all("form") == []


def test_the_page_shows_what_was_promised_the_week_before(browser, cast):
    make_report(cast.fellowship, number=4, plan="Read **three** papers.", asks="Old question?")
    report = make_report(cast.fellowship, number=5)
    text = words(browser.get(f"/reports/{report.id}"))
    assert "Read three papers." in text
    assert "Old question?" in text


def test_what_was_promised_is_found_whatever_its_section_is_called(browser, cast):
    template = make_template("Fortnight", sections=2)
    template.sections[1].kind = SectionKind.PLAN
    period_of(cast.cohort, 4).template_id = template.id
    make_report(cast.fellowship, number=4, q1="Read.", q2="Write **one** up.")
    report = make_report(cast.fellowship, number=5)
    assert "The plan it promised Write one up." in words(browser.get(f"/reports/{report.id}"))


@pytest.mark.parametrize("typed", ["signal", "line", "ask"])
def test_more_than_was_said_by_a_link_is_given_back(browser, cast, page, report, session, typed):
    """Accepted from the mail without a word, and then from a page that was open all along."""
    ask = f"ask-{report.asks[0].id}"
    said = {"signal": {"signal": "off_track"}, "line": {"line": "Typed."}, "ask": {ask: "Typed."}}[typed]
    form = filled(find_form(read(browser.get(page)), f"{page}/accept"))
    make_review(report, cast.mentor, comment="")
    response = browser.post(f"{page}/accept", data=form | said)
    assert response.status_code == 409
    assert typed == "signal" or "Typed." in [
        area.get_text().strip() for area in read(response).find_all("textarea")
    ]


def test_a_return_of_other_sections_is_no_second_press(browser, page, session):
    form = filled(find_form(read(browser.get(page)), f"{page}/return")) | {"comment": "Which model?"}
    ways = ["done", "done", "*"]
    answers = [browser.post(f"{page}/return", data=form | {"sections": way}) for way in ways]
    assert [answer.status_code for answer in answers] == [302, 302, 409]
    assert [one.sections for one in session.scalars(select(Review))] == [["done"]]
