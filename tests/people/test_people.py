"""People as those who run the programme see and change them."""

import pytest
from sqlalchemy import func, select

from program import access
from program.access import Role, every
from program.accounts.services import create_accounts
from program.audit.models import AuditEvent, Tag
from program.errors import ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.invitations.models import Invitation, InvitationState
from program.invitations.services import invitation_url
from program.people.services import (
    change_roles,
    disable_account,
    enable_account,
    end_sessions_of,
    reset_sign_in,
)
from program.personal.services import erase_person
from program.sign_in.models import SignInSession
from program.sign_in.services import mint_sign_in_link
from tests.factories import NOW, make_account, make_invitation, make_passkey
from tests.pages import filled, find_form, read, submit, words


@pytest.fixture
def helper(app):
    """A member of staff who is no administrator."""
    return make_account(name="Sam Helper", roles=[Role.STAFF])


def press(browser, person, step, **typed):
    return submit(browser, f"/people/{person.id}", f"/people/{person.id}/{step}", **typed)


def names(browser, query=""):
    return [row.get_text() for row in read(browser.get(f"/people{query}")).select("tbody th")]


def test_people_are_listed_by_name_and_looked_for(cast, client_of):
    browser = client_of(cast.staff)
    everybody = names(browser)
    assert everybody == sorted(everybody)
    assert len(everybody) == 7
    assert names(browser, "?who=okafor") == ["Amara Okafor"]
    assert names(browser, "?who=HELENA.STRAND@") == ["Helena Strand"]
    assert names(browser, "?role=mentor") == ["Desmond Oyelaran", "Margit Vanders"]
    assert names(browser, "?who=ÓKAFÖR ama") == ["Amara Okafor"]
    assert names(browser, "?who=%25") == []
    cast.fellow.disabled_at = NOW
    make_invitation("ada@new.example", staff=cast.staff)
    assert names(browser, "?standing=disabled") == ["Amara Okafor"]
    assert names(browser, "?standing=not+joined") == ["ada"]
    assert names(browser, "?role=fellow&standing=active") == ["Kwame Boadu"]


def test_a_person_is_shown_with_standing_roles_and_history(cast, client_of):
    browser = client_of(cast.staff)
    press(browser, cast.fellow, "roles", roles=["fellow", "mentor"])
    page = browser.get(f"/people/{cast.fellow.id}")
    assert "amara.okafor@people.example" in words(page)
    assert "changed a person's roles" in words(page)
    ticked = read(page).select("input[name=roles][checked]")
    assert [box["value"] for box in ticked] == ["fellow", "mentor"]


def test_roles_count_from_the_next_click_on(cast, client_of):
    browser, fellow = client_of(cast.staff), client_of(cast.fellow)
    assert fellow.get("/analyst").status_code == 404
    assert press(browser, cast.fellow, "roles", roles=["analyst"]).status_code == 302
    assert [fellow.get(path).status_code for path in ("/analyst", "/fellow")] == [200, 404]
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ROLES_CHANGE)).one()
    assert (event.before, event.after) == ({"roles": ["fellow"]}, {"roles": ["analyst"]})


def test_staff_change_people_but_no_colleague_and_give_no_role_that_runs_the_programme(
    helper, cast, client_of
):
    browser = client_of(helper)
    page = read(browser.get(f"/people/{cast.fellow.id}"))
    offered = {box["value"] for box in page.find_all("input", {"name": "roles"})}
    assert offered == {"fellow", "mentor", "research_manager", "analyst"}
    assert press(browser, cast.fellow, "roles", roles=["admin"]).status_code == 422
    assert "Only an administrator changes" in words(browser.get(f"/people/{cast.staff.id}"))
    with pytest.raises(ForbiddenError):
        change_roles(cast.fellow, roles=[Role.STAFF], actor=helper, now=NOW)
    for step in (disable_account, end_sessions_of, enable_account):
        with pytest.raises(ForbiddenError):
            step(cast.staff, actor=helper, now=NOW)
    assert cast.fellow.roles == {Role.FELLOW}


