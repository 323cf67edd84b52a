"""The pages of ladders: rows without a script, errors beside fields, a preview, two who edit at once."""

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.extensions import db
from program.ladders.queries import find_own
from program.obligations.models import ObligationKind
from program.reminders.ladder import Ladder, Reader, Rung, Unit
from tests.factories import make_concern
from tests.pages import filled, find_form, read, submit, words
from tests.scenarios import more_fellows

REPORT = ObligationKind.REPORT


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.staff)


@pytest.fixture
def address(cast):
    return f"/cohorts/{cast.cohort.id}/reminders/report"


def own(cast, kind=REPORT):
    db.session.expire_all()
    found = find_own(cast.cohort.id, kind)
    return found.ladder if found else None


def shown(browser, address, **typed):
    """The preview of what is typed into the ladder."""
    answer = submit(browser, address, **typed)
    assert answer.status_code == 200, words(answer)
    return answer


def keep(browser, address, preview):
    """Agree to a preview."""
    form = find_form(read(preview), address)
    return browser.post(
        address, data={**filled(form), "seen": form.find("button", {"name": "seen"})["value"]}
    )


def test_a_ladder_is_changed_looked_at_and_kept(cast, browser, address):
    listed = words(browser.get(f"/cohorts/{cast.cohort.id}/reminders"))
    assert "To the fellow: 48 h before, at due, 24 h after; to the research manager" in listed
    assert "its own" not in listed
    typed = {"r1-amount": "1", "r1-unit": "working_days", "r5-side": "", "r5-amount": "", "end_days": "9"}
    preview = shown(browser, address, **typed)
    page = words(preview)
    assert "nothing is changed yet" in page
    assert "1 working day before" in page
    assert "no longer" in page
    assert cast.fellow.name in page
    assert own(cast) is None
    done = keep(browser, address, preview)
    assert done.status_code == 302
    rungs = own(cast).rungs
    assert rungs[0] == Rung(-1, Unit.WORKING_DAYS)
    assert Reader.STAFF not in {rung.to for rung in rungs}
    assert own(cast).end_days == 9
    assert "its own" in words(browser.get(done.location))
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.LADDER_CHANGE)).one()
    assert event.before["reminders"].endswith("to staff: 5 working days after")
    assert event.after == {
        "of": "Reports to write",
        "reminders": "to the fellow: 1 working day before, at due, 24 h after; to the research manager: 2 working days after",
        "until": "9 days after",
    }


