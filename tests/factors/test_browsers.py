"""The browsers one is signed in with."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from program.access import Role
from program.extensions import db
from program.sign_in.models import SignInSession
from tests.factories import NOW, make_account
from tests.factors.conftest import SECURITY
from tests.pages import read, submit, words

FIVE = timedelta(minutes=5)


def sessions(account):
    query = select(SignInSession).filter_by(account_id=account.id).order_by(SignInSession.id)
    return db.session.scalars(query).all()


def test_each_is_listed_with_device_time_and_network(account, client_of):
    browser, _other = client_of(account), client_of(account)
    other = sessions(account)[1]
    other.device, other.address = "Mozilla/5.0 (X11; Linux x86_64) Firefox/125.0", "203.0.113.77"
    text = words(browser.get(SECURITY))
    assert "this browser" in text
    assert "Firefox on Linux" in text
    assert "by a mailed link" in text
    assert "from 203.0.113.0/24" in text
    assert "203.0.113.77" not in text


def test_one_is_ended(account, client_of):
    here, elsewhere = client_of(account), client_of(account)
    other = sessions(account)[1]
    assert submit(here, SECURITY, f"{SECURITY}/sessions/{other.id}/end").status_code == 302
    assert [b.get("/account").status_code for b in (here, elsewhere)] == [200, 302]


def test_that_of_somebody_else_is_not_there_to_end(account, client_of):
    stranger = make_account(name="Ben Other", roles=[Role.FELLOW])
    other, here = client_of(stranger), client_of(account)
    client_of(account)  # a second browser, so that the page has its form
    token = read(here.get(SECURITY)).find("input", {"name": "csrf_token"})["value"]
    strangers = sessions(stranger)[0]
    answer = here.post(f"{SECURITY}/sessions/{strangers.id}/end", data={"csrf_token": token})
    assert (answer.status_code, other.get("/account").status_code) == (404, 200)


def test_all_others_are_ended(account, client_of):
    here, *others = [client_of(account) for _ in range(4)]
    assert submit(here, SECURITY, f"{SECURITY}/sessions/end-others").status_code == 302
    assert [b.get("/account").status_code for b in (here, *others)] == [200, 302, 302, 302]


def test_none_is_ended_by_a_browser_that_was_signed_in_long_ago(account, client_of):
    """Who found a browser that is signed in does not lock its owner out of the others."""
    here, elsewhere = client_of(account), client_of(account)
    other = sessions(account)[1]
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        for step in (f"sessions/{other.id}/end", "sessions/end-others"):
            assert submit(here, SECURITY, f"{SECURITY}/{step}").status_code == 401
        assert elsewhere.get("/account").status_code == 200
        assert words(here.get("/sign-in/again")).startswith("Is it you?")


@pytest.mark.parametrize(
    ("came_from", "target"),
    [
        (f"http://localhost{SECURITY}?x=1", SECURITY),
        ("https://evil.example/account", "/"),
        ("http://localhost//evil.example/", "/"),
        ("http://localhost/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http://[", "/"),
        (None, "/"),
    ],
)
def test_who_is_asked_once_more_is_led_there_and_back_to_the_page_of_ours(
    account, client_of, came_from, target
):
    browser = client_of(account)
    token = read(browser.get("/account")).find("input", {"name": "csrf_token"})["value"]
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        headers = {"Referer": came_from} if came_from else {}
        answer = browser.post(f"{SECURITY}/sessions/end-others", data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 401
        assert read(answer).find("a", string="Show that it is you")["href"] == "/sign-in/again"
        with browser.session_transaction() as cookie:
            assert cookie["next"] == target


def test_the_last_use_is_known_to_five_minutes(account, browser):
    browser.get("/account")
    [mine] = sessions(account)
    assert mine.last_seen_at == NOW
    with time_machine.travel(NOW + FIVE - timedelta(seconds=1), tick=False):
        browser.get("/account")
    assert mine.last_seen_at == NOW
    with time_machine.travel(NOW + FIVE, tick=False):
        browser.get("/account")
    db.session.expire_all()
    assert mine.last_seen_at == NOW + FIVE
