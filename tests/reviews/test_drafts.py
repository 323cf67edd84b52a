"""What a mentor has typed into a review and not sent: kept, theirs alone, never lost."""

import pytest
from sqlalchemy import func, select

from program.access import Role
from program.fellows.models import Assignment, AssignmentKind
from program.reviews.models import ReviewDraft, Verdict
from tests.factories import NOW, make_account, make_assignment, make_mentor, make_report, make_review
from tests.pages import filled, find_form, read, submit, words

TYPED = {"comment": "Half a thought.", "line": "Aside.", "signal": "ahead"}
AUTOSAVE = {"X-Autosave": "1", "Accept": "application/json"}


@pytest.fixture
def report(cast):
    return make_report(cast.fellowship, asks="Can I use the cluster?")


@pytest.fixture
def page(report):
    return f"/reports/{report.id}"


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.mentor)


@pytest.fixture
def ask(report):
    return f"ask-{report.asks[0].id}"


def drafts(session):
    return session.scalar(select(func.count()).select_from(ReviewDraft))


def form_of(browser, page, step="accept"):
    return fields(browser.get(page), f"{page}/{step}")


def fields(response, action):
    return {name: text.strip() for name, text in filled(find_form(read(response), action)).items()}


def test_a_draft_is_there_again_and_goes_with_the_verdict(browser, page, ask, session):
    assert (
        submit(browser, page, f"{page}/review", **TYPED, sections="plan", **{ask: "Yes,"}).status_code == 302
    )
    assert form_of(browser, page).items() >= {**TYPED, "sections": "plan", ask: "Yes,"}.items()
    assert submit(browser, page, f"{page}/accept").status_code == 302
    assert drafts(session) == 0


def test_a_script_saves_as_one_types(browser, page):
    form = form_of(browser, page) | {"comment": "One"}
    first = browser.post(f"{page}/review", data=form, headers=AUTOSAVE)
    assert first.json == {"saved": "08:00", "version": 1}
    second = browser.post(f"{page}/review", data=form | {"version": "1", "comment": "Two"}, headers=AUTOSAVE)
    assert second.json["version"] == 2
    assert form_of(browser, page)["comment"] == "Two"


@pytest.mark.parametrize("step", ["review", "accept"])
def test_two_tabs_are_shown_side_by_side(browser, page, session, step):
    here = form_of(browser, page) | {"comment": "Typed here."}
    submit(browser, page, f"{page}/review", comment="Typed there.")
    assert browser.post(f"{page}/review", data=here, headers=AUTOSAVE).status_code == 409
    response = browser.post(f"{page}/{step}", data=here)
    assert response.status_code == 409
    assert fields(response, f"{page}/accept")["comment"] == "Typed here."
    assert "Typed there." in [
        area.get_text().strip() for area in read(response).find_all("textarea", readonly=True)
    ]
    again = fields(response, f"{page}/accept") | {"comment": "Both."}
    assert browser.post(f"{page}/accept", data=again).status_code == 302
    assert drafts(session) == 0


def test_a_newer_version_keeps_the_draft_and_says_so(browser, cast, page, report):
    submit(browser, page, f"{page}/review", comment="About the first.")
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment="In a call.")
    make_report(cast.fellowship, done="Mended.")
    assert form_of(browser, page)["comment"] == ""
    submit(browser, page, f"{page}/review", comment="About the second.")
    co = make_account(name="Ines Duarte", roles=[Role.MENTOR])
    make_assignment(cast.fellowship, make_mentor(co), kind=AssignmentKind.CO)
    make_review(report, co, verdict=Verdict.RETURN)
    make_report(cast.fellowship, done="Mended again.")
    assert form_of(browser, page)["comment"] == "About the second."
    assert "A newer version came after you began." in words(browser.get(page))


def test_nobody_else_sees_it(browser, cast, client_of, page, session):
    submit(browser, page, f"{page}/review", **TYPED)
    co = make_account(name="Ines Duarte", roles=[Role.MENTOR])
    make_assignment(cast.fellowship, make_mentor(co), kind=AssignmentKind.CO)
    for who in (co, cast.fellow, cast.manager, cast.staff):
        assert "Half a thought." not in client_of(who).get(page).get_data(as_text=True)


def test_who_looks_at_the_site_as_the_mentor_does_not_either(browser, cast, client_of, page):
    submit(browser, page, f"{page}/review", **TYPED)
    looking = client_of(cast.staff)
    submit(looking, f"/people/{cast.mentor.id}", f"/people/{cast.mentor.id}/look-as")
    seen = looking.get(page)
    assert seen.status_code == 200
    assert "Half a thought." not in seen.get_data(as_text=True)


def test_a_mentor_who_was_handed_over_gets_their_text_back(browser, cast, page, ask, session):
    submit(browser, page, f"{page}/review", **TYPED, **{ask: "Yes, from Monday."})
    form = form_of(browser, page) | {"comment": "A whole thought."}
    session.scalars(
        select(Assignment).filter_by(fellowship_id=cast.fellowship.id)
    ).one().ends_on = NOW.date().replace(day=1)
    for response, text in (
        (browser.post(f"{page}/accept", data=form), "A whole thought."),
        (browser.get(page), "Half a thought."),
    ):
        assert response.status_code == 404
        kept = [area.get_text().strip() for area in read(response).find_all("textarea")]
        assert {text, "Aside.", "Yes, from Monday."} <= set(kept)


def test_an_answer_to_an_ask_that_is_answered_by_now_is_given_back(browser, cast, page, ask, report):
    submit(browser, page, f"{page}/review", **{ask: "Yes, from Monday."})
    report.asks[0].answer, report.asks[0].answered_at, report.asks[0].answered_by_id = (
        "No.",
        NOW,
        cast.mentor.id,
    )
    readonly = read(browser.get(page)).find_all("textarea", readonly=True)
    assert [area.get_text().strip() for area in readonly] == ["Yes, from Monday."]


def test_nothing_is_kept_under_a_report_that_has_ones_answer(browser, cast, page, report, session):
    form = form_of(browser, page) | {"comment": "Too late."}
    make_review(report, cast.mentor, answers={report.asks[0].id: "Yes."})
    response = browser.post(f"{page}/review", data=form)
    assert response.status_code == 409
    assert "Too late." in response.get_data(as_text=True)
    assert drafts(session) == 0
