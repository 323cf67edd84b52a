"""Staff set up an authenticator and a password, and sign in by both: on a phone, in a real browser."""

import time

import pyotp
import pytest
from playwright.sync_api import expect

from program.extensions import db
from tests.browser.launch import running
from tests.browser.places import add_newcomers
from tests.browser.visits import PHONE, Door, link_for

pytestmark = pytest.mark.browser
PASSWORD = "seven otters knit at dawn"


@pytest.fixture(scope="module")
def strict(chromium_path, tmp_path_factory):
    """`fellowship up` as it is without any setting: who runs the programme shows a second factor."""
    with running("up", instance=tmp_path_factory.mktemp("password") / "up") as programme:
        with programme.inside():
            add_newcomers()
            db.session.commit()
        yield programme


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def test_password_and_code_sign_staff_in(chromium, strict):
    with Door(chromium, strict).open(viewport=PHONE) as page:
        page.goto(link_for(strict, "Sam Staff"))
        press(page, "Sign in")
        expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
        press(page, "Set up an authenticator")
        device = pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", ""))
        page.get_by_label("Code").fill(device.now())
        press(page, "Confirm")
        expect(page.locator(".codes code")).to_have_count(10)
        page.get_by_role("link", name="I have kept them").click()
        page.goto("/account/security/password")
        page.get_by_label("New password").fill(PASSWORD)
        press(page, "Keep this password")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="I have a password and an authenticator").click()
        page.get_by_label("Your e-mail address").fill("sam@new.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Code").fill(device.at(time.time() + 30))  # that of now was used to set it up
        press(page, "Sign in")
        expect(page.get_by_role("link", name="Programme", exact=True)).to_be_visible()
        page.goto("/account/security")
        expect(page.get_by_text("by password")).to_be_visible()
