"""A mailed link: good once, for ten minutes, pressed rather than opened."""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import func, select

from program.access import Role
from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.errors import InvalidLinkError
from program.logs.requests import HEADER
from program.notices.models import Notice, NoticeKind, NoticeState
from program.sign_in.models import SignInLink, SignInSession
from program.sign_in.services import link_url, mint_sign_in_link, redeem_link
from tests.factories import NOW, make_account
from tests.pages import read, submit, words

SECOND = timedelta(seconds=1)


@pytest.fixture
def account(app):
    return make_account(name="Ada Marsh", roles=[Role.FELLOW])


@pytest.fixture
def path(account):
    """The path of a fresh link."""
    return urlsplit(mint_sign_in_link(account, now=NOW)).path


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_a_link_signs_in(client, account, path):
    response = submit(client, path)
    assert (response.status_code, response.location) == (302, "/")
    assert "Ada Marsh" in client.get("/account").get_data(as_text=True)


def test_a_link_works_once(client, app, path):
    submit(client, path)
    again = app.test_client()
    assert again.get(path).status_code == 410
    assert client.get("/account").status_code == 200


def test_of_two_who_press_the_same_link_one_gets_in(app, session, path):
    first, second = app.test_client(), app.test_client()
    pages = [read(browser.get(path)) for browser in (first, second)]
    tokens = [page.find("input", {"name": "csrf_token"})["value"] for page in pages]
    answers = [
        browser.post(path, data={"csrf_token": token}).status_code
        for browser, token in zip((first, second), tokens, strict=True)
    ]
    assert answers == [302, 410]
    assert count(session, SignInSession) == 1


def test_opening_a_link_uses_nothing_up(client, session, path):
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert session.scalars(select(SignInLink.redeemed_at)).all() == [None]
    assert count(session, SignInSession) == 0


@pytest.mark.parametrize(
    ("age", "status"), [(timedelta(minutes=10) - SECOND, 200), (timedelta(minutes=10), 410)]
)
def test_a_link_lives_ten_minutes(client, path, age, status):
    with time_machine.travel(NOW + age, tick=False):
        assert client.get(path).status_code == status


def test_a_link_that_expires_before_the_button_is_pressed_signs_nobody_in(client, session, path):
    page = read(client.get(path))
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        token = page.find("input", {"name": "csrf_token"})["value"]
        assert client.post(path, data={"csrf_token": token}).status_code == 410
    assert count(session, SignInSession) == 0


@pytest.mark.parametrize("token", ["0" * 64, "short", "é" * 40, "%00", "a" * 3000])
def test_a_wrong_link_is_told_what_to_do(client, account, path, token):
    response = client.get(f"/sign-in/{token}")
    assert response.status_code == 410
    assert "Ask for a new one" in words(response)


def test_nothing_in_the_database_can_be_redeemed(app, session, account, path):
    link = session.scalars(select(SignInLink)).one()
    token = path.rsplit("/", 1)[1]
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    for stored in (link.token_hash, link.nonce, hashlib.sha256(link.nonce.encode()).hexdigest()):
        with pytest.raises(InvalidLinkError):
            redeem_link(stored, device="", now=NOW)


def test_links_of_one_account_differ_and_begin_with_the_public_address(app, account):
    urls = {mint_sign_in_link(account, now=NOW) for _ in range(5)}
    assert len(urls) == 5
    assert all(url.startswith("http://127.0.0.1:8000/sign-in/") for url in urls)


def test_a_host_header_does_not_get_into_a_link(app, session, account):
    browser = app.test_client()
    submit(browser, "/sign-in", email=account.email)
    link = session.scalars(select(SignInLink)).one()
    with app.test_request_context(base_url="http://localhost"):
        assert link_url(link).startswith("http://127.0.0.1:8000/sign-in/")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", ["/sign-in", "/fellow", "/nowhere", "/static/app.css"])
