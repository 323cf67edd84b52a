"""Nobody learns whose address is known: not by what is answered, and not by how long it takes."""

import re
import statistics
import time
from dataclasses import astuple

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import func, select

from program import clock
from program.access import Role
from program.extensions import db
from program.factors import passwords
from program.factors import services as factors
from program.factors.models import Password
from program.factors.passwords import hash_password
from program.notices.models import Notice
from program.sign_in import services
from program.sign_in.views import EVEN_ANSWERS
from tests.databases import other_app
from tests.factories import make_account, make_authenticator
from tests.pages import filled, find_form, read

pytestmark = pytest.mark.takes_its_time

TRIALS = 200
NEAR = 0.005
"""Seconds by which the answers to known and unknown addresses may differ, as the median of all trials."""
PER_REQUEST = {"Set-Cookie", "Date", "X-Request-ID"}
TOKEN = re.compile(rb'name="csrf_token" value="[^"]*"')
KNOWN, WITH_PASSWORD, UNKNOWN = (
    "ada.marsh@people.example",
    "ben.odell@people.example",
    "nobody.we.know@people.example",
)
LINK = {"known": {"email": KNOWN}, "unknown": {"email": UNKNOWN}}
RIGHT, WRONG = "seven otters knit at dawn", "eight otters knit at dawn"
NO_CODE = "12345"
"""A digit short of one that could be right by chance."""
PASSWORD = {
    "unknown": {"email": UNKNOWN, "password": WRONG, "code": NO_CODE},
    "known, without a password": {"email": KNOWN, "password": WRONG, "code": NO_CODE},
    "known, wrong password": {"email": WITH_PASSWORD, "password": WRONG, "code": NO_CODE},
    "known, wrong code": {"email": WITH_PASSWORD, "password": RIGHT, "code": NO_CODE},
}


EXTREMES = {kind: PASSWORD[kind] for kind in ("unknown", "known, wrong code")}
"""Where nothing is found, and where all but the code is right: the other kinds lie between."""


def told(answer, typed):
    """All that an answer shows, without what was typed and what differs in each answer."""
    head = sorted(
        (name, value) for name, value in answer.headers if name not in PER_REQUEST | {"Content-Length"}
    )
    return answer.status_code, tuple(head), TOKEN.sub(b"", answer.data).replace(typed["email"].encode(), b"")


def asked_in_turn(app, path, kinds, trials):
    """Each kind of form is sent in turn; the different answers and the seconds they took, by kind."""
    seen, took = {kind: set() for kind in kinds}, {kind: [] for kind in kinds}
    with app.app_context():  # what a request leaves on `g` is not to meet the next browser
        browser = app.test_client()
        form = filled(find_form(read(browser.get(path)), path))
        for trial in range(trials):
            for kind in [*kinds][:: 1 if trial % 2 else -1]:
                began = time.perf_counter()
                answer = browser.post(path, data=form | kinds[kind])
                took[kind].append(time.perf_counter() - began)
                seen[kind].add(told(answer, kinds[kind]))
    return seen, took


def apart(took):
    """How many seconds lie between the medians of the kinds that are furthest apart."""
    medians = [statistics.median(seconds) for seconds in took.values()]
    return max(medians) - min(medians)


def measured_apart(app, path, kinds, *, trials, status):
    """The same, once all were answered alike; a machine that others use as well may be slow at the wrong moments."""
    for _ in range(3):
        seen, took = asked_in_turn(app, path, kinds, trials)
        answers = set.union(*seen.values())
        assert len(answers) == 1
        assert {code for code, *_rest in answers} == {status}
        if apart(took) < NEAR:
            break
    return apart(took)


@pytest.fixture
def open_app(backend, databases, tmp_path):
    """An application without rate limits, on the real clock, where two addresses are known, one with a password."""
    url = databases.migrated(backend)
    with other_app(tmp_path, database_url=url, rate_limits=False) as app, app.app_context():
        make_account(name="Ada Marsh", roles=[Role.FELLOW])
        ben = make_account(name="Ben Odell", roles=[Role.FELLOW])
        make_authenticator(ben)
        db.session.add(Password(account_id=ben.id, hash=hash_password(RIGHT), changed_at=clock.now()))
        db.session.commit()
        yield app
        db.session.remove()