def test_rows_come_and_go_without_a_script_and_nothing_typed_is_lost(cast, browser, address):
    form = filled(find_form(read(browser.get(address)), address))
    assert form["r6-side"] == form["r7-side"] == ""
    typed = {**form, "r1-amount": "some", "r6-side": "before", "r6-amount": "6"}
    added = filled(find_form(read(browser.post(address, data={**typed, "step": "add"})), address))
    assert (added["r1-amount"], added["r6-amount"], added["r8-side"]) == ("some", "6", "")
    fewer = filled(find_form(read(browser.post(address, data={**added, "step": "remove-1"})), address))
    assert (fewer["r1-side"], fewer["r5-amount"], fewer["r7-side"]) == ("at", "6", "")
    assert "r8-side" not in fewer
    preview = browser.post(address, data={**fewer, "step": ""})
    back = {**filled(find_form(read(preview), address)), "step": "back"}
    again = filled(find_form(read(browser.post(address, data=back)), address))
    assert {**again, "csrf_token": ""} == {**fewer, "csrf_token": ""}
    assert own(cast) is None


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"r1-amount": ""}, "r1-amount", "Please give a number"),
        ({"r1-amount": "many"}, "r1-amount", "whole number"),
        ({"r1-amount": "-3"}, "r1-amount", "no sign"),
        ({"r1-amount": "721"}, "r1-amount", "720 hours"),
        ({"r1-unit": "working_days", "r1-amount": "21"}, "r1-amount", "20 working days"),
        ({"r2-amount": "5"}, "r2-amount", "leave it empty"),
        ({"r6-amount": "5"}, "r6-side", "choose when"),
        ({"r6-side": "before", "r6-amount": "48"}, "r6-amount", "stands here twice"),
        ({"r1-side": "sideways"}, "r1-side", "Not a valid choice"),
        ({"r1-unit": "moons"}, "r1-unit", "Not a valid choice"),
        ({"r1-to": "press"}, "r1-to", "Not a valid choice"),
        ({"end_days": "5"}, "end_days", "after the last reminder: 8 to 60"),
        ({"end_days": "61"}, "end_days", "from 1 to 60"),
        ({f"r{n}-to": "staff" for n in (1, 2, 3)}, "end_days", "at least once"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(cast, browser, address, typed, field, said):
    answer = submit(browser, address, **{"r4-amount": "3", **typed})
    assert answer.status_code == 422
    page = read(answer)
    assert said in page.select_one(f"#{field}-error").get_text()
    assert page.find(id="r4-amount")["value"] == "3"
    assert own(cast) is None


def test_a_preview_is_kept_only_as_it_was_seen(cast, browser, address):
    form = filled(find_form(read(shown(browser, address, **{"r1-amount": "30"})), address))
    other = browser.post(address, data={**form, "r1-amount": "31", "seen": "x" * 32})
    assert other.status_code == 200
    assert "31 h before" in words(other)
    assert own(cast) is None


def test_at_once_is_said_and_the_list_has_pages(cast, browser, address):
    more_fellows(cast, 31)
    first = shown(browser, address)
    assert "At once: 33 people get “5 working days after, to" not in words(first)
    assert "At once: 33 people get “24 h after, to the fellow”." in words(first)
    rows = read(first).select("form tbody tr")
    assert len(rows) == 30
    form = filled(find_form(read(first), address))
    second = read(browser.post(address, data={**form, "step": "page-2"}))
    assert second.select("form tbody tr")[0] != rows[0]
    last = read(browser.post(address, data={**form, "step": "page-999"}))
    assert "Page before" in last.get_text()
    assert "Next page" not in last.get_text()


def test_both_ladders_are_there_when_two_edit_at_once(cast, browser, address):
    mine = filled(find_form(read(browser.get(address)), address)) | {"r1-amount": "30"}
    keep(browser, address, shown(browser, address, **{"r1-amount": "60"}))
    answer = browser.post(address, data=mine)
    assert answer.status_code == 409
    assert "Theirs: to the fellow: 60 h before" in words(answer)
    form = filled(find_form(read(answer), address))
    assert form["r1-amount"] == "30"
    assert keep(browser, address, browser.post(address, data=form)).status_code == 302
    assert own(cast).rungs[0] == Rung(-30)


def test_back_to_the_usual_ladder_is_looked_at_too(cast, browser, address):
    assert "Back to the usual ladder" not in words(browser.get(address))
    keep(browser, address, shown(browser, address, **{"r1-amount": "60"}))
    page = browser.get(address)
    assert "Back to the usual ladder" in words(page)
    form = filled(find_form(read(page), address))
    preview = browser.post(address, data={**form, "step": "usual"})
    assert "48 h before" in words(preview)
    assert own(cast) is not None
    assert keep(browser, address, preview).status_code == 302
    assert own(cast) is None


def test_of_concerns_nobody_is_named(cast, browser):
    make_concern(cast.fellowship, cast.fellow, cast.staff)
    address = f"/cohorts/{cast.cohort.id}/reminders/concern"
    page = browser.get(address)
    assert [one["value"] for one in read(page).select("#r1-to option")] == ["owner"]
    preview = shown(browser, address, **{"r1-side": "before", "r1-amount": "24"})
    assert cast.staff.name not in read(preview).main.get_text()
    assert "nobody is named or counted here" in words(preview)
    assert keep(browser, address, preview).status_code == 302
    assert own(cast, ObligationKind.CONCERN) == Ladder((Rung(-24), Rung(24)))


def test_an_archived_cohort_stands(cast, browser, address):
    cast.cohort.state = CohortState.ARCHIVED
    assert browser.get(address).status_code == 409
    assert read(browser.get(f"/cohorts/{cast.cohort.id}/reminders")).select("tbody a") == []
