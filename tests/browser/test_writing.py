"""What is typed is kept: while typing, in two tabs, without a network, without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visits import PHONE

pytestmark = pytest.mark.browser

PLAN, DONE = "Plan until next time", "Done since last time"
SAVED = re.compile(r"^saved \d\d:\d\d$")


def begin(page):
    """From the home page to the desk, on which nothing has been written."""
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Write the report").first.click()
    expect(page.get_by_label(PLAN)).to_have_value("")


def test_a_draft_is_saved_while_typing(door):
    with door.open("Rahel Tesfaye") as page:
        begin(page)
        page.get_by_label(PLAN).press_sequentially("Interview two regulators.")
        expect(page.locator("[data-saved]")).to_have_text(SAVED)
        page.reload()
        expect(page.get_by_label(PLAN)).to_have_value("Interview two regulators.")


def test_words_are_counted_as_the_share_of_authors_counts_them(door):
    with door.open("Rahel Tesfaye") as page:
        page.goto("/")
        page.locator("main a[href$='/report']").first.click()  # begun or not
        page.get_by_label(DONE).fill("x\u0301y l\u2019e\u0301te\u0301 हिन्दी GPT4は ❤\ufe0f")
        expect(page.get_by_text("5 words of about")).to_be_visible()


def test_of_two_tabs_the_second_is_told_and_both_texts_are_shown(door):
    with door.open("Sofia Ahokas") as first:
        begin(first)
        second = first.context.new_page()
        second.goto(first.url)
        first.get_by_label(PLAN).fill("Written first.")
        expect(first.locator("[data-saved]")).to_have_text(SAVED)
        second.get_by_label(PLAN).fill("Written second.")
        expect(second.locator("[data-saved]")).to_contain_text("saved in another tab")
        second.get_by_role("button", name="Save draft").click()
        expect(second.get_by_label(PLAN).first).to_have_value("Written second.")
        expect(second.get_by_label(f"Saved in the other place: {PLAN}")).to_have_value("Written first.")
        first.reload()
        expect(first.get_by_label(PLAN)).to_have_value("Written first.")
        second.get_by_label(PLAN).first.fill("Written first. Written second.")
        second.get_by_role("button", name="Save draft").click()
        expect(second.get_by_text("The draft is saved.")).to_be_visible()
        expect(second.get_by_label(PLAN)).to_have_value("Written first. Written second.")


def test_without_a_network_the_text_waits_in_its_tab(door):
    with door.open("Paula Etxeberria") as page:
        begin(page)
        page.context.set_offline(True)
        page.get_by_label(DONE).fill("Wrote this on a train.")
        expect(page.locator("[data-saved]")).to_have_text("not saved yet: your text is kept on this device")
        page.context.set_offline(False)
        expect(page.locator("[data-saved]")).to_have_text(SAVED)


def test_a_report_is_sent_without_scripts_on_a_phone(door):
    with door.open("Farid Aghayev", java_script_enabled=False, viewport=PHONE) as page:
        begin(page)
        page.get_by_role("button", name="Send to mentor").click()
        expect(page.get_by_role("link", name=PLAN)).to_be_visible()  # it is missing, and the page says so
        page.get_by_label(DONE).fill("Calibrated on the second base rate.")
        page.get_by_label(PLAN).fill("The third.")
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("The draft is saved.")).to_be_visible()
        page.get_by_role("button", name="Send to mentor").click()
        expect(page.get_by_text("Your report is with your mentor.")).to_be_visible()