def test_a_strange_host_is_refused(client, address, method):
    response = client.open(address, method=method, base_url="http://evil.example")
    assert (response.status_code, response.data) == (400, b"This is not the address of the programme.\n")
    assert response.headers["X-Frame-Options"] == "DENY"


def test_asking_for_a_link_posts_one_notice_and_one_event(client, session, account):
    response = submit(client, "/sign-in", email="  ADA.Marsh@People.example ")
    assert (response.status_code, response.location) == (302, "/sign-in/sent")
    notice = session.scalars(select(Notice)).one()
    link = session.scalars(select(SignInLink)).one()
    assert (notice.kind, notice.state, notice.account_id, notice.subject_id) == (
        NoticeKind.SIGN_IN_LINK,
        NoticeState.PENDING,
        account.id,
        link.id,
    )
    tags = session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)).all()
    assert tags == [Tag.ACCOUNT_CREATE, Tag.SIGN_IN_REQUEST]


def test_known_unknown_and_disabled_addresses_are_answered_alike(app, session, account):
    make_account(name="Gone Away").disabled_at = NOW

    def answer(address):
        browser = app.test_client()
        response = submit(browser, "/sign-in", email=address)
        page = browser.get(response.location)
        own = {"Set-Cookie", HEADER}  # each request's, and by chance
        headers = {name: value for name, value in response.headers.items() if name not in own}
        return response.status_code, headers, response.data, page.status_code, page.data

    answers = [answer(a) for a in (account.email, "nobody@people.example", "gone.away@people.example")]
    assert answers[0] == answers[1] == answers[2]
    assert session.scalars(select(Notice.account_id)).all() == [account.id]


@pytest.mark.parametrize(
    "address", ["", "   ", "no-at", "two@@people.example", "a" * 250 + "@people.example"]
)
def test_what_is_no_address_is_said_beside_the_field(client, session, account, address):
    response = submit(client, "/sign-in", email=address)
    assert response.status_code == 422
    assert read(response).find("input", {"name": "email"})["aria-describedby"] == "email-error"
    assert count(session, Notice) == 0


def test_control_characters_in_an_address_are_left_out(client, session, account):
    assert submit(client, "/sign-in", email="ada\x00.marsh@people.example\u202e").status_code == 302
    assert session.scalars(select(Notice.account_id)).all() == [account.id]


def test_a_link_of_an_account_that_was_disabled_since_signs_nobody_in(client, session, account, path):
    account.disabled_at = NOW
    assert client.get(path).status_code == 410


def test_a_new_link_leaves_an_older_one_good(client, app, account, path):
    newer = urlsplit(mint_sign_in_link(account, now=NOW)).path
    assert submit(client, newer).status_code == 302
    assert submit(app.test_client(), path).status_code == 302


def test_an_address_is_known_whatever_its_case(app, session):
    make_account(name="Mixed Case", email="Mixed.Case@People.Example")
    assert session.scalars(select(Account.email)).all() == ["mixed.case@people.example"]


def test_one_address_is_sent_five_links_in_a_quarter_of_an_hour(client, session, account):
    spellings = ("ada.marsh", "ADA.MARSH", " ada.marsh", "ada\x00.marsh", "ada\u202e.marsh", "ada.marsh\x1f")
    asked = [f"{spelling}@people.example" for spelling in spellings]
    answers = [submit(client, "/sign-in", email=address).status_code for address in asked]
    assert answers == [302] * 5 + [429]
    assert count(session, SignInLink) == 5
    assert submit(client, "/sign-in", email="other@people.example").status_code == 302


def test_one_network_address_asks_for_twenty_links_in_a_quarter_of_an_hour(client, app):
    answers = [submit(client, "/sign-in", email=f"p{n}@people.example").status_code for n in range(21)]
    assert answers == [302] * 20 + [429]
    response = submit(client, "/sign-in", email="p@people.example")
    assert "wait a quarter of an hour" in words(response)
    assert "p@people.example" not in words(response)
    assert read(response).find("textarea") is None
