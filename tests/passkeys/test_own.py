"""One's own passkeys: made on a device, listed, removed; and what no page takes for one."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from program.audit.models import AuditEvent, Tag
from program.notices.models import Notice, NoticeKind
from program.passkeys.models import Passkey, PasskeyHolder, SpentChallenge
from program.passkeys.services import MOST
from program.sign_in.models import SignInSession
from tests.factories import NOW, make_account, make_passkey
from tests.pages import read, submit, token_of, words
from tests.passkeys.authenticator import PRESENT, Device
from tests.passkeys.conftest import OWN

MINUTE = timedelta(minutes=1)


def told(session):
    """What people were mailed about how they sign in."""
    query = select(Notice.rung).where(Notice.kind == NoticeKind.SECURITY).order_by(Notice.id)
    return session.scalars(query).all()


def recorded(session, account):
    query = select(AuditEvent.tag).where(AuditEvent.actor_id == account.id).order_by(AuditEvent.id)
    return session.scalars(query).all()


def kept(session):
    return session.scalar(select(func.count()).select_from(Passkey))


def test_a_passkey_is_kept_listed_recorded_and_told(browser, session, account, device):
    passkey = session.scalars(select(Passkey)).one()
    assert (passkey.account_id, passkey.name, passkey.credential_id, passkey.sign_count) == (
        account.id,
        "Phone",
        device.credential_id,
        0,
    )
    assert (passkey.transports, passkey.created_at, passkey.last_used_at) == ("internal,hybrid", NOW, None)
    assert recorded(session, account) == [Tag.PASSKEY_ADD]
    assert told(session) == ["passkey_add"]
    assert "Phone made Wed 10 Jun, 13:00 BST" in words(browser.get(OWN))
    assert "not used yet" in words(browser.get(OWN))


def test_an_account_is_called_by_64_random_bytes_that_say_nothing_about_it(browser, session, ceremonies):
    first, second = Device(), Device()
    for device in (first, second):
        ceremonies.add(browser, device)
    assert session.scalars(select(PasskeyHolder.handle)).all() == [first.handle]
    assert first.handle == second.handle
    assert len(first.handle) == 64


def test_a_browser_is_asked_for_a_key_that_verifies_its_person_and_is_not_there_yet(browser, device):
    data = {"csrf_token": token_of(browser, OWN)}
    options = browser.post(f"{OWN}/options", data=data).json
    assert options["rp"] == {"name": "Fellowship", "id": "127.0.0.1"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert [known["id"] for known in options["excludeCredentials"]] == [
        json.loads(device.create(options))["id"]
    ]


def test_a_passkey_is_removed_by_its_owner_and_signs_nobody_in_again(
    browser, client, session, account, device, ceremonies
):
    passkey = session.scalars(select(Passkey)).one()
    assert submit(browser, OWN, f"{OWN}/{passkey.id}/remove").status_code == 302
    assert ceremonies.sign_in(client, device).status_code == 400
    assert browser.get(OWN).status_code == 200  # it ended nobody's session
    assert recorded(session, account) == [Tag.PASSKEY_ADD, Tag.PASSKEY_REMOVE]
    assert told(session) == ["passkey_add", "passkey_remove"]


def test_somebody_elses_passkey_is_not_there(browser, session):
    passkey = make_passkey(make_account(name="Jonas Kettler"))
    data = {"csrf_token": token_of(browser, OWN)}
    assert browser.post(f"{OWN}/{passkey.id}/remove", data=data).status_code == 404
    assert kept(session) == 1


def test_a_name_that_is_missing_is_said_beside_the_field(browser, session, ceremonies):
    response = ceremonies.add(browser, Device(), name="  ")
    assert response.status_code == 422
    assert read(response).find("input", {"name": "name"})["aria-invalid"] == "true"
    assert kept(session) == 0


def test_without_a_name_only_that_is_said(browser):
    response = submit(browser, OWN)
    assert response.status_code == 422
    assert [item.get_text() for item in read(response).select(".form-errors li")] == [
        "Name of the passkey: Please fill in “Name of the passkey”."
    ]


def test_a_form_without_a_device_is_answered(browser, session):
    response = submit(browser, OWN, name="Phone")
    assert response.status_code == 422
    assert "did not answer for a device" in words(response)
    assert read(response).find("input", {"name": "name"})["value"] == "Phone"


@pytest.mark.parametrize(
    "device",
    [
        Device(origin="https://evil.example"),
        Device(origin="http://127.0.0.1:8001"),
        Device(host="evil.example"),
        Device(flags=PRESENT),
        Device(flags=0),
        Device(credential_id=b""),
        Device(credential_id=b"x" * 1_024),
    ],
)
def test_a_device_that_answers_for_another_site_or_no_person_is_refused(browser, session, ceremonies, device):
    response = ceremonies.add(browser, device)
    assert response.status_code == 400
    assert "Nothing was changed" in words(response)
    assert kept(session) == 0


HOLLOW = {"clientDataJSON": "AA", "attestationObject": "_w", "authenticatorData": "AA", "signature": "AA"}
ANSWER = {"id": "AA", "rawId": "AA", "type": "public-key"}
NONSENSE = [
    "x",
    "{}",
    "[]",
    "null",
    "7",
    '"text"',
    "[" * 9_000,
    '{"id": 1}',
    json.dumps(ANSWER | {"response": {}}),
    json.dumps(ANSWER | {"response": None}),
    json.dumps(ANSWER | {"response": HOLLOW}),
    json.dumps(ANSWER | {"response": HOLLOW | {"userHandle": "AA"}}),
    json.dumps(ANSWER | {"response": HOLLOW | {"userHandle": 1}}),
    json.dumps(ANSWER | {"rawId": "\u00e9", "response": HOLLOW | {"userHandle": "\u0000"}}),
    json.dumps(ANSWER | {"type": "password", "response": HOLLOW | {"userHandle": "AA"}}),
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_no_passkey(browser, session, ceremonies, nonsense):
    assert ceremonies.add(browser, Device(), spoil=lambda _answer: nonsense).status_code == 400
    assert kept(session) == 0


def spoilt(part, value):
    def spoil(answer):
        whole = json.loads(answer)
        whole["response"][part] = value
        return json.dumps(whole)

    return spoil


@pytest.mark.parametrize("value", ["text", 7, {"a": 1}, [None, 3, "ü"], ["a" * 500]])
def test_a_hint_how_to_reach_a_device_does_no_harm(browser, session, ceremonies, value):
    answer = ceremonies.add(browser, Device(), spoil=spoilt("transports", value))
    assert answer.status_code in (302, 400)
    assert all(len(hint) <= 120 for hint in session.scalars(select(Passkey.transports)))


def test_a_question_is_good_once(browser, session, ceremonies):
    token = token_of(browser, OWN)
    device = Device()
    options = browser.post(f"{OWN}/options", data={"csrf_token": token}).json
    fields = {"csrf_token": token, "name": "Phone", "credential": device.create(options)}
    cookie = browser.get_cookie("fellowship").decoded_value
    assert browser.post(OWN, data=fields).status_code == 302
    session.delete(session.scalars(select(Passkey)).one())
    assert browser.post(OWN, data=fields).status_code == 400
    browser.set_cookie("fellowship", cookie)  # the browser's own question, put back
    assert browser.post(OWN, data=fields).status_code == 400
    assert kept(session) == 0


@pytest.mark.parametrize(("age", "status"), [(5 * MINUTE, 400), (5 * MINUTE - timedelta(seconds=1), 302)])
def test_a_question_lives_five_minutes(browser, ceremonies, age, status):
    token = token_of(browser, OWN)
    options = browser.post(f"{OWN}/options", data={"csrf_token": token}).json
    fields = {"csrf_token": token, "name": "Phone", "credential": Device().create(options)}
    with time_machine.travel(NOW + age, tick=False):
        assert browser.post(OWN, data=fields).status_code == status


def test_a_question_to_sign_in_is_no_question_to_make_a_passkey(browser, session, ceremonies):
    """Though both are asked in one browser."""
    token = token_of(browser, OWN)
    asked = browser.post(f"{OWN}/options", data={"csrf_token": token}).json
    other = ceremonies.ask(browser)
    credential = Device().create(asked | {"challenge": other["challenge"]})
    fields = {"csrf_token": token, "name": "Phone", "credential": credential}
    assert browser.post(OWN, data=fields).status_code == 400
    assert kept(session) == 0


def test_what_was_answered_is_forgotten_when_it_is_too_old_to_count(browser, session, ceremonies):
    ceremonies.add(browser, Device())
    assert session.scalar(select(func.count()).select_from(SpentChallenge)) == 1
    with time_machine.travel(NOW + 6 * MINUTE, tick=False):
        ceremonies.add(browser, Device())
    assert session.scalars(select(SpentChallenge.expires_at)).all() == [NOW + 11 * MINUTE]


def test_the_same_passkey_is_not_kept_twice(browser, session, ceremonies, device):
    assert ceremonies.add(browser, device).status_code == 409
    assert kept(session) == 1


def test_there_is_an_end_to_passkeys(browser, session, account, ceremonies):
    for number in range(MOST):
        make_passkey(account, name=f"Key {number}")
    assert ceremonies.add(browser, Device()).status_code == 409
    assert kept(session) == MOST


def test_passkeys_are_sensitive(browser, session, account):
    """A browser that was left alone for ten minutes makes and removes none."""
    passkey, token = make_passkey(account), token_of(browser, OWN)
    session.scalars(select(SignInSession)).one().proved_at = NOW - 11 * MINUTE
    assert browser.get(OWN).status_code == 302
    for address in (OWN, f"{OWN}/options", f"{OWN}/{passkey.id}/remove"):
        assert browser.post(address, data={"csrf_token": token}).status_code == 401
    assert kept(session) == 1
