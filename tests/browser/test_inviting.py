"""Inviting the people of a file, in Chromium: what a browser sends with a file, and with none."""

import pytest
from playwright.sync_api import expect

from tests.browser.launch import running
from tests.browser.visits import Complaints, Door

pytestmark = pytest.mark.browser
STAFF = "Ruth Calloway"
HEADING = "Name\tE-Mail\r\n"


@pytest.fixture(scope="module")
def door(chromium, tmp_path_factory):
    """Into a demo of their own, since more people are in it afterwards."""
    instance = tmp_path_factory.mktemp("inviting") / "demo"
    with running("demo", instance=instance, rate_limits="false") as programme:
        yield Door(chromium, programme)


def choose(page, text, *, encoding):
    """Choose a file of this text; what Excel calls Unicode text is UTF-16."""
    chosen = {"name": "people.txt", "mimeType": "text/plain", "buffer": text.encode(encoding)}
    page.get_by_label("Or a file").set_input_files(chosen)


def test_a_file_with_a_wrong_line_is_mended_in_the_text_field_and_sent(door):
    with door.open(STAFF) as page:
        complaints = Complaints(door.programme.address)
        complaints.watch(page)
        page.goto("/people/invitations/new")
        choose(page, f"{HEADING}Ada Märsh\tada@new.example\r\nBen\tben at new.example\r\n", encoding="utf-16")
        page.get_by_label("fellow", exact=True).check()
        page.get_by_role("button", name="Invite", exact=True).click()
        expect(page.locator("#people-error")).to_contain_text("Line 3: there is no e-mail address")
        people = page.get_by_label("People")
        expect(people).to_have_value("Name\tE-Mail\nAda Märsh\tada@new.example\nBen\tben at new.example")
        expect(page.get_by_label("fellow", exact=True)).to_be_checked()
        people.fill(people.input_value().replace(" at ", "@"))
        page.get_by_role("button", name="Invite", exact=True).click()
        expect(page.get_by_text("2 people are invited.")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="Ada Märsh")).to_contain_text("ada@new.example")
        assert (complaints.said, complaints.strangers) == ([], [])


def test_a_list_is_pasted_as_before_when_no_file_is_chosen(door):
    with door.open(STAFF) as page:
        page.goto("/people/invitations/new")
        page.get_by_label("People").fill("cleo@new.example")
        page.get_by_label("mentor", exact=True).check()
        page.get_by_role("button", name="Invite", exact=True).click()
        expect(page.get_by_text("1 person is invited.")).to_be_visible()


def test_a_file_alone_is_enough(door):
    with door.open(STAFF) as page:
        page.goto("/people/invitations/new")
        choose(page, f"{HEADING}Dora\tdora@new.example\r\n", encoding="cp1252")
        page.get_by_label("fellow", exact=True).check()
        page.get_by_role("button", name="Invite", exact=True).click()
        expect(page.get_by_text("1 person is invited.")).to_be_visible()
