"""A file that somebody else attached meanwhile goes to the mentor only once the fellow has seen it."""

import pytest

from program.attachments.kinds import Checked, Kind
from program.attachments.services import attach_file, detach_file
from program.cohorts.models import AuthorshipMode
from program.extensions import db
from program.reports.desks import get_coached_desk
from program.reports.models import ReportState
from tests.attachments.samples import PDF, PNG
from tests.factories import NOW, make_attachment, make_draft, make_ramp, period_of
from tests.pages import filled, find_form, read, words

TYPED = {"section-done": "Ran the probe.", "section-plan": "Write it up."}
STOPPED = "Somebody attached a file to this report after this page was opened, so it was not sent."


@pytest.fixture
def report(cast):
    """A draft that the fellow and their research manager write together."""
    make_ramp(cast.cohort, AuthorshipMode.TOGETHER)
    return make_draft(cast.fellowship, done="Two days of work.")


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.fellow)


@pytest.fixture
def address(cast):
    return f"/periods/{period_of(cast.cohort, 5).id}/report"


def coached(cast):
    return get_coached_desk(cast.manager, cast.fellowship.id, period_of(cast.cohort, 5).id, now=NOW)


def attach(cast, name, content=PNG, kind=Kind.PNG):
    file = Checked(kind, content)
    attachment, _is_new = attach_file(coached(cast), checked=file, name=name, actor=cast.manager, now=NOW)
    return attachment


def opened(page, address):
    return filled(find_form(read(page), address)) | TYPED


def test_it_is_shown_first_and_sent_with_the_next_press(cast, report, browser, address):
    page = opened(browser.get(address), address)
    plot = attach(cast, "plot")
    told = browser.post(address, data=page)
    assert told.status_code == 409
    assert STOPPED in words(told)
    assert f"plot.png PNG, {len(PNG)} Bytes new {cast.manager.name} attached it" in words(told)
    assert read(told).select_one("[name=section-done]").get_text().strip() == TYPED["section-done"]
    db.session.refresh(report)
    assert report.state is ReportState.DRAFT
    page = opened(told, address)
    assert [browser.post(address, data=page).status_code for _press in range(2)] == [302, 302]
    db.session.refresh(report)
    assert report.state is ReportState.SUBMITTED
    assert plot.goes_with(report.revision_number)


def test_a_page_that_came_back_for_another_reason_has_shown_it(cast, report, browser, address):
    page = opened(browser.get(address), address)
    attach(cast, "plot")
    wrong = browser.post(address, data=page | {"section-plan": ""})
    assert wrong.status_code == 422
    assert f"new {cast.manager.name} attached it" in words(wrong)
    assert browser.post(address, data=opened(wrong, address)).status_code == 302


def test_what_the_page_showed_and_what_the_fellow_attached_elsewhere_stops_nothing(
    cast, report, browser, address
):
    attach(cast, "plot")
    page = opened(browser.get(address), address)
    make_attachment(cast.fellowship, name="paper", kind=Kind.PDF, content=PDF)
    assert browser.post(address, data=page).status_code == 302


def test_another_file_in_the_place_of_one_that_was_shown_is_not_it(cast, report, browser, address):
    plot = attach(cast, "plot")
    page = opened(browser.get(address), address)
    detach_file(coached(cast), plot, actor=cast.manager, now=NOW)
    attach(cast, "plot", PDF, Kind.PDF)
    assert browser.post(address, data=page).status_code == 409


def test_a_draft_is_saved_whatever_was_attached(cast, report, browser, address):
    page = opened(browser.get(address), address)
    attach(cast, "plot")
    assert browser.post(f"{address}/draft", data=page).status_code == 302
    assert browser.post(address, data=page).status_code == 409