@pytest.fixture
def unpadded(monkeypatch):
    """Answers come as soon as they are ready."""
    monkeypatch.setitem(EVEN_ANSWERS, "factors.enter", 0.0)


@pytest.fixture
def quick_hashes(open_app, monkeypatch):
    """Passwords that are hashed in no time, so that all the rest of the work is what is measured."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", quick)
    monkeypatch.setattr(passwords, "NOBODYS", quick.hash("nobody's"))
    db.session.scalars(select(Password)).one().hash = quick.hash(RIGHT)
    db.session.commit()


def test_known_and_unknown_addresses_are_answered_alike_and_as_fast(open_app, tally):
    seconds = measured_apart(open_app, "/sign-in", LINK, trials=TRIALS, status=302)
    assert seconds < NEAR
    assert db.session.scalar(select(func.count()).select_from(Notice)) in {TRIALS, 2 * TRIALS, 3 * TRIALS}
    tally("trials of known and unknown addresses", TRIALS)
    tally("microseconds between their medians", round(seconds * 1e6))


def test_an_answer_that_takes_longer_for_those_who_are_known_is_caught(open_app, monkeypatch):
    post = services.post

    def slow_post(messages, *, now):
        time.sleep(EVEN_ANSWERS["sign_in.send"] + 2 * NEAR)
        return post(messages, now=now)

    monkeypatch.setattr(services, "post", slow_post)
    _seen, took = asked_in_turn(open_app, "/sign-in", LINK, 10)
    assert apart(took) > NEAR


def test_wrong_passwords_are_answered_alike_and_none_sooner_than_after_the_padding(
    open_app, quick_hashes, tally
):
    """The hash is quick, since on a machine that is busy a real one takes longer than the padding."""
    seen, took = asked_in_turn(open_app, "/sign-in/password", PASSWORD, 1)
    assert len(set.union(*seen.values())) == 1
    assert min(min(seconds) for seconds in took.values()) >= EVEN_ANSWERS["factors.enter"]
    tally("kinds of wrong passwords", len(PASSWORD))


def test_beside_the_hash_wrong_passwords_take_as_long_without_padding(
    open_app, unpadded, quick_hashes, backend, tally
):
    """All trials on one database, for time's sake: a few on the other, which are as exact as few can be."""
    trials, near = (TRIALS, NEAR) if backend == "sqlite" else (TRIALS // 5, 2 * NEAR)
    seconds = measured_apart(open_app, "/sign-in/password", EXTREMES, trials=trials, status=422)
    assert seconds < near
    tally("trials of wrong passwords of each kind", trials)
    tally("microseconds between the medians of wrong passwords", round(seconds * 1e6))


def hashes_of(app, monkeypatch, kinds):
    """The parameters of each hash that is worked through, by kind: what costs the time."""
    worked, verify = [], PasswordHasher.verify

    def noted(hasher, stored, typed):
        worked.append(astuple(extract_parameters(stored)))
        return verify(hasher, stored, typed)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    found = {}
    for kind, typed in kinds.items():
        asked_in_turn(app, "/sign-in/password", {kind: typed}, 1)
        found[kind] = tuple(worked)
        worked.clear()
    return found


def test_the_same_hash_is_worked_through_once_for_every_kind_of_wrong_password(
    open_app, unpadded, monkeypatch
):
    found = hashes_of(open_app, monkeypatch, PASSWORD)
    usual = astuple(extract_parameters(passwords.NOBODYS))
    assert found == dict.fromkeys(PASSWORD, (usual,))


def test_a_hash_that_is_only_worked_through_where_there_is_one_is_caught(open_app, unpadded, monkeypatch):
    is_password = factors.is_password
    monkeypatch.setattr(factors, "is_password", lambda kept, typed: bool(kept) and is_password(kept, typed))
    some = {kind: PASSWORD[kind] for kind in ("unknown", "known, wrong password")}
    _seen, took = asked_in_turn(open_app, "/sign-in/password", some, 3)
    assert apart(took) > NEAR
    assert {len(hashes) for hashes in hashes_of(open_app, monkeypatch, some).values()} == {0, 1}
