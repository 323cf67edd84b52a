"""A director's afternoon in Chromium: from a copy of a cohort to its opening, no step of ten clicks or more."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from program.presentation import written_day
from tests.browser.launch import running
from tests.browser.looks import SIDEWAYS
from tests.browser.visits import DESK, PHONE, Door

pytestmark = pytest.mark.browser
SHEETS = Path(__file__).parents[1] / "imports"
SHOTS = Path(__file__).parents[1] / "shots"
MOST_CLICKS = 9
NAME, FIRST_DAY, MOVED_DAY = "Spring 31", date(2031, 3, 3), date(2031, 3, 10)
MENTOR = "Dávid Abernethy"
"""Is confirmed in the sheet, and nobody has granted him seats."""
APPLIED = 40_000.0
"""Milliseconds until a worker has applied a sheet, at most."""


class Afternoon:
    """What the director does, step by step: clicks are counted, and each step ends with two pictures."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.counts = page, 0, dict[str, int]()
        SHOTS.mkdir(exist_ok=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One of them."""
        self.clicks = 0
        yield
        self.counts[name] = self.clicks
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)
            assert self.page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways at {size['width']}"
            place = SHOTS / f"afternoon-{name.replace(' ', '-')}-{size['width']}.png"
            self.page.screenshot(path=place, full_page=True)

    def click(self, target: Locator) -> None:
        """Click, and count it."""
        self.clicks += 1
        target.click()

    def follow(self, name: str) -> None:
        """Click the first link of this name on the page."""
        self.click(self.page.locator("main").get_by_role("link", name=name, exact=True).first)

    def press(self, name: str) -> None:
        """Click the first button of this name on the page."""
        self.click(self.page.locator("main").get_by_role("button", name=name).first)

    def go_to_cohort(self) -> None:
        """By the navigation and the list."""
        self.click(self.page.get_by_role("navigation").get_by_role("link", name="Cohorts"))
        self.follow(NAME)

    def bring_in(self, sheet: str, *, kind: str) -> None:
        """From the cohort's page until a worker has applied the sheet."""
        page = self.page
        self.follow("Import a sheet")
        page.get_by_label("What are the rows?").select_option(kind)
        page.get_by_label("Cohort").select_option(label=NAME)
        page.get_by_label("File").set_input_files(SHEETS / sheet)
        self.press("Read the file")
        self.press("Check every row")
        expect(page.get_by_role("heading", name="Row by row")).to_be_visible(timeout=APPLIED)
        leave_out = page.get_by_label("Leave out the rows that are wrong or asked about")
        if leave_out.count():
            self.click(leave_out)
        self.press("Apply ")
        expect(page.get_by_text("The file is deleted.")).to_be_visible(timeout=APPLIED)


def move_on(director: Afternoon) -> None:
    """Some who are interested are confirmed, and somebody who was contacted is interested."""
    board = director.page
    confirmed = board.locator("section", has=board.get_by_role("heading", name="confirmed"))
    expect(confirmed.get_by_role("heading")).to_contain_text("12")
    for _turn in range(3):
        director.press("Confirm")
    director.press("Mark as interested")
    expect(confirmed.get_by_role("heading")).to_contain_text("15")
    director.follow(MENTOR)
    board.get_by_label("Granted").fill("2")
    director.press("Keep these")


def assign(director: Afternoon) -> None:
    """The first who was accepted gets a mentor."""
    page = director.page
    director.follow("Fellows")
    director.click(page.locator("main tbody").get_by_role("link").first)
    director.follow("Mentors")
    page.get_by_label("Mentor", exact=True).select_option(
        label=page.get_by_role("option").filter(has_text=MENTOR).inner_text()
    )
    director.press("Assign")
    expect(page.locator("li.row").filter(has_text=MENTOR)).to_contain_text("primary mentor")


def mend(director: Afternoon) -> None:
    """As the page says: whoever was offered a place on the track that has nobody is taken."""
    page = director.page
    lacking = page.locator("li").filter(has_text="Technical governance has 0% of 12 fellows")
    expect(lacking).to_contain_text("2 are offered")
    director.click(lacking.get_by_role("link", name="See its applicants"))
    director.click(page.get_by_label("who are found"))
    page.get_by_label("Stage").last.select_option("accepted")
    director.press("See who can be moved")
    director.press("Move 2 fellows to accepted")
    director.go_to_cohort()
    director.follow("Open the portfolio")
    expect(page.get_by_role("heading", name="Off target")).to_be_visible()
    expect(lacking).to_have_count(0)


@pytest.fixture(scope="module")
def door(chromium, tmp_path_factory):
    """Into a demo of their own: there are many more people in it afterwards."""
    instance = tmp_path_factory.mktemp("afternoon") / "demo"
    settings = {"rate_limits": "false", "tick_seconds": "2"}
    with running("demo", instance=instance, **settings) as programme:
        yield Door(chromium, programme)


def test_from_a_copy_to_an_open_cohort(door):
    with door.open("Ruth Calloway") as page:
        page.goto("/staff")
        director = Afternoon(page)
        with director.step("copy a cohort"):
            director.click(page.get_by_role("navigation").get_by_role("link", name="Cohorts"))
            director.click(page.get_by_role("row").filter(has_text="running").get_by_role("link"))
            director.follow("Copy to a new cohort")
            page.get_by_label("Name", exact=True).fill(NAME)
            page.get_by_label("First day").fill(FIRST_DAY.isoformat())
            director.press("Show the calendar")
            director.press("Make this cohort")
            expect(page.get_by_role("heading", name=NAME)).to_be_visible()
        with director.step("move its dates"):
            director.follow("Move the whole cohort")
            page.get_by_label("First day").fill(MOVED_DAY.isoformat())
            director.press("Show what moves")
            expect(page.get_by_text("deadlines move").first).to_be_visible()
            director.press("Move the cohort")
            expect(page.get_by_text(f"{written_day(MOVED_DAY)} to").first).to_be_visible()
        with director.step("import 60 mentors"):
            director.bring_in("mentors.xlsx", kind="mentors")
            expect(page.get_by_text("60 new")).to_be_visible()
        with director.step("import 80 fellows"):
            director.go_to_cohort()
            director.bring_in("fellows.csv", kind="fellows")
            expect(page.get_by_text("80 new")).to_be_visible()
        with director.step("move mentors through the funnel"):
            director.go_to_cohort()
            director.follow("Mentors")
            move_on(director)
        with director.step("assign"):
            director.go_to_cohort()
            assign(director)
        with director.step("see the portfolio off target"):
            director.go_to_cohort()
            director.follow("Open the portfolio")
            expect(page.get_by_role("heading", name="Off target")).to_be_visible()
        with director.step("mend it"):
            mend(director)
        with director.step("open the cohort"):
            director.go_to_cohort()
            director.press("Open the cohort")
            expect(page.get_by_text("Its dates stand")).to_be_visible()
        assert {name: n for name, n in director.counts.items() if n > MOST_CLICKS} == {}