def test_the_check_above_sees_a_policy_that_lets_them(helper, cast, monkeypatch):
    monkeypatch.setitem(access.POLICY, access.Permission.PERSON_CHANGE, {Role.STAFF: every})
    change_roles(cast.fellow, roles=[Role.ADMIN], actor=helper, now=NOW)
    assert cast.fellow.roles == {Role.ADMIN}


def test_the_last_administrator_stays(cast, client_of):
    browser = client_of(cast.staff)
    assert press(browser, cast.staff, "roles", roles=["staff"]).status_code == 409
    second = make_account(name="Second Admin", roles=[Role.ADMIN])
    disable_account(second, actor=cast.staff, now=NOW)
    assert press(browser, cast.staff, "roles", roles=["staff"]).status_code == 409
    enable_account(second, actor=cast.staff, now=NOW)
    assert press(browser, cast.staff, "roles", roles=["staff"]).status_code == 302
    with pytest.raises(ForbiddenStepError, match="last administrator"):
        change_roles(second, roles=[], actor=second, now=NOW)


def test_nobody_shuts_themself_out(cast):
    with pytest.raises(ForbiddenStepError, match="shut yourself out"):
        disable_account(cast.staff, actor=cast.staff, now=NOW)


def test_disabling_ends_sessions_links_and_invitation_at_once_and_enabling_restores_none(
    cast, app, client_of
):
    phone, desk = client_of(cast.fellow), client_of(cast.fellow)
    link = mint_sign_in_link(cast.fellow, now=NOW)
    assert [b.get("/fellow").status_code for b in (phone, desk)] == [200, 200]
    assert press(client_of(cast.staff), cast.fellow, "disable").status_code == 302
    shut = [b.get("/fellow").status_code for b in (phone, desk)]
    assert (shut, app.test_client().get(link).status_code) == ([302, 302], 410)
    assert press(client_of(cast.staff), cast.fellow, "enable").status_code == 302
    shut = [b.get("/fellow").status_code for b in (phone, desk)]
    assert (shut, app.test_client().get(link).status_code) == ([302, 302], 410)
    assert app.test_client().get(mint_sign_in_link(cast.fellow, now=NOW)).status_code == 200
    events = db.session.scalars(select(AuditEvent.tag).filter_by(subject_id=cast.fellow.id)).all()
    assert [events.count(tag) for tag in (Tag.ACCOUNT_DISABLE, Tag.ACCOUNT_ENABLE)] == [1, 1]


def test_the_check_above_sees_a_disabling_that_only_marks_the_account(cast, app, client_of):
    phone = client_of(cast.fellow)
    link = mint_sign_in_link(cast.fellow, now=NOW)
    cast.fellow.disabled_at = NOW
    assert phone.get("/fellow").status_code == 302
    cast.fellow.disabled_at = None
    assert (phone.get("/fellow").status_code, app.test_client().get(link).status_code) == (200, 200)


def test_disabling_who_has_not_joined_withdraws_the_invitation(cast, client):
    invitation = make_invitation("ada@new.example", staff=cast.staff)
    disable_account(invitation.account, actor=cast.staff, now=NOW)
    assert invitation.state is InvitationState.WITHDRAWN
    enable_account(invitation.account, actor=cast.staff, now=NOW)
    assert client.get(invitation_url(invitation)).status_code == 410


def test_signing_somebody_out_everywhere_leaves_the_account_open(cast, client_of):
    phone = client_of(cast.fellow)
    assert press(client_of(cast.staff), cast.fellow, "end-sessions").status_code == 302
    assert (phone.get("/fellow").status_code, cast.fellow.can_sign_in) == (302, True)
    lives = select(func.count()).where(
        SignInSession.account_id == cast.fellow.id, SignInSession.ended_at.is_(None)
    )
    assert db.session.scalar(lives) == 0


