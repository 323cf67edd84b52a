"""The link that signs in: good once however many press, and not used up by looking."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update

from program import clock
from program.access import Role
from program.extensions import db
from program.sign_in import services
from program.sign_in.models import SignInLink, SignInSession
from program.sign_in.services import mint_sign_in_link
from tests.databases import other_app
from tests.factories import make_account
from tests.pages import filled, find_form, read, submit

AT_ONCE = 100


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
