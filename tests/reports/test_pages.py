"""The fellow's list and desk, as a browser sees them."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from program.notices.models import Notice
from program.reports.merging import mark_of
from program.reports.models import Report, ReportState, Revision
from program.reviews.models import Verdict
from tests.factories import NOW, make_draft, make_report, make_review, make_template, period_of
from tests.pages import filled, find_form, read, submit, words

TYPED = {"section-done": "Ran the probe.", "section-plan": "Write it up."}


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.fellow)


@pytest.fixture
def desk(cast):
    """The address of this week's desk, which is also where it is sent to."""
    return f"/periods/{period_of(cast.cohort, 5).id}/report"


@pytest.fixture
def draft(desk):
    return f"{desk}/draft"


def report_of(session, cast):
    return session.scalars(select(Report).filter_by(fellowship_id=cast.fellowship.id)).one()


def shown(response):
    """The text in the fields of the desk."""
    areas = read(response).find_all("textarea")
    return {
        area["name"]: area.get_text().strip()
        for area in areas
        if area.get("name") and area.get_text().strip()
    }


def test_a_draft_saved_is_a_draft_found(browser, desk, draft):
    response = submit(browser, desk, draft, **TYPED)
    assert (response.status_code, response.location) == (302, desk)
    assert shown(browser.get(desk)) == TYPED


def test_a_draft_need_not_be_complete(browser, desk, draft):
    assert submit(browser, desk, draft, **{"section-learned": "Only this."}).status_code == 302
    assert shown(browser.get(desk)) == {"section-learned": "Only this."}


def test_sending_leads_to_the_report(browser, desk, cast, session):
    response = submit(browser, desk, desk, **TYPED)
    report = report_of(session, cast)
    assert (response.status_code, response.location) == (302, f"/reports/{report.id}")
    assert "Ran the probe." in words(browser.get(response.location))


@pytest.mark.parametrize("missing", ["section-done", "section-plan"])
def test_what_must_be_filled_is_said_and_the_rest_is_kept(browser, desk, session, missing):
    response = submit(browser, desk, desk, **{**TYPED, missing: "   "})
    assert response.status_code == 422
    page = read(response)
    assert page.find("textarea", {"name": missing})["aria-invalid"] == "true"
    assert shown(response) == {name: text for name, text in TYPED.items() if name != missing}
    assert session.scalar(select(func.count()).select_from(Report)) == 0


def test_a_section_that_is_too_long_is_said_and_nothing_is_lost(browser, desk, draft, session):
    long = "word " * 4_001
    for action in (desk, draft):
        response = submit(browser, desk, action, **{**TYPED, "section-learned": long})
        assert response.status_code == 422
        assert "longer than 20,000 characters" in words(response)
        assert shown(response)["section-learned"] == long.strip()
    assert session.scalar(select(func.count()).select_from(Report)) == 0


def test_a_section_just_as_long_as_allowed_is_taken(browser, desk):
    assert submit(browser, desk, desk, **{**TYPED, "section-learned": "é" * 20_000}).status_code == 302


def test_two_tabs_the_second_is_told_and_sees_both_texts(browser, desk, draft, cast, session):
    late_tab = filled(find_form(read(browser.get(desk)), draft))
    submit(browser, desk, draft, **{**TYPED, "section-done": "From the first tab."})
    response = browser.post(draft, data={**late_tab, **TYPED, "section-done": "From the second tab."})
    assert response.status_code == 409
    areas = [area.get_text().strip() for area in read(response).find_all("textarea")]
    assert {"From the first tab.", "From the second tab."} <= set(areas)
    assert report_of(session, cast).revisions[0].body["done"] == "From the first tab."


def test_after_a_conflict_the_page_can_be_sent(browser, desk, draft, cast, session):
    late_tab = filled(find_form(read(browser.get(desk)), draft))
    submit(browser, desk, draft, **{**TYPED, "section-done": "From the first tab."})
    told = browser.post(desk, data={**late_tab, **TYPED, "section-done": "From the second tab."})
    assert told.status_code == 409
    fields = filled(find_form(read(told), desk))
    assert browser.post(desk, data={**fields, "section-done": "Both together."}).status_code == 302
    assert report_of(session, cast).revisions[0].body["done"] == "Both together."