def test_steps_done_twice_are_written_down_once(cast):
    for _ in range(2):
        disable_account(cast.fellow, actor=cast.staff, now=NOW)
    for _ in range(2):
        enable_account(cast.fellow, actor=cast.staff, now=NOW)
        change_roles(cast.fellow, roles=[Role.FELLOW], actor=cast.staff, now=NOW)
    tags = select(AuditEvent.tag).where(AuditEvent.actor_id == cast.staff.id).order_by(AuditEvent.id)
    assert db.session.scalars(tags).all() == [Tag.ACCOUNT_DISABLE, Tag.ACCOUNT_ENABLE]


def test_the_site_can_be_seen_as_the_person_from_their_page(cast, client_of):
    browser = client_of(cast.staff)
    page = read(browser.get(f"/people/{cast.fellow.id}"))
    assert find_form(page, f"/people/{cast.fellow.id}/look-as")
    own = read(browser.get(f"/people/{cast.staff.id}"))
    actions = [form["action"] for form in own.main.find_all("form")]
    assert f"/people/{cast.staff.id}/look-as" not in actions


def test_people_is_once_in_the_navigation_of_who_is_staff_and_admin(cast, client_of):
    places = [a.get_text() for a in read(client_of(cast.staff).get("/people")).select(".places a")]
    assert places.count("People") == 1
    assert places.count("Audit") == 1
    assert filled(find_form(read(client_of(cast.staff).get("/people")), "/people")) == {
        "who": "",
        "role": "",
        "standing": "",
    }


def test_resetting_how_somebody_signs_in_is_written_down_as_the_doers(cast):
    make_passkey(cast.fellow)
    make_passkey(cast.fellow)
    reset_sign_in(cast.fellow, actor=cast.staff, now=NOW)
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.FACTORS_RESET)).one()
    assert (event.actor_id, event.subject_id) == (cast.staff.id, cast.fellow.id)
    assert event.before == {"authenticator": 0, "passkeys": 2}
    assert db.session.scalars(select(AuditEvent).filter_by(actor_id=cast.fellow.id)).all() == []


@pytest.mark.parametrize("passkeys", [0, 1])
def test_a_count_of_factors_that_was_wrong_is_right_after_a_reset(cast, passkeys):
    for _ in range(passkeys):
        make_passkey(cast.fellow)
    cast.fellow.second_factors = 3
    db.session.flush()
    reset_sign_in(cast.fellow, actor=cast.staff, now=NOW)
    db.session.expire_all()
    assert cast.fellow.second_factors == 0


def test_who_was_erased_is_neither_enabled_nor_given_roles(cast, client_of):
    erase_person(cast.fellow, actor=cast.staff, now=NOW)
    for step in (
        lambda: enable_account(cast.fellow, actor=cast.staff, now=NOW),
        lambda: change_roles(cast.fellow, roles=[Role.MENTOR], actor=cast.staff, now=NOW),
    ):
        with pytest.raises(ForbiddenStepError, match="erased"):
            step()
    page = read(client_of(cast.staff).get(f"/people/{cast.fellow.id}"))
    assert not [form for form in page.main.find_all("form") if "enable" in form["action"]]


def test_who_came_by_a_sheet_is_invited_from_their_page(cast, client_of):
    [account] = create_accounts(
        {"ida@sheet.example": "Ida Moe"}, roles=[Role.FELLOW], time_zone="UTC", actor=None, now=NOW
    )
    browser, address = client_of(cast.staff), f"/people/{account.id}"
    assert "They cannot sign in: nobody has invited them yet." in words(browser.get(address))
    press(browser, account, "invite")
    told = read(browser.get(address)).get_text()
    assert "Ida Moe is invited by mail to sign in." in told
    assert "Invited by mail, waiting." in told
    assert read(browser.get(address)).select_one("form[action$=invite] button") is None
    press(browser, account, "invite")
    assert "Ida Moe needs no link" in read(browser.get(address)).get_text()
    sent = db.session.scalars(select(Invitation)).one()
    assert (sent.account_id, sent.sent_count, sent.cohort_id) == (account.id, 1, None)
