"""Chromium, and the whole programme running for it."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.launch import running
from tests.browser.visits import Door

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]


@pytest.fixture(scope="session")
def chromium_path():
    """Where Chromium is; without it these tests are skipped on a desk, and fail on the machine that checks."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave("There is no Chromium here: install it (on Debian: apt-get install chromium).")
    return found


@pytest.fixture(scope="module")
def chromium(chromium_path):
    """Closed after each module: while it is open, nothing else in this process can run an event loop."""
    flags = FLAGS if os.geteuid() else [*FLAGS, "--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(chromium_path, tmp_path_factory):
    """`fellowship demo`. All come from one address here, so sign-ins are not limited; the clock ticks faster."""
    instance = tmp_path_factory.mktemp("browser") / "demo"
    with running("demo", instance=instance, rate_limits="false", tick_seconds="5") as programme:
        yield programme


@pytest.fixture
def door(chromium, demo):
    """Into the demo."""
    return Door(chromium, demo)
