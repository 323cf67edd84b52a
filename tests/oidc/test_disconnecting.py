"""Seeing that an account is connected with an issuer, and ending it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.delivery.composers import COMPOSERS
from program.errors import ForbiddenError
from program.extensions import db
from program.notices.models import Notice, NoticeKind
from program.oidc import services
from program.oidc.models import OidcIdentity
from program.oidc.services import disconnect_all
from program.people.services import disable_account, enable_account, reset_sign_in
from program.personal.services import erase_person
from tests.factories import NOW, make_account, make_identity
from tests.oidc.test_sign_in import come_back
from tests.pages import read, submit, words

SECURITY = "/account/security"
MINUTE = timedelta(minutes=1)


def identities():
    return db.session.scalars(select(OidcIdentity)).all()


def told(account):
    """What the person was told of how they sign in, in order."""
    mails = select(Notice.rung).filter_by(kind=NoticeKind.SECURITY, account_id=account.id)
    return db.session.scalars(mails.order_by(Notice.id)).all()


def disconnected(client):
    """The answer to the button on the page."""
    [identity] = identities()
    return submit(client, SECURITY, f"{SECURITY}/identities/{identity.id}/disconnect")


@pytest.fixture
def boss(app):
    return make_account(name="Ruth Calloway", roles=[Role.STAFF, Role.ADMIN])


def test_the_page_says_with_whom_one_is_connected_since_when(client, issuer, account, client_of):
    assert "Your account is not connected with Example University." in words(client_of(account).get(SECURITY))
    come_back(client, issuer)
    said = words(client.get(SECURITY))
    assert f"connected with {issuer.address} since Wed 10 Jun, 13:00 BST" in said
    assert "your account is connected anew, and a mail tells you so" in said


def test_disconnecting_takes_the_identity_away_writes_it_down_and_tells_the_person(
    client, session, issuer, account
):
    come_back(client, issuer)
    response = disconnected(client)
    assert (response.status_code, response.location) == (302, SECURITY)
    assert identities() == []
    event = session.scalars(select(AuditEvent).filter_by(tag=Tag.OIDC_DISCONNECT)).one()
    assert (event.actor_id, event.subject_id, event.after) == (
        account.id,
        account.id,
        {"issuer": issuer.address},
    )
    assert told(account) == ["oidc_connect", "oidc_disconnect"]
    notices = session.scalars(select(Notice).filter_by(rung="oidc_disconnect")).all()
    [mail] = [write() for write in COMPOSERS[NoticeKind.SECURITY](notices, NOW).values()]
    assert "your account was disconnected from another way to sign in" in mail.text


def test_other_browsers_that_the_issuer_let_in_are_signed_out_and_no_others(
    client, app, issuer, account, client_of
):
    phone, by_link = app.test_client(), client_of(account)
    stranger = client_of(make_account(name="Jonas Kettler", roles=[Role.FELLOW]))
    come_back(phone, issuer)
    come_back(client, issuer)
    disconnected(client)
    answers = [browser.get("/account").status_code for browser in (client, phone, by_link, stranger)]
    assert answers == [200, 302, 200, 200]


def test_the_check_above_sees_browsers_that_stay(client, app, issuer, account, monkeypatch):
    monkeypatch.setattr(services, "end_others", lambda *_args, **_kwargs: 0)
    phone = app.test_client()
    come_back(phone, issuer)
    come_back(client, issuer)
    disconnected(client)
    assert phone.get("/account").status_code == 200


def test_signing_in_by_the_issuer_again_is_a_new_connection_with_its_mail(client, app, issuer, account):
    come_back(client, issuer)
    with time_machine.travel(NOW + MINUTE, tick=False):
        disconnected(client)
    with time_machine.travel(NOW + 2 * MINUTE, tick=False):
        assert come_back(app.test_client(), issuer).location == "/"
    assert told(account) == ["oidc_connect", "oidc_disconnect", "oidc_connect"]
    assert [identity.created_at for identity in identities()] == [NOW + 2 * MINUTE]


def test_once_disconnected_the_issuers_name_alone_opens_nothing(client, app, issuer, account):
    """It had been decisive, whatever the address was."""
    come_back(client, issuer)
    disconnected(client)
    issuer.claims = {"email": "ada.new@people.example"}
    assert come_back(app.test_client(), issuer).location == "/sign-in"
    assert identities() == []


def test_somebody_elses_identity_is_not_there(client_of, account):
    identity = make_identity(make_account(name="Jonas Kettler"))
    browser = client_of(account)
    token = read(browser.get(SECURITY)).find("input", {"name": "csrf_token"})["value"]
    address = f"{SECURITY}/identities/{identity.id}/disconnect"
    assert browser.post(address, data={"csrf_token": token}).status_code == 404
    assert identities() == [identity]


def test_it_wants_a_sign_in_of_the_last_ten_minutes(client, issuer, account):
    come_back(client, issuer)
    with time_machine.travel(NOW + 11 * MINUTE, tick=False):
        assert disconnected(client).status_code == 401
    assert len(identities()) == 1


def test_an_issuer_that_the_settings_name_no_longer_can_be_left_too(client_of, account):
    make_identity(account, issuer="https://former.example")
    browser = client_of(account)
    assert "connected with https://former.example since" in words(browser.get(SECURITY))
    assert disconnected(browser).status_code == 302
    assert identities() == []


def test_who_has_no_other_way_in_is_let_in_by_a_mailed_link(client, app, issuer, account):
    come_back(client, issuer)
    disconnected(client)
    submit(client, "/account", "/sign-out")
    submit(client, "/sign-in", email=account.email)
    [notice] = db.session.scalars(select(Notice).filter_by(kind=NoticeKind.SIGN_IN_LINK)).all()
    [mail] = [write() for write in COMPOSERS[NoticeKind.SIGN_IN_LINK]([notice], NOW).values()]
    path = next(line for line in mail.text.splitlines() if "/sign-in/" in line).rpartition("8000")[2]
    assert submit(client, path).location == "/"


def test_staff_reset_it_with_the_rest_and_see_that_they_can(boss, client, issuer, account, client_of):
    come_back(client, issuer)
    browser, page = client_of(boss), f"/people/{account.id}"
    assert f"signs in by {issuer.address} too" in words(browser.get(page))
    assert submit(browser, page, f"{page}/reset-sign-in").status_code == 302
    assert identities() == []
    assert client.get("/account").status_code == 302
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.OIDC_DISCONNECT)).one()
    assert (event.actor_id, event.subject_id) == (boss.id, account.id)
    assert told(account) == ["oidc_connect", "oidc_disconnect"]


def test_resetting_twice_disconnects_once(boss, account):
    make_identity(account)
    for _ in range(2):
        reset_sign_in(account, actor=boss, now=NOW)
    assert told(account) == ["oidc_disconnect"]


def test_staff_do_not_disconnect_who_runs_the_programme(boss):
    helper = make_account(name="Sam Helper", roles=[Role.STAFF])
    identity = make_identity(boss)
    with pytest.raises(ForbiddenError):
        disconnect_all(boss, actor=helper, now=NOW)
    assert identities() == [identity]


def test_erasing_removes_it_and_disabling_only_shuts_it(boss, client, issuer, account):
    come_back(client, issuer)
    disable_account(account, actor=boss, now=NOW)
    assert len(identities()) == 1
    assert come_back(client, issuer).location == "/sign-in"
    enable_account(account, actor=boss, now=NOW)
    assert come_back(client, issuer).location == "/"
    erase_person(account, actor=boss, now=NOW)
    assert identities() == []
