"""Staff change how a cohort reminds, in Chromium: what it would do is looked at, gone back from, and kept."""

import pytest
from playwright.sync_api import expect

from tests.browser.visits import Complaints

pytestmark = pytest.mark.browser
STAFF = "Ruth Calloway"


def test_staff_change_a_ladder_once_they_saw_whom_it_reaches(door):
    with door.open(STAFF) as page:
        complaints = Complaints(door.programme.address)
        complaints.watch(page)
        page.goto("/cohorts/1")
        page.get_by_role("link", name="Reminders", exact=True).click()
        page.get_by_role("link", name="Reports to write").click()
        first, spare = (page.get_by_role("group", name=f"Reminder {n}", exact=True) for n in (1, 6))
        first.get_by_label("How many").fill("24")
        spare.get_by_label("When").select_option("after it was due")
        spare.get_by_label("How many").fill("6")
        spare.get_by_label("How many").press("Enter")
        expect(page.get_by_role("heading", name="Reports to write: whom it reaches")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="6 h after, to the fellow")).to_be_visible()
        expect(page.get_by_role("img", name="As you want it: 24 h before, at due, 6 h after")).to_be_visible()
        expect(page.get_by_role("cell", name="new").first).to_be_visible()
        page.get_by_role("button", name="Change it").click()
        expect(spare.get_by_label("How many")).to_have_value("6")
        page.get_by_role("group", name="Reminder 5", exact=True).get_by_role("button").click()
        page.get_by_role("button", name="Show whom it reaches").click()
        page.get_by_role("button", name="Keep this ladder").click()
        kept = page.get_by_role("row").filter(has_text="Reports to write")
        expect(kept).to_contain_text(
            "To the fellow: 24 h before, at due, 6 h after, 24 h after; to the research"
        )
        expect(kept).to_contain_text("its own")
        page.get_by_role("link", name="Reports to write").click()
        page.get_by_role("button", name="Back to the usual ladder").click()
        page.get_by_role("button", name="Keep this ladder").click()
        expect(page.get_by_role("row").filter(has_text="Reports to write")).to_contain_text("the usual")
        assert (complaints.said, complaints.strangers) == ([], [])
