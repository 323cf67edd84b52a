"""Signing in by a passkey: the right device gets in, and nothing else does."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from webauthn.authentication import verify_authentication_response as library
from webauthn.helpers import bytes_to_base64url

from program.audit.models import AuditEvent, Tag
from program.notices.models import Notice, NoticeKind
from program.passkeys import services
from program.passkeys.models import Passkey
from program.sign_in.models import Method, SignInSession
from tests.factories import NOW, make_account
from tests.pages import open_sessions, words
from tests.passkeys.authenticator import PRESENT, Device
from tests.passkeys.conftest import SIGN_IN
from tests.passkeys.test_own import NONSENSE, spoilt

MINUTE = timedelta(minutes=1)


def let_in(session):
    """How many sessions were started by a passkey."""
    query = select(func.count()).select_from(SignInSession).where(SignInSession.method == Method.PASSKEY)
    return session.scalar(query)


def test_a_passkey_signs_its_person_in(client, session, account, device, ceremonies):
    response = ceremonies.sign_in(client, device)
    assert (response.status_code, response.location) == (302, "/")
    assert "Ada Marsh" in client.get("/account").get_data(as_text=True)
    started = session.scalars(select(SignInSession).filter_by(method=Method.PASSKEY)).one()
    assert (started.account_id, started.proved_at, started.second_factor_at) == (account.id, NOW, NOW)
    passkey = session.scalars(select(Passkey)).one()
    assert (passkey.sign_count, passkey.last_used_at) == (1, NOW)
    event = session.scalars(select(AuditEvent).filter_by(tag=Tag.SIGN_IN)).one()
    assert (event.actor_id, event.after) == (account.id, {"method": "passkey"})


def test_a_device_that_does_not_count_signs_in_again_and_again(client, session, browser, ceremonies):
    device = Device(counts=False)
    ceremonies.add(browser, device)
    assert [ceremonies.sign_in(client, device).status_code for _ in range(3)] == [302] * 3
    assert let_in(session) == 3


def test_signing_in_by_a_passkey_goes_on_to_where_the_person_was_going(client, device, ceremonies):
    client.get("/reports")
    assert ceremonies.sign_in(client, device).location == "/reports"


def test_a_passkey_is_a_young_proof_for_a_sensitive_step(browser, session, device, ceremonies):
    session.scalars(select(SignInSession)).one().proved_at = NOW - 11 * MINUTE
    assert browser.get("/account/passkeys").location == "/sign-in/again"
    assert ceremonies.sign_in(browser, device).location == "/account/passkeys"
    assert browser.get("/account/passkeys").status_code == 200


def test_a_copy_is_refused_recorded_and_told_to_its_person(client, session, account, device, ceremonies):
    ceremonies.sign_in(client, device)
    device.count = 0
    response = ceremonies.sign_in(client, device)
    assert response.location == "/sign-in"
    assert "as if there were a copy" in client.get("/sign-in").get_data(as_text=True)
    assert let_in(session) == 1
    event = session.scalars(select(AuditEvent).filter_by(tag=Tag.PASSKEY_COPY)).one()
    assert event.subject_id == account.id
    rungs = session.scalars(select(Notice.rung).filter_by(kind=NoticeKind.SECURITY)).all()
    assert sorted(rungs) == ["passkey_add", "passkey_copy"]


def test_a_count_that_falls_back_without_the_key_alarms_nobody(client, session, device, ceremonies):
    ceremonies.sign_in(client, device)
    stranger = Device(credential_id=device.credential_id, handle=device.handle)
    assert ceremonies.sign_in(client, stranger).status_code == 400
    assert session.scalars(select(AuditEvent).filter_by(tag=Tag.PASSKEY_COPY)).all() == []


def with_another_key(device):
    return Device(credential_id=device.credential_id, handle=device.handle)


def changed(device, **parts):
    for part, value in parts.items():
        setattr(device, part, value)
    return device


LIES = {
    "another key": with_another_key,
    "another origin": lambda device: changed(device, origin="https://evil.example"),
    "another host": lambda device: changed(device, host="evil.example"),
    "nobody verified": lambda device: changed(device, flags=PRESENT),
    "nobody there": lambda device: changed(device, flags=0),
    "another handle": lambda device: changed(device, handle=bytes(64)),
    "no handle": lambda device: changed(device, handle=b""),
    "another credential": lambda device: changed(device, credential_id=b"x" * 32),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused_and_each_the_same_way(client, session, device, ceremonies, lie):
    response = ceremonies.sign_in(client, LIES[lie](device))
    assert response.status_code == 400
    assert words(response).startswith("Error 400 That passkey was not taken Nothing was changed.")
    assert let_in(session) == 0


@pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON", "userHandle"])
@pytest.mark.parametrize("value", ["AAAA", "", None, 7, ["x"], "é"])
def test_a_part_that_was_changed_on_the_way_is_refused(client, session, device, ceremonies, part, value):
    assert ceremonies.sign_in(client, device, spoil=spoilt(part, value)).status_code == 400
    assert let_in(session) == 0


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_signs_nobody_in(client, session, device, ceremonies, nonsense):
    assert ceremonies.sign_in(client, device, spoil=lambda _answer: nonsense).status_code == 400
    assert let_in(session) == 0


@pytest.mark.parametrize("nonsense", ["", "x" * 20_001])
def test_an_answer_that_is_none_is_refused(client, ceremonies, nonsense):
    assert ceremonies.answer(client, nonsense).status_code == 400


def test_the_handle_of_somebody_else_does_not_let_in_as_them(client, session, device, ceremonies, client_of):
    other = Device()
    ceremonies.add(client_of(make_account(name="Jonas Kettler")), other)
    spoil = spoilt("userHandle", bytes_to_base64url(other.handle))
    assert ceremonies.sign_in(client, device, spoil=spoil).status_code == 400
    assert let_in(session) == 0


def test_an_answer_to_another_question_is_refused(client, app, session, device, ceremonies):
    """One asked of another browser, one that was replaced by a newer one, and one that nobody asked."""
    elsewhere = device.get(ceremonies.ask(app.test_client()))
    earlier = device.get(ceremonies.ask(client))
    ceremonies.ask(client)
    assert ceremonies.answer(client, elsewhere).status_code == 400
    ceremonies.ask(client)
    assert ceremonies.answer(client, earlier).status_code == 400
    assert ceremonies.answer(client, device.get({"challenge": "AAAA"})).status_code == 400
    assert let_in(session) == 0


def test_an_answer_counts_once_even_with_the_cookie_put_back(client, app, session, browser, ceremonies):
    device = Device(counts=False)
    ceremonies.add(browser, device)
    answer = device.get(ceremonies.ask(client))
    cookie = client.get_cookie("fellowship").decoded_value
    assert ceremonies.answer(client, answer).status_code == 302
    thief = app.test_client()
    thief.set_cookie("fellowship", cookie)
    assert ceremonies.answer(thief, answer).status_code == 400
    assert let_in(session) == 1


@pytest.mark.parametrize(("age", "status"), [(5 * MINUTE, 400), (5 * MINUTE - timedelta(seconds=1), 302)])
def test_a_question_lives_five_minutes(client, device, ceremonies, age, status):
    answer = device.get(ceremonies.ask(client))
    with time_machine.travel(NOW + age, tick=False):
        assert ceremonies.answer(client, answer).status_code == status


def test_a_disabled_account_is_not_let_in(client, session, account, device, ceremonies):
    account.disabled_at = NOW
    assert ceremonies.sign_in(client, device).status_code == 400
    assert let_in(session) == 0


def test_what_a_stranger_is_asked_names_no_passkey(client, device, ceremonies):
    options = ceremonies.ask(client)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert options["rpId"] == "127.0.0.1"


def test_the_cookie_begins_anew(client, device, ceremonies):
    """What was put into a browser before somebody signed in is not there after."""
    with client.session_transaction() as cookie:
        cookie["planted"] = "before"
    ceremonies.sign_in(client, device)
    with client.session_transaction() as cookie:
        assert set(cookie) <= {"sign_in", "_permanent", "csrf_token"}


def test_tries_are_limited(client, device, ceremonies):
    answers = [ceremonies.answer(client, json.dumps({})).status_code for _ in range(31)]
    assert answers == [400] * 30 + [429]
    assert client.post(SIGN_IN).status_code == 400  # and without a token nobody is let near


def test_a_signature_that_is_not_checked_is_caught(client, session, device, ceremonies, monkeypatch):
    """Planted: the tests above would see a library that takes every signature."""
    monkeypatch.setattr(library, "verify_signature", lambda **_parts: None)
    assert ceremonies.sign_in(client, with_another_key(device)).status_code == 302
    assert let_in(session) == 1


def test_a_count_that_is_not_compared_is_caught(client, session, device, ceremonies, monkeypatch):
    monkeypatch.setattr(services, "_count_up", lambda *_args, **_kwargs: True)
    ceremonies.sign_in(client, device)
    device.count = 0
    ceremonies.sign_in(client, device)
    assert let_in(session) == 2


def test_the_session_that_the_browser_had_before_is_over(client_of, device, ceremonies):
    stranger = make_account(name="Ben Other")
    shared = client_of(stranger)
    assert ceremonies.sign_in(shared, device).status_code == 302
    assert open_sessions(stranger) == 0


def test_a_passkey_that_is_not_taken_is_written_down(client, session, ceremonies):
    ceremonies.ask(client)
    answer = ceremonies.answer(client, "{}")
    assert answer.status_code == 400
    event = session.scalars(select(AuditEvent).filter_by(tag=Tag.PASSKEY_REFUSE)).one()
    assert (event.actor_id, event.after["route"]) == (None, "passkeys.sign_in")
