"""The link that signs in: good once however many press, not used up by looking, and it tells nobody who is known."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from urllib.parse import urlsplit

import flask_migrate
import pytest
from sqlalchemy import func, select, update

from program import clock
from program.access import Role
from program.extensions import db
from program.notices.models import Notice
from program.sign_in import services
from program.sign_in.models import SignInLink, SignInSession
from program.sign_in.services import mint_sign_in_link
from program.sign_in.views import EVEN_ANSWERS
from tests.databases import other_app
from tests.factories import make_account
from tests.pages import filled, find_form, read, submit

AT_ONCE = 100
TRIALS = 200
NEAR = 0.005
"""Seconds by which the answers to known and unknown addresses may differ, as the median of all trials."""
UNKNOWN = "nobody.we.know@people.example"


def fresh_link():
    account = make_account(name="Ada Marsh", roles=[Role.FELLOW])
    path = urlsplit(mint_sign_in_link(account, now=clock.now())).path
    db.session.commit()
    db.session.remove()
    return path


def pressed_at_once(app, path, presses):
    """What so many browsers are answered that press the link's button at the same moment."""
    browsers = [app.test_client() for _ in range(presses)]
    forms = [filled(find_form(read(browser.get(path)), path)) for browser in browsers]
    barrier = Barrier(presses)

    def press(browser, form):
        barrier.wait(60)
        return browser.post(path, data=form).status_code

    with ThreadPoolExecutor(presses) as pool:
        return sorted(pool.map(press, browsers, forms))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@contextmanager
def without_limits(live, tmp_path):
    """The application on the same database with a rate limiter that lets a hundred through."""
    with other_app(tmp_path / "open", database_url=live.settings["database_url"], rate_limits=False) as app:
        yield app


@pytest.mark.live
def test_of_a_hundred_who_press_one_link_at_once_one_gets_in(live, tmp_path, tally):
    with live.app.app_context():
        path = fresh_link()
    with without_limits(live, tmp_path) as app:
        assert pressed_at_once(app, path, AT_ONCE) == [302] + [410] * (AT_ONCE - 1)
        with app.app_context():
            assert count(SignInSession) == 1
    tally("redeems of one link at once", AT_ONCE)


@pytest.mark.live
def test_a_link_that_is_looked_at_first_and_used_up_later_is_caught(live, tmp_path, monkeypatch):
    with live.app.app_context():
        path = fresh_link()
    found = services.find_open_link

    def find_slowly(token_hash, *, now):
        link = found(token_hash, now=now)
        db.session.rollback()
        time.sleep(0.3)
        if link is not None:
            reopened = update(SignInLink).values(redeemed_at=None)
            db.session.execute(reopened)
        return link

    monkeypatch.setattr(services, "find_open_link", find_slowly)
    with without_limits(live, tmp_path) as app:
        assert pressed_at_once(app, path, 4).count(302) > 1


def test_a_link_that_was_used_is_of_no_use_to_anybody_again(app, client, session, tally):
    path = fresh_link()
    form = filled(find_form(read(client.get(path)), path))
    assert client.post(path, data=form).status_code == 302
    again = [client.post(path, data=form).status_code for _ in range(3)]
    other = app.test_client()
    token = filled(find_form(read(other.get("/sign-in")), "/sign-in"))["csrf_token"]
    stolen = [other.post(path, data={"csrf_token": token}).status_code for _ in range(3)]
    assert [other.get(path).status_code, other.head(path).status_code] == [410, 410]
    assert (again, stolen) == ([400] * 3, [410] * 3)  # the form went with the session it was made in
    assert count(SignInSession) == 1
    tally("tries to use a link again", 8)


def test_a_scanner_that_follows_a_link_uses_nothing_up(client, session, tally):
    """As mail filters do: HEAD and GET, with and without a query, in a browser of its own and with odd heads."""
    path, looks = fresh_link(), 0
    for head in (
        {},
        {"User-Agent": "scanner"},
        {"Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
    ):
        for method in ("HEAD", "GET", "OPTIONS"):
            for query in ("", "?utm_source=mail", "?confirm=1&redeem=true"):
                assert client.open(path + query, method=method, headers=head).status_code == 200
                looks += 1
    assert session.scalars(select(SignInLink.redeemed_at)).all() == [None]
    assert count(SignInSession) == 0
    assert submit(client, path).status_code == 302
    tally("looks of a scanner at a link", looks)


def asked_in_turn(app, addresses, trials):
    """Each address is asked for in turn; the different answers and the seconds they took, by address."""
    seen = {address: set() for address in addresses}
    took = {address: [] for address in addresses}
    with app.app_context():  # what a request leaves on `g` is not to meet the next browser
        browser = app.test_client()
        form = filled(find_form(read(browser.get("/sign-in")), "/sign-in"))
        for trial in range(trials):
            for address in addresses[:: 1 if trial % 2 else -1]:
                began = time.perf_counter()
                answer = browser.post("/sign-in", data={**form, "email": address})
                took[address].append(time.perf_counter() - began)
                head = tuple(
                    sorted(
                        (name, value)
                        for name, value in answer.headers
                        if name not in {"Set-Cookie", "Date", "X-Request-ID"}
                    )
                )
                seen[address].add((answer.status_code, head, answer.data))
    return seen, took


def apart(took):
    """How many seconds lie between the medians of two addresses."""
    first, second = (statistics.median(seconds) for seconds in took.values())
    return abs(first - second)


@pytest.fixture
def open_app(backend, databases, tmp_path):
    """An application without rate limits, on the real clock, where one address is known."""
    with (
        other_app(tmp_path, database_url=databases.empty(backend), rate_limits=False) as app,
        app.app_context(),
    ):
        flask_migrate.upgrade()
        make_account(name="Ada Marsh", roles=[Role.FELLOW])
        db.session.commit()
        yield app
        db.session.remove()


def test_known_and_unknown_addresses_are_answered_alike_and_as_fast(open_app, tally):
    for _ in range(3):  # a machine that others use as well may be slow at the wrong moments
        seen, took = asked_in_turn(open_app, ["ada.marsh@people.example", UNKNOWN], TRIALS)
        known, unknown = seen.values()
        assert [status for status, *_rest in known] == [302]  # one answer, each time
        assert known == unknown
        if apart(took) < NEAR:
            break
    assert apart(took) < NEAR
    assert count(Notice) in {TRIALS, 2 * TRIALS, 3 * TRIALS}
    tally("trials of known and unknown addresses", TRIALS)
    tally("microseconds between their medians", round(apart(took) * 1e6))


def test_an_answer_that_takes_longer_for_those_who_are_known_is_caught(open_app, monkeypatch):
    post = services.post

    def slow_post(messages, *, now):
        time.sleep(EVEN_ANSWERS["sign_in.send"] + 2 * NEAR)
        return post(messages, now=now)

    monkeypatch.setattr(services, "post", slow_post)
    _seen, took = asked_in_turn(open_app, ["ada.marsh@people.example", UNKNOWN], 10)
    assert apart(took) > NEAR
