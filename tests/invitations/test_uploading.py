"""Inviting the people of a file that one chooses."""

from io import BytesIO

import pytest
from sqlalchemy import select

from program.extensions import db
from program.invitations import forms
from program.invitations.models import Invitation
from program.invitations.uploaded import MOST_BYTES, NO_TEXT, TOO_LARGE, WORKBOOK
from tests.pages import filled, find_form, read, words

PAGE = "/people/invitations/new"
GOOD = "Name,E-mail\nAda Märsh,ada@new.example\nBen,ben@new.example\n"


def invited():
    return {i.account.email: i.account.name for i in db.session.scalars(select(Invitation))}


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.staff)


def send(browser, data, *, name="people.csv", **typed):
    """The form as a browser sends it, with this file chosen."""
    form = find_form(read(browser.get(PAGE)), PAGE)
    assert form["enctype"] == "multipart/form-data"
    fields = filled(form) | {"roles": "fellow"} | typed
    return browser.post(PAGE, data=fields | {"file": (BytesIO(data), name)})


def shown(response):
    """What stands in the text field, and beside both fields."""
    page = read(response)
    errors = {
        name: " ".join(found.get_text(" ").split())
        for name in ("people", "file")
        if (found := page.find(id=f"{name}-error"))
    }
    return page.find("textarea", {"name": "people"}).get_text().strip("\r\n"), errors


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_people_of_a_file_are_invited(browser, encoding):
    response = send(browser, GOOD.encode(encoding))
    assert (response.status_code, response.location) == (302, "/people/invitations")
    assert invited() == {"ada@new.example": "Ada Märsh", "ben@new.example": "Ben"}


def test_with_no_file_chosen_the_list_is_read_as_before(browser):
    """A browser then sends a file without a name."""
    assert send(browser, b"", name="", people="ada@new.example").status_code == 302
    assert invited() == {"ada@new.example": "ada"}


def test_neither_is_said_once(browser):
    assert shown(send(browser, b"", name="")) == (
        "",
        {"people": "Please fill in “People”, or choose a file."},
    )


def test_a_wrong_line_is_named_and_the_lines_are_there_to_be_mended(browser):
    response = send(browser, b"ada@new.example,Ada\n\nBen\n")
    assert response.status_code == 422
    text, errors = shown(response)
    assert text == "ada@new.example,Ada\n\nBen"
    assert errors == {"people": "Line 3: there is no e-mail address in “Ben”."}
    mended = filled(find_form(read(response), PAGE)) | {"people": text.replace("Ben", "ben@new.example")}
    assert browser.post(PAGE, data=mended | {"roles": "fellow"}).status_code == 302
    assert invited() == {"ada@new.example": "Ada", "ben@new.example": "ben"}


def test_lines_of_a_file_are_kept_when_something_else_is_wrong(browser):
    response = send(browser, GOOD.encode(), roles="emperor")
    assert (response.status_code, shown(response)) == (422, (GOOD.strip(), {}))
    assert invited() == {}


def test_a_file_beside_a_list_is_put_below_it_and_asked_about(browser):
    response = send(browser, b"ben@new.example", people="ada@new.example")
    assert response.status_code == 422
    assert shown(response) == ("ada@new.example\nben@new.example", {"file": forms.BOTH})
    assert invited() == {}


@pytest.mark.parametrize("name", ["people.csv", "people.xlsx", "people.png"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04\x14\x00", WORKBOOK),
        (b"\x89PNG\r\n\x1a\n\x00", NO_TEXT),
        (b"ada@new.example\x00", NO_TEXT),
    ],
)
def test_a_file_that_is_no_text_is_refused_in_a_sentence_whatever_its_name(browser, name, data, said):
    response = send(browser, data, name=name)
    assert (response.status_code, shown(response)) == (422, ("", {"file": said}))
    assert said in words(response)


def test_what_was_typed_is_kept_beside_a_file_that_cannot_be_read(browser):
    text, errors = shown(send(browser, b"\x00", people="ada@new.example"))
    assert (text, errors) == ("ada@new.example", {"file": NO_TEXT})


def test_a_file_that_is_too_large_is_refused_and_read_no_further(browser):
    response = send(browser, b"ada@new.example\n" * (MOST_BYTES // 16 + 1))
    assert (response.status_code, shown(response)) == (422, ("", {"file": TOO_LARGE}))
    much = {"data": b"x" * 2_500_000, "content_type": "multipart/form-data; boundary=x"}
    assert browser.post(PAGE, **much).status_code == 413


def test_more_text_than_a_list_may_have_is_shown_to_be_shortened(browser):
    text, errors = shown(send(browser, b"ada@new.example\n" * 7_000))
    assert len(text) == 7_000 * 16 - 1
    assert errors["people"].startswith("This is longer than 100,000 characters. Nothing was lost")


def test_without_the_token_of_the_page_nothing_is_read(browser):
    data = {"roles": "fellow", "file": (BytesIO(GOOD.encode()), "people.csv")}
    assert browser.post(PAGE, data=data).status_code == 400
    assert invited() == {}


def test_the_page_says_which_files_it_takes(browser):
    page = read(browser.get(PAGE))
    help_text = page.find(id="file-help").get_text()
    assert help_text == "A CSV or text file with the same lines, up to 400 KB. It is read once and not kept."
    assert MOST_BYTES == 400_000
    assert page.find("input", {"name": "file"})["accept"] == ".csv,.txt,.tsv,text/csv,text/plain"


def test_the_checks_above_see_lines_that_are_lost(browser, monkeypatch):
    monkeypatch.setattr(forms.InviteForm, "validate_file", lambda _form, _field: None)
    assert shown(send(browser, b"ada@new.example\nBen\n"))[0] == ""
