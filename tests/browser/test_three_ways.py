"""One report in each mode, from the first word to the answer: fellow, research manager, mentor, co-mentor and staff."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from program import clock
from program.accounts.models import Account
from program.assignments.rules import Wish
from program.assignments.services import assign_mentor
from program.extensions import db
from program.fellows.models import AssignmentKind, Fellowship
from program.mentors.models import Mentor
from tests.browser.looks import faults
from tests.browser.test_keyboard import tab_to
from tests.browser.visits import PHONE

pytestmark = pytest.mark.browser

DRAFTED, TOGETHER, ALONE = "Zofia Wrzesińska", "Arjun Bhagwat", "Mateus Cordeiro"
MENTOR, CO_MENTOR, STAFF = "Clementine Achterberg", "Philip Ravenscroft", "Ruth Calloway"
COACH = "Helena Strand"
DONE, LEARNED, PLAN, NOTES = (
    "Done since last time",
    "What I learned",
    "Plan until next time",
    "Notes between us",
)
STILL = {"reduced_motion": "reduce"}
"""Colours that are on their way are no colours to look at."""
SAVED = re.compile(r"^saved \d\d:\d\d$")


def place_of(name):
    """The fellowship of somebody in the demo."""
    return db.session.scalars(select(Fellowship).join(Fellowship.account).where(Account.name == name)).one()


def coach_of(demo, name):
    with demo.inside():
        return place_of(name).research_manager.name


def with_co_mentor(demo):
    """Somebody who mentors the fellow beside their mentor."""
    with demo.inside():
        co = db.session.scalars(select(Mentor).where(Mentor.name == CO_MENTOR)).one()
        staff = db.session.scalars(select(Account).where(Account.name == STAFF)).one()
        now = clock.now()
        wish = Wish(AssignmentKind.CO, now.date(), None)
        assign_mentor(place_of(DRAFTED), co, wish=wish, anyway=True, actor=staff, now=now)
        db.session.commit()


def desk_of(page):
    """From the fellow's home to the page that this week's report is written on."""
    page.goto("/")
    page.get_by_role("main").get_by_role(
        "link", name=re.compile("Write the report|Continue writing")
    ).first.click()
    expect(box(page, NOTES)).to_be_visible()


def coach_desk(page, name):
    """From the research manager's home to this week's report of a fellow."""
    page.goto("/")
    link = page.get_by_role("link", name=f"Read, draft and comment on the reports of {name}")
    link.click()
    page.get_by_role("link", name="Open").first.click()
    expect(page.get_by_text(name).first).to_be_visible()


def box(page, label):
    """The field of a section, and not the one beside it for comments."""
    return page.get_by_role("textbox", name=re.compile(f"^{label}"))


def saved(page):
    expect(page.locator("[data-saved]")).to_have_text(SAVED, timeout=20_000)


def fine(page, name, tmp_path):
    assert faults(page, name, shots=tmp_path) == []


def fellow_leaves_notes(door, tmp_path):
    """The laptop is closed in the middle of a sentence, without a network; another day it is opened again."""
    with door.open(DRAFTED, **STILL) as laptop:
        page = laptop
        desk_of(page)
        assert page.get_by_role("button", name="Send to mentor").count() == 0
        box(page, NOTES).fill("The third run is")
        saved(page)
        page.context.set_offline(True)
        box(page, NOTES).fill("The third run is through, and it found")
        expect(page.locator("[data-saved]")).to_contain_text("kept on this device")
        address = page.url
        page.close(run_before_unload=False)
        page.context.set_offline(False)
        page = page.context.new_page()
        page.goto(address)
        expect(box(page, NOTES)).to_have_value("The third run is through, and it found")
        box(page, NOTES).press_sequentially(" nothing.")
        saved(page)
        page.reload()
        expect(box(page, NOTES)).to_have_value("The third run is through, and it found nothing.")
        fine(page, "notes for a draft", tmp_path)


def manager_drafts(door, tmp_path):
    with door.open(COACH, **STILL) as page:
        coach_desk(page, DRAFTED)
        expect(box(page, NOTES)).to_have_value("The third run is through, and it found nothing.")
        assert page.get_by_label("What is behind that").count() == 0
        box(page, DONE).fill("Three runs on the cluster; the third is through.")
        box(page, PLAN).fill("Write it up\nAsk for compute")
        fine(page, "a draft of a research manager", tmp_path)
        page.get_by_role("button", name=f"Hand over to {DRAFTED}").click()
        expect(page.get_by_text("The draft is with")).to_be_visible()


def fellow_confirms(door, tmp_path):
    with door.open(DRAFTED, viewport=PHONE, **STILL) as page:
        desk_of(page)
        expect(box(page, DONE)).to_have_value(re.compile("^Three runs"))
        box(page, LEARNED).fill("The probe finds nothing on layer six.")
        box(page, "Asks to my mentor").fill("Is layer nine worth a try?")
        page.get_by_role("group", name="How I am").get_by_label("4", exact=True).check()
        box(page, "What is behind that").fill("Hardly slept.")
        saved(page)
        page.get_by_role("button", name="Send to mentor").click()
        expect(page.get_by_text("Your report is with your mentor.")).to_be_visible()
        expect(page.get_by_text("Hardly slept.")).to_be_visible()
        fine(page, "sent", tmp_path)


def mentor_returns_by_keyboard(door, tmp_path):
    with door.open(MENTOR, **STILL) as page:
        page.goto("/reviews")
        row = page.locator("li.row").filter(has_text=DRAFTED).get_by_role("link", name="Read")
        row.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Your answer")).to_be_visible()
        assert "Hardly slept." not in page.content()
        tab_to(page, "Go to your answer") if page.get_by_role(
            "link", name="Go to your answer"
        ).count() else None
        comment = page.get_by_label("Comment to the fellow")
        comment.focus()
        page.keyboard.type("Say which layer the null result is on, and for how many prompts.")
        page.get_by_role("group", name=re.compile("Sections|change")).get_by_label(LEARNED).focus()
        page.keyboard.press("Space")
        fine(page, "returning", tmp_path)
        tab_to(page, "Return with this comment")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Report returned.")).to_be_visible()


def fellow_mends(door, tmp_path):
    with door.open(DRAFTED, **STILL) as page:
        page.goto("/")
        page.get_by_role("link", name="Mend and send again").first.click()
        expect(page.get_by_text("Say which layer the null result is on")).to_be_visible()
        box(page, LEARNED).fill("The probe finds nothing on layer six, for 400 prompts.")
        fine(page, "mending what was returned", tmp_path)
        page.get_by_role("button", name="Send to mentor").click()
        expect(page.get_by_text("Your report is with your mentor.")).to_be_visible()


def mentor_accepts(door, tmp_path):
    with door.open(MENTOR, **STILL) as page:
        page.goto("/reviews")
        page.locator("li.row").filter(has_text=DRAFTED).get_by_role("link", name="Read").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Your answer")).to_be_visible()
        tab_to(page, "Show what changed")
        page.keyboard.press("Enter")
        expect(page.locator("ins").filter(has_text="400")).to_be_visible()
        fine(page, "what changed", tmp_path)
        page.get_by_role("textbox", name="Your answer").first.focus()
        page.keyboard.type("Yes, after the write-up.")
        tab_to(page, "Accept")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Report accepted.")).to_be_visible()


def co_mentor_reads_after_writing(door, tmp_path):
    """What another mentor said is read once one has said one's own."""
    with door.open(DRAFTED, **STILL) as page:
        page.goto("/reports")
        page.get_by_role("main").get_by_role("link", name="Read").first.click()
        expect(page.get_by_text(f"{MENTOR} accepted it")).to_be_visible()
        report = page.url
        fine(page, "answered", tmp_path)
    with door.open(CO_MENTOR, **STILL) as page:
        page.goto(report)
        expect(page.get_by_text("Write an answer of your own")).to_be_visible()
        assert page.get_by_text(f"{MENTOR} accepted it").count() == 0
        page.get_by_text("Write an answer of your own").click()
        page.get_by_label("Comment to the fellow").fill("Layer nine is where we saw it, too.")
        page.get_by_role("button", name="Send this comment").click()
        page.goto(report)
        expect(page.get_by_text(f"{MENTOR} accepted it")).to_be_visible()


