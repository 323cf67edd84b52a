"""Everything can be reached and pressed without a mouse, and where one is can be seen."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.innerText.trim()"
OUTLINED = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
MOST = 60


def tab_to(page, words, *, of=FOCUSED):
    """Press Tab until the focus is on what begins with these words, or stands beside them, and is seen to be."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINED), f"the focus cannot be seen on {page.evaluate(FOCUSED)!r}"
        if page.evaluate(of).startswith(words):
            return
    pytest.fail(f"“{words}” was not reached in {MOST} steps")


def test_a_mentor_accepts_a_report_by_keyboard(door):
    with door.open("Desmond Oyelaran") as page:
        page.goto("/")
        tab_to(page, "Skip to the page")
        page.keyboard.press("Enter")
        tab_to(page, "Read")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Your answer")).to_be_visible()
        tab_to(page, "Accept")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Report accepted.")).to_be_visible()
