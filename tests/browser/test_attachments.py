"""A file is attached beside what is typed, and neither takes anything from the other."""

import re

import pytest
from playwright.sync_api import expect

from tests.attachments.samples import plot, saved
from tests.browser.test_writing import PLAN, begin

pytestmark = pytest.mark.browser
PICTURE = {"name": "plot.png", "mimeType": "image/png", "buffer": saved(plot(), "PNG")}


def choose(page):
    page.get_by_label("File", exact=True).set_input_files(PICTURE)
    page.get_by_role("button", name="Attach").click()


def test_what_is_typed_is_saved_before_a_file_is_attached_and_before_one_is_taken_away(door):
    with door.open("Daniel Ashworth") as page:
        begin(page)
        page.get_by_role("textbox", name=PLAN, exact=True).fill("Typed, and not saved yet.")
        choose(page)
        expect(page.get_by_text("“plot.png” is attached.")).to_be_visible()
        expect(page.get_by_role("textbox", name=PLAN, exact=True)).to_have_value("Typed, and not saved yet.")
        page.get_by_role("textbox", name=PLAN, exact=True).fill("Typed on.")
        page.get_by_role("button", name=re.compile("^Take away")).click()
        expect(page.get_by_text("“plot.png” is taken away.")).to_be_visible()
        expect(page.get_by_role("textbox", name=PLAN, exact=True)).to_have_value("Typed on.")
        page.get_by_role("textbox", name=PLAN, exact=True).fill("And sent with the picture.")
        choose(page)
        expect(page.get_by_text("“plot.png” is attached.")).to_be_visible()
        picture = page.request.get(page.get_by_role("link", name="plot.png").get_attribute("href"))
        assert (picture.status, picture.headers["content-type"]) == (200, "image/png")


def test_without_a_network_a_file_takes_no_text_with_it(door):
    with door.open("Marcus Ellery") as page:
        begin(page)
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.context.set_offline(True)
        page.get_by_role("textbox", name=PLAN, exact=True).fill("Written on a train.")
        with page.expect_event("dialog"):
            choose(page)
        expect(page.get_by_role("textbox", name=PLAN, exact=True)).to_have_value("Written on a train.")
        assert asked == ["beforeunload"]
