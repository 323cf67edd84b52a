"""The pages of templates: sections moved without a script, errors beside fields, a preview, two who edit at once."""

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from program.extensions import db
from program.reports.models import ReportTemplate
from program.reports.templates import WEEKLY, ensure_template
from program.templating.forms import arranged
from tests.factories import make_report, period_of
from tests.pages import filled, find_form, read, submit, words


@pytest.fixture
def address(session):
    return f"/report-templates/{ensure_template().id}"


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.staff)


def newest():
    query = select(ReportTemplate).order_by(ReportTemplate.version.desc())
    return db.session.scalars(query, execution_options={"populate_existing": True}).first()


def test_a_template_is_edited_looked_at_and_published(cast, browser, address, client_of):
    make_report(cast.fellowship, number=4)
    listed = read(browser.get("/report-templates")).select("tbody td")
    assert [cell.get_text(" ", strip=True) for cell in listed] == ["version 1 every week", "8", "1 report"]
    typed = {"s1-prompt": "What came of it", "s8-audience": "manager", "s2-guide_words": ""}
    done = submit(browser, f"{address}/edit", **typed)
    page = words(browser.get(done.location))
    assert "Changed: “What came of it”: text, read by mentors, research manager and staff" in page
    assert "draft of version 2" in words(browser.get("/report-templates"))
    assert "Done since last time" in words(
        client_of(cast.fellow).get(f"/periods/{period_of(cast.cohort, 5).id}/report")
    )
    assert submit(browser, done.location, f"{done.location}/publish").status_code == 302
    desk = words(client_of(cast.fellow).get(f"/periods/{period_of(cast.cohort, 5).id}/report"))
    assert "What came of it" in desk
    assert "Done since last time" not in desk
    assert "There is a newer version: version 2" in words(browser.get(address))


def test_sections_move_come_and_go_without_a_script_and_nothing_typed_is_lost(browser, address):
    page = read(browser.get(f"{address}/edit"))
    typed = filled(find_form(page, f"{address}/edit"))
    typed |= {"s2-prompt": "Lessons", "s2-guide_words": "a few", "s2-kind": "links"}
    moved = read(browser.post(f"{address}/edit", data={**typed, "step": "up-2"}))
    assert [moved.find(id=f"s{n}-prompt")["value"] for n in (1, 2)] == ["Lessons", "Done since last time"]
    assert moved.find(id="s1-prompt").has_attr("autofocus")
    assert moved.find(id="s1-guide_words")["value"] == "a few"
    fields = filled(find_form(moved, f"{address}/edit"))
    assert (fields["s1-key"], fields["s1-kind"], fields["s2-required"]) == ("learned", "links", "y")
    added = read(browser.post(f"{address}/edit", data={**fields, "step": "add"}))
    assert added.find(id="s9-prompt")["value"] == ""
    fewer = read(browser.post(f"{address}/edit", data={**fields, "step": "remove-1"}))
    assert fewer.find(id="s1-prompt")["value"] == "Done since last time"
    assert fewer.find(id="s8-prompt") is None
    assert newest().version == 1


