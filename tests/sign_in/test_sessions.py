"""What a signed-in browser has, and how it ends."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select, update

from program.access import Role
from program.accounts.models import AccountRole
from program.audit.models import AuditEvent, Tag
from program.extensions import db
from program.sign_in.browser import SESSION_KEY
from program.sign_in.models import Method, SignInSession
from program.sign_in.services import mint_sign_in_link, start_session
from tests.databases import other_app
from tests.factories import NOW, make_account
from tests.pages import read, submit, words


@pytest.fixture
def account(app):
    return make_account(name="Ada Marsh", roles=[Role.FELLOW])


def sign_in(client, account):
    return submit(client, urlsplit(mint_sign_in_link(account, now=NOW)).path)


def cookie_of(response):
    return next(value for name, value in response.headers if name == "Set-Cookie")


def test_the_token_is_stored_hashed(client, session, account):
    sign_in(client, account)
    with client.session_transaction() as cookie:
        token = cookie["sign_in"]
    stored = session.scalars(select(SignInSession)).one()
    assert token not in (stored.token_hash, stored.device)
    assert len(stored.token_hash) == 64
    assert len(token) >= 43  # 256 bits in base 64


def test_the_cookie_is_fresh_kept_for_two_weeks_and_out_of_reach_of_scripts(client, account):
    client.get("/reports")
    parts = {part.strip() for part in cookie_of(sign_in(client, account)).split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert "Expires=Wed, 24 Jun 2026 12:00:00 GMT" in parts
    assert not any(part.startswith("Domain") for part in parts)


def test_over_https_the_cookie_is_bound_to_the_host(tmp_path, now):
    settings = {"database_url": "sqlite://", "public_url": "https://programme.example"}
    with other_app(tmp_path, **settings) as app:
        response = app.test_client().get("/sign-in", base_url="https://programme.example")
    cookie = cookie_of(response)
    assert cookie.startswith("__Host-fellowship=")
    assert "Secure" in cookie.split("; ")
    assert response.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_a_revoked_session_is_out_within_one_request(client, session, account):
    sign_in(client, account)
    assert client.get("/account").status_code == 200
    session.execute(update(SignInSession).values(ended_at=NOW))
    assert client.get("/account").status_code == 302


def test_a_disabled_account_is_out_within_one_request(client, account):
    sign_in(client, account)
    account.disabled_at = NOW
    assert client.get("/account").status_code == 302


def test_a_role_that_was_taken_away_is_gone_within_one_request(client, session, account):
    sign_in(client, account)
    assert client.get("/reports").status_code == 200
    session.delete(session.scalars(select(AccountRole).filter_by(account_id=account.id)).one())
    assert client.get("/reports").status_code == 404


def statuses_on(client, days):
    """What the browser is answered when it comes on these days after it signed in."""
    statuses = []
    for day in days:
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            statuses.append(client.get("/account").status_code)
    return statuses


def test_a_session_ends_after_two_weeks_however_often_it_is_used(client, account):
    sign_in(client, account)
    assert statuses_on(client, [7, 13, 13.99, 14]) == [200, 200, 200, 302]


def test_who_comes_once_a_week_stays_signed_in(client, account):
    sign_in(client, account)
    assert statuses_on(client, [7.9]) == [200]


def test_a_session_that_is_not_used_ends_after_eight_days(client, account):
    sign_in(client, account)
    assert statuses_on(client, [8, 9]) == [302, 302]


def test_a_session_that_was_used_rests_eight_days_from_then(client, account):
    sign_in(client, account)
    assert statuses_on(client, [2, 9.9, 10]) == [200, 200, 200]
    other = client.application.test_client()
    sign_in(other, account)
    assert statuses_on(other, [3, 11]) == [200, 302]


def test_signing_out_ends_this_browser_only(client, app, session, account):
    other = app.test_client()
    sign_in(client, account)
    sign_in(other, account)
    response = submit(client, "/account", "/sign-out")
    assert (response.status_code, response.location) == (302, "/sign-in")
    assert client.get("/account").status_code == 302
    assert other.get("/account").status_code == 200
    assert sorted(s.ended_at is None for s in session.scalars(select(SignInSession))) == [False, True]


def test_a_cookie_kept_from_before_signing_out_is_worth_nothing(client, app, account):
    sign_in(client, account)
    with client.session_transaction() as cookie:
        token = cookie["sign_in"]
    submit(client, "/account", "/sign-out")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["sign_in"] = token
    assert thief.get("/account").status_code == 302


def test_signing_in_and_out_is_audited(client, session, account):
    sign_in(client, account)
    submit(client, "/account", "/sign-out")
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.tag, event.actor_id) for event in events[1:]] == [
        (Tag.SIGN_IN_REQUEST, None),
        (Tag.SIGN_IN, account.id),
        (Tag.SIGN_OUT, account.id),
    ]
    assert events[2].address == "127.0.0.1"


def test_after_signing_in_one_is_where_one_was_going(client, account):
    client.get("/reports?after=x")
    assert sign_in(client, account).location == "/reports?after=x"


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "//evil.example/reports", "//reports", "/\\evil.example", "/reports/%0d%0aX: y"],
)
def test_nobody_is_sent_to_another_site(client, account, path):
    client.get("/", environ_overrides={"PATH_INFO": path})
    client.get("/sign-in", query_string={"next": f"https://evil.example{path}"})
    location = sign_in(client, account).location
    assert urlsplit(location).netloc == ""
    assert not location.startswith(("//", "/\\"))


def test_signing_in_needs_the_token_of_the_page(client, session, account):
    path = urlsplit(mint_sign_in_link(account, now=NOW)).path
    assert client.post(path).status_code == 400
    assert session.scalars(select(SignInSession)).all() == []


def test_what_a_stranger_typed_is_given_back(client, cast):
    response = client.post("/periods/1/report", data={"section-done": "Two days of work."})
    assert response.status_code == 401
    assert "Sign in, then paste" in words(response)
    assert [area.get_text().strip() for area in read(response).find_all("textarea")] == ["Two days of work."]


def test_a_device_name_of_any_length_fits(client, session, account):
    path = urlsplit(mint_sign_in_link(account, now=NOW)).path
    page = read(client.get(path))
    token = page.find("input", {"name": "csrf_token"})["value"]
    client.post(path, data={"csrf_token": token}, headers={"User-Agent": "Browser " * 100})
    assert len(session.scalars(select(SignInSession.device)).one()) == 120


def test_signing_out_clears_what_the_browser_keeps(databases, tmp_path, now):
    settings = {"database_url": databases.migrated("sqlite"), "public_url": "https://programme.example"}
    with other_app(tmp_path, **settings) as app, app.app_context():
        account = make_account(name="Ada Marsh")
        began = start_session(account.id, method=Method.LINK, device="", now=NOW)
        db.session.commit()
        browser, site = app.test_client(), {"base_url": "https://programme.example"}
        with browser.session_transaction(**site) as cookie:
            cookie[SESSION_KEY] = began
        token = read(browser.get("/account", **site)).find("input", {"name": "csrf_token"})["value"]
        referrer = {"Referer": "https://programme.example/account"}
        answer = browser.post("/sign-out", data={"csrf_token": token}, headers=referrer, **site)
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (302, '"cache", "storage"')