def test_a_conflict_names_no_place_that_would_save_by_itself(browser, desk, draft):
    late_tab = filled(find_form(read(browser.get(desk)), draft))
    submit(browser, desk, draft, **TYPED)
    told = browser.post(draft, data={**late_tab, **TYPED, "section-done": "Mine."})
    assert read(told).find("form", {"data-autosave": True}) is None


def test_a_double_press_sends_one_report(browser, desk, session):
    form = filled(find_form(read(browser.get(desk)), desk))
    answers = [browser.post(desk, data={**form, **TYPED}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    counts = [session.scalar(select(func.count()).select_from(m)) for m in (Report, Revision, Notice)]
    assert counts == [1, 1, 1]


def test_a_deadline_that_passes_while_typing_does_not_matter(browser, desk, cast, session):
    due = NOW + timedelta(days=2, hours=4)
    with time_machine.travel(due - timedelta(hours=1), tick=False):
        form = filled(find_form(read(browser.get(desk)), desk))
    with time_machine.travel(due + timedelta(hours=1), tick=False):
        assert browser.post(desk, data={**form, **TYPED}).status_code == 302
    report = report_of(session, cast)
    assert (report.state, report.lateness) == (ReportState.SUBMITTED, "in grace")


def test_saving_while_typing_answers_in_json(browser, desk, draft):
    form = filled(find_form(read(browser.get(desk)), draft))
    headers = {"X-Autosave": "1", "Accept": "application/json"}
    response = browser.post(draft, data={**form, **TYPED}, headers=headers)
    answer = response.json
    assert (response.status_code, answer["saved"], answer["version"]) == (200, "13:00", 1)
    assert answer["marks"]["done"] == mark_of(TYPED["section-done"])
    marks = {f"mark-{key}": mark for key, mark in answer["marks"].items()}
    more = {**form, **TYPED, **marks, "version": "1", "section-learned": "That it is flat."}
    response = browser.post(draft, data=more, headers=headers)
    assert (response.json["version"], response.json["brought"]) == (2, {})
    again = browser.post(draft, data=more | {"version": "2"}, headers=headers)
    assert again.json["version"] == 2, "nothing was changed, so nothing was written"


def test_a_page_that_has_not_shown_what_another_wrote_does_not_overwrite_it(
    browser, desk, draft, session, cast
):
    """Not even once it has heard of a later save: its marks say what it showed."""
    form = filled(find_form(read(browser.get(desk)), draft))
    headers = {"X-Autosave": "1", "Accept": "application/json"}
    browser.post(draft, data={**form, "section-done": "Theirs."}, headers=headers)
    beside = browser.post(draft, data={**form, "section-learned": "Mine."}, headers=headers)
    assert beside.json["brought"] == {"done": "Theirs."}
    typed = {**form, "version": beside.json["version"], "section-done": "Typed meanwhile."}
    assert browser.post(draft, data=typed, headers=headers).status_code == 409
    assert report_of(session, cast).revisions[-1].body["done"] == "Theirs."


def test_a_report_is_begun_with_the_wording_that_its_page_showed(browser, desk, draft, session, cast):
    first = make_template("Shown", sections=2)
    period_of(cast.cohort, 5).template_id = first.id
    session.commit()
    form = filled(find_form(read(browser.get(desk)), draft))
    make_template("Shown", version=2, sections=1)
    assert browser.post(draft, data={**form, "section-q2": "Typed before."}).status_code == 302
    report = report_of(session, cast)
    assert (report.template_id, report.revisions[0].body["q2"]) == (first.id, "Typed before.")


def test_what_is_asked_in_another_way_meanwhile_gives_the_text_back(browser, desk, draft, session, cast):
    form = filled(find_form(read(browser.get(desk)), draft))
    period_of(cast.cohort, 5).template_id = make_template("Other").id
    session.commit()
    answer = browser.post(draft, data={**form, "section-done": "Typed before."})
    assert answer.status_code == 409
    assert "Typed before." in words(answer)
    assert "mark" not in words(answer).lower().replace("markdown", "")
    assert session.scalars(select(Report)).all() == []


def test_saving_while_typing_is_told_of_a_conflict_in_json(browser, desk, draft, cast, session):
    form = filled(find_form(read(browser.get(desk)), draft))
    headers = {"X-Autosave": "1", "Accept": "application/json"}
    browser.post(draft, data={**form, **TYPED}, headers=headers)
    response = browser.post(draft, data={**form, "section-done": "Other."}, headers=headers)
    assert response.status_code == 409
    assert response.json["title"] == "This was changed somewhere else"
    assert report_of(session, cast).revisions[0].body["done"] == "Ran the probe."


def test_saving_while_typing_says_what_is_too_long(browser, desk, draft):
    form = filled(find_form(read(browser.get(desk)), draft))
    headers = {"X-Autosave": "1", "Accept": "application/json"}
    response = browser.post(draft, data={**form, "section-done": "x" * 20_001}, headers=headers)
    assert response.status_code == 422


@pytest.mark.parametrize("verdict", [None, Verdict.ACCEPT])
def test_a_report_that_waits_or_is_accepted_is_read_rather_than_written(browser, desk, cast, verdict):
    report = make_report(cast.fellowship)
    if verdict:
        make_review(report, cast.mentor, verdict=verdict)
    response = browser.get(desk)
    assert (response.status_code, response.location) == (302, f"/reports/{report.id}")


def test_an_accepted_report_answers_409_and_gives_the_text_back(browser, desk, draft, cast, session):
    form = filled(find_form(read(browser.get(desk)), draft))
    make_review(make_report(cast.fellowship), cast.mentor)
    for action in (desk, draft):
        response = browser.post(action, data={**form, **TYPED, "version": "1"})
        assert response.status_code == 409
        assert "Ran the probe." in [area.get_text().strip() for area in read(response).find_all("textarea")]
    assert report_of(session, cast).state is ReportState.ACCEPTED


def test_a_returned_report_is_mended_at_the_same_desk(browser, desk, cast, session):
    report = make_report(cast.fellowship, done="First try.")
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment="Say which model.")
    assert shown(browser.get(desk))["section-done"] == "First try."
    submit(browser, desk, desk, **{"section-done": "Second try."})
    page = words(browser.get(f"/reports/{report.id}"))
    assert "Second try." in page
    assert "First try." in page
    assert report_of(session, cast).state is ReportState.SUBMITTED


@pytest.mark.parametrize("version", ["", "x", "-1", "2147483648", "9" * 40, "1.5", "٣"])
def test_a_version_that_is_no_version_breaks_nothing(browser, desk, draft, session, version):
    response = submit(browser, desk, draft, **TYPED, version=version)
    assert response.status_code in (302, 409, 422)


def test_text_is_shown_as_text(browser, desk):
    evil = "<script>alert(1)</script><img src=//evil.example/x.png>[link](javascript:alert(1))"
    response = submit(browser, desk, desk, **{**TYPED, "section-done": evil})
    page = read(browser.get(response.location))
    assert page.main.find("script") is None
    assert page.main.find("img") is None
    assert [a["href"] for a in page.main.find_all("a", href=True) if "javascript" in a["href"]] == []


def test_a_textarea_cannot_be_closed_from_inside(browser, desk, draft):
    submit(browser, desk, draft, **{**TYPED, "section-done": "</textarea><script>alert(1)</script>"})
    response = browser.get(desk)
    assert shown(response)["section-done"] == "</textarea><script>alert(1)</script>"


def test_the_list_names_every_week_so_far(browser, cast):
    make_report(cast.fellowship, number=4)
    make_draft(cast.fellowship, number=5)
    page = words(browser.get("/reports"))
    assert [number for number in range(1, 11) if f"eek {number}" in page] == [1, 2, 3, 4, 5]