@pytest.mark.parametrize(
    "step", ["up-1", "down-2", "down-0", "up-9", "up--1", "remove-²", "sideways-1", "up", "-", "9" * 5000]
)
def test_a_step_that_leads_nowhere_leaves_all_as_it_is(step):
    typed = {"s1-prompt": "One", "s2-prompt": "Two", "s0-prompt": "None", "s200-prompt": "None"}
    moved, place = arranged(MultiDict(typed), step)
    assert (place, sorted(moved.items())) == (0, [("s1-prompt", "One"), ("s2-prompt", "Two")])


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"s1-prompt": ""}, "s1-prompt", "Please fill in “Prompt”."),
        ({"s1-prompt": "x" * 201}, "s1-prompt", "longer than 200 characters"),
        ({"s2-help": "x" * 1001}, "s2-help", "longer than 1,000 characters"),
        ({"s2-kind": "poem"}, "s2-kind", "Not a valid choice"),
        ({"s3-audience": "press"}, "s3-audience", "Not a valid choice"),
        ({"s3-guide_words": "5"}, "s3-guide_words", "from 10 to 3,000"),
        ({"s3-guide_words": "many"}, "s3-guide_words", "whole number"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(browser, address, typed, field, said):
    answer = submit(browser, f"{address}/edit", **{"s4-prompt": "Kept", **typed})
    assert answer.status_code == 422
    page = read(answer)
    assert said in page.select_one(f"#{field}-error").get_text()
    assert page.find(id="s4-prompt")["value"] == "Kept"
    assert newest().version == 1


def test_the_preview_is_the_field_of_the_writing_page_and_says_who_reads_it(browser, address):
    typed = filled(find_form(read(browser.get(f"{address}/edit")), f"{address}/edit"))
    typed |= {"s1-prompt": "<b>Came</b>", "s2-prompt": "", "s2-kind": "poem", "s3-kind": "scale"}
    answer = browser.post(f"{address}/preview", data=typed)
    page = read(answer)
    assert answer.status_code == 200
    assert page.find("main") is None
    labels = [one.get_text(" ", strip=True) for one in page.select(".previewed label[for^=section], legend")]
    assert labels[:3] == ["<b>Came</b>", "(no prompt yet) (optional)", "What blocks me (optional)"]
    assert len(page.select(".previewed")[2].select("input[type=radio]")) == 11
    assert "Read by the research manager only" in page.select(".previewed")[5].get_text()
    assert "Only your research manager reads this." in page.select(".previewed")[5].get_text()
    drawn = browser.post(f"{address}/edit", data={**typed, "step": "show"})
    assert "<b>Came</b>" in read(drawn).select_one("[data-live-shown]").get_text()
    assert newest().version == 1


def test_both_texts_are_there_when_two_edit_at_once(browser, address):
    mine = filled(find_form(read(browser.get(f"{address}/edit")), f"{address}/edit"))
    theirs = submit(browser, f"{address}/edit", **{"s1-prompt": "Theirs"})
    answer = browser.post(f"{address}/edit", data={**mine, "s1-prompt": "Mine"})
    assert answer.status_code == 409
    page = read(answer)
    assert page.find(id="s1-prompt")["value"] == "Mine"
    assert "“Theirs”" in page.main.get_text()
    form = find_form(page, f"{theirs.location}/edit")
    assert browser.post(f"{theirs.location}/edit", data=filled(form)).status_code == 302
    assert newest().sections[0].prompt == "Mine"


def test_publishing_a_draft_that_somebody_saved_meanwhile_shows_it_instead(browser, address):
    draft = submit(browser, f"{address}/edit", **{"s1-prompt": "One"}).location
    seen = filled(find_form(read(browser.get(draft)), f"{draft}/publish"))
    submit(browser, f"{draft}/edit", **{"s1-prompt": "Two"})
    for step in ("publish", "discard"):
        answer = browser.post(f"{draft}/{step}", data=seen)
        assert answer.status_code == 409
        assert "Two" in words(answer)
    assert newest().published_at is None
    assert submit(browser, draft, f"{draft}/discard").status_code == 302
    assert newest().version == 1


def test_another_template_starts_from_one_and_is_chosen_for_weeks(cast, browser, address):
    page = "/report-templates/new"
    taken = submit(browser, page, name=WEEKLY)
    assert taken.status_code == 409
    assert "of this name already" in read(taken).select_one("#name-error").get_text()
    draft = submit(browser, page, name="Short week").location.removesuffix("/edit")
    assert submit(browser, draft, f"{draft}/publish").status_code == 302
    assert submit(browser, draft, f"{draft}/weekly").status_code == 302
    assert "Weekly reports are written with" in words(browser.get(draft))
    assert make_report(cast.fellowship).template.name == "Short week"
