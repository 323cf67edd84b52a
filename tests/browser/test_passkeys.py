"""A passkey in Chromium, with a device that exists in the browser only: made once, then signed in by."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from program.extensions import db
from tests.browser.launch import running
from tests.browser.places import add_newcomers
from tests.browser.visits import Door

pytestmark = pytest.mark.browser
NAME, OTHER = "Nell Fellow", "Max Mentor"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def by_name(chromium_path, tmp_path_factory):
    """`fellowship up` under a name: passkeys are good for a host that has one, which 127.0.0.1 has not."""
    instance = tmp_path_factory.mktemp("passkeys") / "up"
    with running("up", instance=instance, host="localhost", rate_limits="false") as programme:
        with programme.inside():
            add_newcomers()
            db.session.commit()
        yield programme


@contextmanager
def device_in(page):
    """A device beside the browser; gives what talks to it."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    made = line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield lambda word, **more: line.send(
        f"WebAuthn.{word}", {"authenticatorId": made["authenticatorId"], **more}
    )
    line.send("WebAuthn.disable")


def make_passkey(page, name):
    page.goto("/account")
    page.get_by_role("link", name="Your passkeys").click()
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Make a passkey").click()


def test_a_passkey_is_made_and_signs_in(chromium, by_name):
    with Door(chromium, by_name).open(NAME) as page, device_in(page) as tell:
        make_passkey(page, "Phone")
        expect(page.get_by_text("“Phone” is yours")).to_be_visible()
        assert [key["rpId"] for key in tell("getCredentials")["credentials"]] == ["localhost"]
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("link", name=NAME)).to_be_visible()
        page.goto("/account/passkeys")
        expect(page.get_by_text("last used")).to_be_visible()


def test_one_device_makes_one_passkey_and_a_person_who_is_not_there_none(chromium, by_name):
    with Door(chromium, by_name).open(OTHER) as page, device_in(page) as tell:
        make_passkey(page, "Laptop")
        expect(page.get_by_text("“Laptop” is yours")).to_be_visible()
        make_passkey(page, "Laptop again")
        expect(page.get_by_text("has a passkey for you already")).to_be_visible()
        tell("clearCredentials")
        tell("setUserVerified", isUserVerified=False)
        make_passkey(page, "Nobody")
        expect(page.get_by_text("The device did not answer")).to_be_visible()
        assert page.get_by_role("listitem").filter(has_text="made").count() == 1


def test_without_scripts_the_page_says_what_else_there_is(chromium, by_name):
    with Door(chromium, by_name).open("Vi Visitor", java_script_enabled=False) as page:
        page.goto("/account/passkeys")
        expect(page.get_by_text("The mailed link works without any of them")).to_be_visible()
        expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
        page.context.clear_cookies()
        page.goto("/sign-in")
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
        expect(page.get_by_role("button", name="Mail me a link")).to_be_visible()
