"""Signing in by a real OpenID Connect issuer on this machine, in Chromium."""

import json
import subprocess
import sys
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from program.extensions import db
from program.up.ports import HOST, answers, free_port
from tests.browser.launch import running
from tests.browser.looks import faults
from tests.browser.places import add_newcomers
from tests.browser.visits import PHONE, Complaints, Door
from tests.live import wait_until

pytestmark = pytest.mark.browser
PEOPLE = (
    {"sub": "nell", "email": "nell@new.example", "email_verified": True},
    {"sub": "max", "email": "max@new.example", "email_verified": False},
    {"sub": "stranger", "email": "stranger@new.example", "email_verified": True},
)


@contextmanager
def an_issuer():
    """A process that is one, with these people; its address."""
    port = free_port()
    people = [word for person in PEOPLE for word in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *people]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(port), seconds=20, what="the issuer does not answer")
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def known(chromium_path, tmp_path_factory):
    """`fellowship up` with people, and an issuer that knows some of them."""
    instance = tmp_path_factory.mktemp("oidc") / "up"
    with an_issuer() as issuer:
        settings = {"oidc_issuer": issuer, "oidc_client_id": "fellowship", "oidc_client_secret": "of tests"}
        settings |= {"oidc_name": "Example University", "rate_limits": "false"}
        with running("up", instance=instance, **settings) as programme:
            with programme.inside():
                add_newcomers()
                db.session.commit()
            yield programme


def come_by(page, sub):
    """Press the one button, be somebody at the issuer, and press the one that brings in."""
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in with Example University").click()
    page.get_by_role("button", name=sub, exact=True).first.click()
    page.get_by_role("button", name="Sign in").click()


def test_a_fellow_signs_in_by_the_issuer_in_two_taps_of_ours(chromium, known):
    with Door(chromium, known).open(viewport=PHONE) as page:
        complaints = Complaints(known.address)
        complaints.watch(page)
        come_by(page, "nell")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        come_by(page, "nell")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert [said for said in complaints.said if "Content Security" in said] == []


def test_the_pages_of_this_way_in_are_sound_and_it_can_be_ended_and_begun_anew(chromium, known):
    with Door(chromium, known).open(reduced_motion="reduce") as page:
        page.goto("/sign-in")
        page.get_by_role("link", name="Sign in with Example University").click()
        page.get_by_role("button", name="nell", exact=True).first.click()
        assert faults(page, "back from the issuer") == []
        page.get_by_role("button", name="Sign in").click()
        page.goto("/account/security")
        assert faults(page, "connected") == []
        page.get_by_role("button", name="Disconnect").click()
        expect(page.get_by_text("any more.")).to_be_visible()
        expect(page.get_by_text("is not connected with Example University")).to_be_visible()
        page.get_by_role("button", name="Sign out").first.click()
        come_by(page, "nell")
        page.goto("/account/security")
        expect(page.get_by_role("button", name="Disconnect")).to_be_visible()


@pytest.mark.parametrize("sub", ["max", "stranger"])
def test_whom_the_issuer_does_not_vouch_for_or_nobody_knows_stays_outside(chromium, known, sub):
    with Door(chromium, known).open() as page:
        come_by(page, sub)
        expect(page.get_by_text("You could not be signed in that way")).to_be_visible()
        expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_who_changes_their_mind_at_the_issuer_is_told_what_else_there_is(chromium, known):
    with Door(chromium, known).open() as page:
        page.goto("/sign-in")
        page.get_by_role("link", name="Sign in with Example University").click()
        page.get_by_role("button", name="Deny").click()
        expect(page.get_by_text("You could not be signed in that way")).to_be_visible()
        expect(page.get_by_role("button", name="Mail me a link")).to_be_visible()