def test_a_week_that_the_research_manager_drafts(door, demo, tmp_path):
    with_co_mentor(demo)
    fellow_leaves_notes(door, tmp_path)
    manager_drafts(door, tmp_path)
    fellow_confirms(door, tmp_path)
    mentor_returns_by_keyboard(door, tmp_path)
    fellow_mends(door, tmp_path)
    mentor_accepts(door, tmp_path)
    co_mentor_reads_after_writing(door, tmp_path)


def test_a_week_that_two_write_together(door, demo, tmp_path):
    with door.open(TOGETHER, **STILL) as fellow, door.open(coach_of(demo, TOGETHER), **STILL) as manager:
        desk_of(fellow)
        coach_desk(manager, TOGETHER)
        box(fellow, DONE).fill("Ran the second seed.")
        saved(fellow)
        box(manager, PLAN).fill("A third seed")
        saved(manager)
        box(fellow, LEARNED).fill("Seeds matter.")
        saved(fellow)
        expect(box(fellow, PLAN)).to_have_value("A third seed")
        box(manager, LEARNED).fill("Less than we thought.")
        expect(manager.locator("[data-saved]")).to_contain_text("saved in another tab")
        manager.get_by_role("button", name="Save draft").click()
        expect(manager.get_by_label(f"Saved in the other place: {LEARNED}")).to_have_value("Seeds matter.")
        fine(manager, "both changed it", tmp_path)
        box(manager, LEARNED).fill("Seeds matter, less than we thought.")
        manager.get_by_role("button", name="Save draft").click()
        expect(manager.get_by_text("The draft is saved.")).to_be_visible()
        fellow.get_by_role("button", name="Send to mentor").click()
        expect(fellow.get_by_text("so it was not sent")).to_be_visible()
        expect(box(fellow, LEARNED)).to_have_value("Seeds matter, less than we thought.")
        fellow.get_by_role("button", name="Send to mentor").click()
        expect(fellow.get_by_text("Your report is with your mentor.")).to_be_visible()


