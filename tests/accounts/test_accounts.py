"""People, their roles, and what they say about themselves."""

import pytest
from sqlalchemy import select

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.accounts.queries import find_account
from program.accounts.services import create_accounts
from program.audit.models import AuditEvent, Tag
from program.errors import ConflictError
from program.extensions import db
from tests.factories import NOW, make_account
from tests.factors.conftest import weaken
from tests.pages import filled, find_form, read, submit, words


@pytest.fixture
def account(app):
    return make_account(name="Ada Marsh", roles=[Role.FELLOW], time_zone="Europe/London")


def test_an_account_holds_each_role_once(app):
    account = make_account(name="Ada Marsh", roles=[Role.MENTOR, Role.FELLOW, Role.MENTOR])
    db.session.expire_all()
    assert account.roles == {Role.FELLOW, Role.MENTOR}
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.tag, event.after) == (Tag.ACCOUNT_CREATE, {"roles": ["fellow", "mentor"]})


def test_an_address_belongs_to_one_account(account):
    with pytest.raises(ConflictError):
        make_account(name="Somebody Else", email="ADA.marsh@people.example")


def test_accounts_are_found_by_address_unless_they_are_disabled(account):
    assert find_account("Ada.Marsh@People.Example") is account
    assert find_account("nobody@people.example") is None
    account.disabled_at = NOW
    db.session.flush()
    assert find_account("ada.marsh@people.example") is None


def test_people_change_their_name_and_zone(account, client_of):
    browser = client_of(account)
    response = submit(browser, "/account", name="  Ada   Marsh-Okoro ", time_zone="Africa/Lagos")
    assert (response.status_code, response.location) == (302, "/account")
    assert (account.name, account.time_zone) == ("Ada Marsh-Okoro", "Africa/Lagos")
    form = filled(find_form(read(browser.get("/account")), "/account"))
    assert (form["name"], form["time_zone"]) == ("Ada Marsh-Okoro", "Africa/Lagos")


def test_a_change_is_audited_with_before_and_after(account, client_of):
    submit(client_of(account), "/account", name="New Name")
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ACCOUNT_UPDATE)).one()
    assert event.before == {"name": "Ada Marsh", "time_zone": "Europe/London", "home": None}
    assert event.after == {"name": "New Name", "time_zone": "Europe/London", "home": None}
    assert (event.actor_id, event.address) == (account.id, "127.0.0.1")


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "\x00"},
        {"name": "x" * 121},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": ""},
        {"time_zone": "../../etc/passwd"},
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_changes(account, client_of, typed):
    response = submit(client_of(account), "/account", **typed)
    assert response.status_code == 422
    assert (account.name, account.time_zone) == ("Ada Marsh", "Europe/London")


@pytest.mark.parametrize("name", ["Zoë O'Brien-Łukasz", "李小龍", "نور", "x" * 120])
def test_names_of_all_sorts_are_kept(account, client_of, name):
    browser = client_of(account)
    assert submit(browser, "/account", name=name).status_code == 302
    assert account.name == name
    page = read(browser.get("/account"))
    assert page.find("input", {"name": "name"})["value"] == name
    assert page.select_one(".person a").get_text() == name


def test_a_form_changes_nothing_but_its_fields(account, client_of):
    browser = client_of(account)
    form = filled(find_form(read(browser.get("/account")), "/account"))
    extra = {"email": "evil@people.example", "roles": "staff", "id": "1", "disabled_at": "2026-01-01"}
    assert browser.post("/account", data={**form, **extra}).status_code == 302
    found = db.session.scalars(select(Account)).one()
    assert (found.email, found.roles, found.disabled_at) == ("ada.marsh@people.example", {Role.FELLOW}, None)


def test_times_are_shown_in_the_zone_that_was_chosen(cast, client_of):
    browser = client_of(cast.fellow)
    assert "17:00 BST" in words(browser.get("/fellow"))
    submit(browser, "/account", time_zone="Asia/Kathmandu")
    assert "21:45 UTC+5:45" in words(browser.get("/fellow"))


def test_who_has_several_roles_chooses_the_first_page(client_of):
    both = make_account(name="Both Atonce", roles=[Role.STAFF, Role.MENTOR])
    browser = client_of(both)
    assert browser.get("/").location == "/staff"
    assert submit(browser, "/account", home="mentor").status_code == 302
    assert (both.home, browser.get("/").location) == (Role.MENTOR, "/mentor")
    assert filled(find_form(read(browser.get("/account")), "/account"))["home"] == "mentor"


def test_a_first_page_goes_with_its_role(client_of):
    both = make_account(name="Both Atonce", roles=[Role.STAFF, Role.MENTOR])
    browser = client_of(both)
    submit(browser, "/account", home="mentor")
    both.held_roles = [held for held in both.held_roles if held.role is Role.STAFF]
    assert browser.get("/").location == "/staff"
    assert submit(browser, "/account").status_code == 302


def test_a_page_of_a_role_that_one_does_not_have_cannot_be_chosen(client_of):
    both = make_account(name="Both Atonce", roles=[Role.STAFF, Role.MENTOR])
    response = submit(client_of(both), "/account", home="admin")
    assert (response.status_code, both.home) == (422, None)


def test_who_has_one_role_is_asked_for_no_first_page(account, client_of):
    assert read(client_of(account).get("/account")).find("select", {"name": "home"}) is None


def test_nobody_is_found_before_they_have_joined(app):
    [account] = create_accounts({"new@people.example": "New"}, roles=[], time_zone="UTC", actor=None, now=NOW)
    assert (find_account("new@people.example"), account.can_sign_in) == (None, False)


def test_a_first_page_that_waits_for_a_second_factor_is_not_lost(app, client_of):
    account = make_account(name="Two Hats", roles=[Role.MENTOR, Role.STAFF])
    account.home = Role.STAFF
    browser = client_of(account)
    weaken(account)
    assert submit(browser, "/account", name="Two Hats", time_zone="UTC").status_code == 302
    db.session.expire_all()
    assert account.home is Role.STAFF


def test_a_role_stands_in_the_order_of_its_account_whichever_changes(app):
    account = make_account(name="Ada Marsh", roles=[Role.FELLOW])
    account.name = "Zoë Marsh"
    account.held_roles.append(AccountRole(role=Role.MENTOR))
    db.session.flush()
    assert {held.role: held.folded for held in account.held_roles} == {
        Role.FELLOW: account.folded,
        Role.MENTOR: account.folded,
    }
    assert account.folded.startswith("zoe marsh ")
