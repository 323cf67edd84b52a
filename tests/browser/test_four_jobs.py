"""The four jobs of the programme, done in a real browser by the people whose jobs they are."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from program import clock
from program.cohorts.queries import find_current_cohort, find_current_period
from program.extensions import db
from tests.browser.launch import running
from tests.browser.test_keyboard import tab_to
from tests.browser.visits import PHONE, Complaints, Door, address_of, read_mail

pytestmark = pytest.mark.browser

FELLOW, OTHER_FELLOW, MENTOR, STAFF = "Amara Okafor", "Kwame Boadu", "Margit Vandersloot", "Ruth Calloway"
QUESTION = "Should the comparison start from the simpler baseline?"


@pytest.fixture(scope="module")
def door(chromium, tmp_path_factory):
    """Into a demo of their own, since the jobs change what others look at."""
    instance = tmp_path_factory.mktemp("jobs") / "demo"
    with running("demo", instance=instance, rate_limits="false", tick_seconds="5") as programme:
        yield Door(chromium, programme)


def test_a_report_is_written_returned_mended_and_accepted(door):
    """The fellow is on a phone; the mentor at a desk, with the keyboard only."""
    with door.open(FELLOW, viewport=PHONE) as page:
        complaints = Complaints(door.programme.address)
        complaints.watch(page)
        page.goto("/")
        page.get_by_role("link", name="Continue writing").click()
        page.get_by_label("Done since last time").fill("Ran the probe on the larger model.")
        page.get_by_label("Asks to my mentor").fill(QUESTION)
        expect(page.locator("[data-saved]")).to_have_text(re.compile(r"^saved \d\d:\d\d$"))
        page.reload()
        expect(page.get_by_label("Asks to my mentor")).to_have_value(QUESTION)
        page.get_by_label("Plan until next time").fill("Write the methods section.")
        page.get_by_role("button", name="Send to mentor").click()
        expect(page.get_by_text("Your report is with your mentor.")).to_be_visible()
        assert complaints.said == []
        assert complaints.strangers == []
    with door.open(MENTOR) as page:
        page.goto("/reviews")
        page.locator("li.row").filter(has_text=FELLOW).get_by_role("link", name="Read").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text(QUESTION)).to_be_visible()
        page.get_by_label("Your answer").focus()
        page.keyboard.type("Yes: readers know it.")
        page.keyboard.press("Tab")
        page.keyboard.type("Please add the number of seeds.")
        tab_to(page, "The whole report", of="document.activeElement.parentElement.innerText.trim()")
        page.keyboard.press("Space")
        tab_to(page, "Return with this comment")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Report returned.")).to_be_visible()
    with door.open(FELLOW, viewport=PHONE) as page:
        read_mail(page, to=address_of(FELLOW), subject="came back with a comment")
        page.locator("main a[href*='/reports/']").click()
        expect(page.get_by_text("Please add the number of seeds.")).to_be_visible()
        expect(page.get_by_text("Yes: readers know it.")).to_be_visible()
        page.get_by_role("link", name="Mend and send again").click()
        page.get_by_label("Done since last time").fill("Ran the probe on the larger model, five seeds.")
        page.get_by_role("button", name="Send to mentor").click()
        expect(page.get_by_text("Your report is with your mentor.")).to_be_visible()
    with door.open(MENTOR) as page:
        page.goto("/reviews")
        page.locator("li.row").filter(has_text=FELLOW).get_by_role("link", name="Read").click()
        expect(page.get_by_text("five seeds")).to_be_visible()
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("Report accepted.")).to_be_visible()
        read_mail(page, to=address_of(FELLOW), subject="is accepted")


def test_a_second_tab_is_told_and_nothing_is_overwritten(door):
    with door.open(OTHER_FELLOW) as first, door.open(OTHER_FELLOW) as second:
        first.goto("/periods/5/report")
        second.goto("/periods/5/report")
        first.get_by_label("Done since last time").fill("Written in the first tab.")
        first.get_by_role("button", name="Save draft").click()
        expect(first.get_by_text("The draft is saved.")).to_be_visible()
        second.get_by_label("Done since last time").first.fill("Written in the second tab.")
        second.get_by_role("button", name="Save draft").click()
        expect(second.get_by_text("Nothing was overwritten").first).to_be_visible()
        expect(second.get_by_text("Written in the first tab.")).to_be_visible()
        expect(second.get_by_label("Done since last time").first).to_have_value("Written in the second tab.")


def test_staff_close_the_wave_and_read_its_release(door):
    with door.open(STAFF) as page:
        page.goto("/surveys")
        page.locator("li.row").filter(has_text="midpoint").get_by_role("link", name="Open").click()
        page.get_by_role("button", name="Close the wave and summarise").click()
        expect(page.get_by_role("heading", name="How it was protected")).to_be_visible()
        expect(page.locator("figure.chart").first).to_be_visible()
        expect(page.get_by_text("What may not be concluded")).to_be_visible()


def test_who_still_owes_is_reminded_once_and_who_is_done_is_not(door):
    with door.programme.inside():
        cohort = find_current_cohort(clock.now())
        period = find_current_period(cohort, clock.now())
        period.due_at = clock.now() - timedelta(
            minutes=1
        )  # that it is due is said at night and on Sundays, too
        db.session.commit()
    with door.open() as page:
        subject = re.compile(r"Report for week 5: was due")
        read_mail(page, to=address_of(OTHER_FELLOW), subject=subject)
        page.wait_for_timeout(11_000)  # two ticks more, which have nothing to add
        told = Counter()
        for name in (OTHER_FELLOW, FELLOW):
            page.goto(f"/demo/mail?to={address_of(name)}")
            told[name] = page.locator("li.row").filter(has_text=subject).count()
        assert told == {OTHER_FELLOW: 1, FELLOW: 0}
