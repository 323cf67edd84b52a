"""Which passwords are taken, and signing in by one: with a code each time."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from program.audit.models import AuditEvent, Tag
from program.extensions import db
from program.factors import passwords
from program.factors.models import Password
from program.factors.passwords import LONGEST, fault_of, hash_password, is_outdated, is_password
from program.factors.services import sign_in_by_password
from program.sign_in.models import Method, SignInSession
from tests.factories import NOW, make_account
from tests.factors.conftest import PASSWORD, SECURITY, code_of, later
from tests.pages import open_sessions, read, submit, words

PAGE, WAY_IN = f"{SECURITY}/password", "/sign-in/password"


@pytest.fixture
def with_password(browser, account, codes):
    assert submit(browser, PAGE, new_password=PASSWORD).status_code == 302
    return account


def enter(client, *, email="ada.marsh@people.example", password=PASSWORD, code=""):
    return submit(client, WAY_IN, email=email, password=password, code=code)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "qwertyuiop12",
        "iloveyou2026",
        "adamarsh1234",
        "123456789012",
        "aaaaaaaaaaaaaaaa",
    ],
)
def test_what_is_short_or_common_or_ones_own_name_is_refused(password):
    assert fault_of(password, about=["ada", "marsh"]) is not None


@pytest.mark.parametrize(
    "password", [PASSWORD, "x9#kQ2!vLp0z", "日本の山は高く静かです朝", "z" * 5 + PASSWORD * 4]
)
def test_what_is_hard_to_guess_is_taken_whatever_it_is_made_of(password):
    assert fault_of(password[:LONGEST], about=["ada"]) is None


def test_what_is_endless_is_refused():
    assert "at most 128" in fault_of(PASSWORD * 10, about=[])


def test_hashes_are_argon2id_and_say_nothing_alike():
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first != second
    assert first.startswith("$argon2id$")
    assert (is_password(first, PASSWORD), is_password(first, PASSWORD + " ")) == (True, False)


@pytest.mark.takes_its_time
def test_hashes_cost_as_much_as_the_library_wants_them_to():
    made = hash_password(PASSWORD), passwords.NOBODYS
    assert [PasswordHasher().check_needs_rehash(one) for one in made] == [False, False]


def test_nobodys_password_is_verified_and_never_right():
    assert is_password(None, "nobody's: verified where there is none, so that it takes as long") is False


def test_a_password_wants_an_authenticator(browser, account):
    assert "Set one up first" in words(browser.get(PAGE))
    token = read(browser.get(SECURITY)).find("input", {"name": "csrf_token"})["value"]
    response = browser.post(PAGE, data={"csrf_token": token, "new_password": PASSWORD})
    assert (response.status_code, db.session.get(Password, account.id)) == (409, None)


def test_a_weak_password_is_said_and_not_shown_again(browser, account, codes):
    response = submit(browser, PAGE, new_password="password1234")
    assert response.status_code == 422
    assert "easy to guess" in words(response)
    assert "password1234" not in response.get_data(as_text=True)


def test_password_and_code_sign_in(with_password, app, session):
    client = app.test_client()
    with later(30):
        response = enter(client, code=code_of(with_password, at=NOW.timestamp() + 30))
        assert (response.status_code, response.location) == (302, "/")
        assert client.get(SECURITY).status_code == 200
    latest = session.scalars(select(SignInSession).order_by(SignInSession.id.desc())).first()
    assert (latest.method, latest.second_factor_at is None) == (Method.PASSWORD, False)


@pytest.mark.parametrize("wrong", ["email", "password", "code"])
def test_one_wrong_of_three_is_said_without_which(with_password, app, session, wrong):
    typed = {
        "email": with_password.email,
        "password": PASSWORD,
        "code": code_of(with_password, at=NOW.timestamp() + 30),
    }
    typed[wrong] = {"email": "nobody@people.example", "password": "another one of it", "code": "000000"}[
        wrong
    ]
    before = session.scalar(select(func.count()).select_from(SignInSession))
    with later(30):
        response = enter(app.test_client(), **typed)
    assert response.status_code == 422
    assert "We cannot say which." in words(response)
    fields = read(response)
    assert (fields.find(id="password").get("value") or "", fields.find(id="email")["value"]) == (
        "",
        typed["email"],
    )
    assert session.scalar(select(func.count()).select_from(SignInSession)) == before
    event = session.scalars(select(AuditEvent).filter_by(tag=Tag.SIGN_IN_REFUSE)).one()
    assert event.subject_id == (0 if wrong == "email" else with_password.id)


def test_a_code_is_not_used_up_by_a_wrong_password(with_password, app):
    with later(30):
        code = code_of(with_password, at=NOW.timestamp() + 30)
        assert enter(app.test_client(), password="another one of it", code=code).status_code == 422
        assert enter(app.test_client(), code=code).status_code == 302
        assert enter(app.test_client(), code=code).status_code == 422


def test_who_is_disabled_is_not_let_in(with_password, app):
    with_password.disabled_at = NOW
    with later(30):
        code = code_of(with_password, at=NOW.timestamp() + 30)
        assert enter(app.test_client(), code=code).status_code == 422


def test_tries_are_counted_by_address_wherever_they_come_from(with_password, app):
    client = app.test_client()
    answers = [enter(client, password=f"wrong number {n}", code="000000").status_code for n in range(10)]
    response = client.post(
        WAY_IN, data={"email": "ADA.marsh@people.example "}, environ_base={"REMOTE_ADDR": "10.9.9.9"}
    )
    assert (set(answers), response.status_code) in (({422}, 429), ({422}, 400))


def test_a_hash_of_yesterdays_parameters_is_made_anew(with_password, monkeypatch):
    weak = PasswordHasher(time_cost=1, memory_cost=64)
    kept = db.session.get(Password, with_password.id)
    kept.hash = weak.hash(PASSWORD)
    assert is_outdated(kept.hash)
    code = code_of(with_password, at=NOW.timestamp() + 30)
    with later(30):
        assert sign_in_by_password(with_password.email, PASSWORD, code, device="", now=NOW)
    assert not is_outdated(kept.hash)


def test_an_unknown_address_costs_as_much_work(with_password, monkeypatch):
    verified = []
    monkeypatch.setattr(
        passwords,
        "HASHER",
        type("Spy", (), {"verify": lambda _self, stored, _typed: verified.append(stored)})(),
    )
    sign_in_by_password("nobody@people.example", "x", "0", device="", now=NOW)
    sign_in_by_password(with_password.email, "x", "0", device="", now=NOW)
    assert verified == [passwords.NOBODYS, db.session.get(Password, with_password.id).hash]


def test_a_password_is_removed(with_password, browser, app):
    assert submit(browser, SECURITY, f"{PAGE}/remove").status_code == 302
    with later(30):
        code = code_of(with_password, at=NOW.timestamp() + 30)
        assert enter(app.test_client(), code=code).status_code == 422


def test_a_password_is_changed_and_the_old_one_is_worth_nothing(with_password, browser, app):
    assert submit(browser, PAGE, new_password="nine herons nap at noon").status_code == 302
    with later(30):
        code = code_of(with_password, at=NOW.timestamp() + 30)
        assert enter(app.test_client(), code=code).status_code == 422
        assert enter(app.test_client(), password="nine herons nap at noon", code=code).status_code == 302


def test_fields_are_masked_and_open_to_password_managers(with_password, browser, client):
    fields = read(client.get(WAY_IN)).find(id="password"), read(browser.get(PAGE)).find(id="new_password")
    assert [(f["type"], f["autocomplete"]) for f in fields] == [
        ("password", "current-password"),
        ("password", "new-password"),
    ]
    assert [f for f in fields if f.has_attr("onpaste") or f.has_attr("readonly")] == []


def test_the_session_that_the_browser_had_before_is_over(with_password, client_of):
    stranger = make_account(name="Ben Other")
    shared = client_of(stranger)
    with later(30):
        entered = enter(shared, code=code_of(with_password, at=NOW.timestamp() + 30))
    assert (entered.status_code, open_sessions(stranger)) == (302, 0)
