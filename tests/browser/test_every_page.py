"""Each page in each state, for everybody who sees it, on a phone and on a desk, light and dark."""

import os
import re
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from program.extensions import db
from tests.browser.launch import running
from tests.browser.looks import faults
from tests.browser.places import add_newcomers, find_places
from tests.browser.tour import AT_EASE, DEMO, EMPTY, FELLOW, IDLE, TOUR, new_calendar, own_passkey
from tests.browser.visits import Complaints, Door, link_for
from tests.databases import other_app

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parents[1] / "shots"
ADD = "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)"
FAULTY = """
<input><a class="button button-primary muted" href="/">Hardly to be read</a><p><span class="nowrap">{}</span></p>
<img src="https://elsewhere.example/pixel.png" alt="">
""".format("wide " * 200)
STORED = """async () => [
  ...Object.keys(localStorage),
  ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map((database) => database.name),
  ...(await caches.keys()),
  ...(await navigator.serviceWorker.getRegistrations()).map((worker) => worker.scope),
  ...document.cookie.split("; ").filter(Boolean),
]"""
STORE = """async () => {
  localStorage.setItem("a", 1);
  sessionStorage.setItem("b", 1);
  await new Promise((done) => { indexedDB.open("c").onsuccess = done; });
  await caches.open("d");
  document.cookie = "e=1";
}"""
NO_PAGES = {
    "static",
    "health.live",
    "health.ready",
    "health.metrics",
    "home.index",
    "attachments.show",
    "feeds.read",
}
"""Routes that draw nothing of ours: files, JSON, and the way to everybody's own home."""


@pytest.fixture(scope="session")
def places(demo):
    return find_places(demo)


@pytest.fixture(scope="session")
def empty(chromium_path, tmp_path_factory):
    """`fellowship up`: nothing but people. It has no mail server, and limits how often one can try."""
    instance = tmp_path_factory.mktemp("browser") / "up"
    with running("up", instance=instance, require_second_factor="false") as programme:
        with programme.inside():
            add_newcomers()
            db.session.commit()
        yield programme


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    """Every address of the programme and its demo."""
    with other_app(tmp_path_factory.mktemp("routes"), database_url="sqlite://", demo=True) as app:
        return app.url_map


@pytest.fixture(scope="session")
def shots():
    """A folder for pictures, if they are asked for."""
    if "FELLOWSHIP_SHOTS" not in os.environ:
        return None
    SHOTS.mkdir(exist_ok=True)
    return SHOTS


@pytest.fixture(scope="module")
def window_of(chromium, demo, empty, places):
    """The window of whoever is at a stop, kept for their other stops, and what its pages complain of."""
    with ExitStack() as stack:

        @cache
        def opened(programme, who):
            page = stack.enter_context(Door(chromium, programme).open(who, reduced_motion="reduce"))
            complaints = Complaints(programme.address)
            complaints.watch(page)
            return page, complaints

        def window(stop):
            who = {AT_EASE: places.at_ease, IDLE: places.idle}.get(stop.who, stop.who)
            return opened(empty if stop.programme == EMPTY else demo, who)

        yield window


@pytest.mark.parametrize("stop", TOUR, ids=lambda stop: stop.name)
def test_a_page_is_sound(stop, window_of, places, shots, routes):
    page, complaints = window_of(stop)
    complaints.forget()
    stop.way(page, places)
    assert complaints.status == stop.status
    assert faults(page, stop.name, shots=shots) == []
    assert complaints.said == []
    assert complaints.strangers == []
    if stop.status == 200 and stop.endpoint:
        assert routes.bind("").match(urlsplit(page.url).path)[0] == stop.endpoint


def stored(page):
    """What the page's scripts can find in this browser that was put there."""
    return page.evaluate(STORED)


ONCE = (new_calendar, own_passkey)
"""What a stop before has made is not made again."""


def test_a_browser_stores_nothing_of_what_it_shows_or_of_what_is_typed(door, demo, places):
    """Text that is not saved yet waits on the device until it is; after signing out, no cookie says who it was."""
    with door.open() as page:
        page.goto(link_for(demo, FELLOW))
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        for stop in TOUR:
            if stop.who == FELLOW and stop.programme == DEMO and stop.status == 200 and stop.way not in ONCE:
                stop.way(page, places)
                assert stored(page) == []
        page.goto(places.periods[5])
        page.context.set_offline(True)
        page.get_by_label("Learned").fill("Typed on a train.")
        expect(page.locator("[data-saved]")).to_have_text("not saved yet: your text is kept on this device")
        [kept] = stored(page)
        assert kept.startswith("kept:")
        page.context.set_offline(False)
        expect(page.locator("[data-saved]")).to_have_text(re.compile(r"^saved"))
        assert stored(page) == []
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        assert stored(page) == []
        page.go_back()
        expect(page.get_by_role("button", name="Mail me a link")).to_be_visible()
        assert "Typed on a train." not in page.content()


def test_what_a_page_stores_is_found_out(door):
    with door.open() as page:
        page.goto("/sign-in")
        page.evaluate(STORE)
        assert stored(page) == ["a", "b", "c", "d", "e=1"]


def test_the_tour_misses_no_page(routes):
    pages = {rule.endpoint for rule in routes.iter_rules() if "GET" in rule.methods}
    assert {stop.endpoint for stop in TOUR if stop.endpoint} == pages - NO_PAGES
    assert len({stop.name for stop in TOUR}) == len(TOUR)


def test_faults_are_found_out(door, demo):
    with door.open() as page:
        complaints = Complaints(demo.address)
        complaints.watch(page)
        page.goto("/sign-in")
        page.evaluate(ADD, FAULTY)
        found = " ".join(faults(page, "faulty"))
        assert "label: " in found
        assert "390 dark: color-contrast: " in found
        assert "390 light: scrolls sideways by " in found
        assert "Content Security Policy" in " ".join(complaints.said)