def test_a_week_that_the_fellow_writes_with_more_time(door, demo, tmp_path):
    with door.open(ALONE, **STILL) as fellow:
        desk_of(fellow)
        before = fellow.locator(".page-head time").first.get_attribute("datetime")
        box(fellow, DONE).fill("Half of it.")
        saved(fellow)
        with door.open(coach_of(demo, ALONE), **STILL) as manager:
            coach_desk(manager, ALONE)
            assert box(manager, DONE).count() == 0
            manager.locator("summary").filter(has_text=f"Comment on “{DONE}”").click()
            manager.get_by_label("Your comment").first.fill("Which half?")
            manager.get_by_role("button", name="Comment", exact=True).first.click()
            expect(manager.get_by_text("Your comment is beside the text.")).to_be_visible()
            fine(manager, "commenting", tmp_path)
        with demo.inside():
            place = place_of(ALONE)
            deadlines = f"/cohorts/{place.cohort_id}/deadlines?fellow={place.id}"
        with door.open(STAFF, **STILL) as staff:
            staff.goto(f"/fellowships/{place.id}")
            staff.get_by_role("link", name="Deadlines").click()
            assert staff.url.endswith(deadlines) or "fellow" in staff.url
            staff.get_by_label("Days").fill("3")
            staff.get_by_label("Reason").fill("The cluster was down.")
            staff.get_by_label(re.compile("later", re.IGNORECASE)).last.check()
            staff.get_by_role("button", name="Show what changes").click()
            expect(staff.get_by_role("heading", name="What this changes")).to_be_visible()
            fine(staff, "an extension that cascades", tmp_path)
            staff.get_by_role("button", name="Change these deadlines").click()
        box(fellow, DONE).fill("All of it.")
        saved(fellow)
        fellow.reload()
        assert fellow.locator(".page-head time").first.get_attribute("datetime") > before
        expect(fellow.get_by_text("Which half?")).to_be_visible()
        box(fellow, PLAN).fill("Rest")
        fellow.get_by_role("button", name="Send to mentor").click()
        expect(fellow.get_by_text("Your report is with your mentor.")).to_be_visible()
