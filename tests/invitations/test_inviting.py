"""Inviting people, sending an invitation again, and withdrawing it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from program import access
from program.access import Role, every
from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.delivery.composers import COMPOSERS
from program.errors import ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.invitations.models import Invitation, InvitationState
from program.invitations.queries import count_by_state
from program.invitations.services import invitation_url, send_again, withdraw
from program.notices.models import Notice, NoticeKind
from tests.factories import NOW, make_account, make_invitation
from tests.pages import read, submit, words

PAGE = "/people/invitations/new"
LATER = NOW + timedelta(days=14)


def invitations():
    return {i.account.email: i for i in db.session.scalars(select(Invitation))}


def notices():
    return db.session.scalars(select(Notice).filter_by(kind=NoticeKind.INVITATION).order_by(Notice.id)).all()


def questions(statements):
    """How many of the statements read."""
    return sum(statement.startswith("SELECT") for statement in statements)


def mails(now=NOW):
    """What the unsent notices would say now."""
    return [write() for write in COMPOSERS[NoticeKind.INVITATION](notices(), now).values()]


@pytest.fixture
def helper(app):
    """A member of staff who is no administrator."""
    return make_account(name="Sam Helper", roles=[Role.STAFF])


def test_a_list_is_invited_with_roles_and_cohort(cast, client_of):
    browser = client_of(cast.staff)
    people = "Ada Marsh <ada@new.example>\nben@new.example"
    response = submit(browser, PAGE, people=people, roles=["fellow", "mentor"], cohort=str(cast.cohort.id))
    assert (response.status_code, response.location) == (302, "/people/invitations")
    found = invitations()
    assert {email: (i.account.name, i.state, i.cohort_id) for email, i in found.items()} == {
        "ada@new.example": ("Ada Marsh", InvitationState.WAITING, cast.cohort.id),
        "ben@new.example": ("ben", InvitationState.WAITING, cast.cohort.id),
    }
    assert {i.account.roles for i in found.values()} == {frozenset({Role.FELLOW, Role.MENTOR})}
    assert {(i.account.joined_at, i.expires_at) for i in found.values()} == {(None, LATER)}
    assert "2 people are invited." in browser.get("/people/invitations").get_data(as_text=True)


def test_each_is_mailed_the_link_that_no_table_holds(cast, app):
    invitation = make_invitation("ada@new.example", staff=cast.staff, cohort=cast.cohort)
    [mail] = mails()
    url = invitation_url(invitation)
    assert mail.to_address == "ada@new.example"
    assert url in mail.text
    assert "Ruth Calloway invites you to the fellowship programme, to Summer 26, as fellow." in mail.text
    token = url.rpartition("/")[2]
    assert token not in (invitation.nonce, invitation.token_hash)


def test_who_is_known_is_left_as_they_are_and_named(cast, client_of):
    browser = client_of(cast.staff)
    submit(browser, PAGE, people="ada@new.example", roles="fellow")
    again = submit(
        browser, PAGE, people=f"ADA@new.example\n{cast.mentor.email}\nben@new.example", roles="analyst"
    )
    assert again.status_code == 302
    assert "Nothing went to those who are known already: ada@new.example, margit.vanders@" in browser.get(
        "/people/invitations"
    ).get_data(as_text=True)
    assert invitations()["ada@new.example"].account.roles == {Role.FELLOW}
    assert cast.mentor.roles == {Role.MENTOR}
    assert len(notices()) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"people": "ada@new.example\nBen", "roles": "fellow"}, "Line 2: there is no e-mail address"),
        ({"people": "", "roles": "fellow"}, "Please fill in “People”, or choose a file."),
        ({"people": "ada@new.example"}, "Please choose what they are in the programme."),
        ({"people": "ada@new.example", "roles": "emperor"}, "not a valid choice"),
        ({"people": "ada@new.example", "roles": "fellow", "cohort": "999999"}, "Not a valid choice"),
    ],
)
def test_a_mistake_is_said_and_nobody_is_invited(cast, client_of, typed, said):
    response = submit(client_of(cast.staff), PAGE, **typed)
    assert response.status_code == 422
    assert said.lower() in words(response).lower()
    assert typed["people"] in read(response).find("textarea").get_text()
    assert (invitations(), notices()) == ({}, [])


def test_many_wrong_lines_are_counted(cast, client_of):
    text = "x@new.example\n" + "\n".join("nobody" for _ in range(14))
    assert "And 4 more lines." in words(submit(client_of(cast.staff), PAGE, people=text, roles="fellow"))


def test_staff_are_offered_no_role_that_runs_the_programme(helper, cast, client_of):
    def offered(account):
        return {
            box["value"] for box in read(client_of(account).get(PAGE)).find_all("input", {"name": "roles"})
        }

    everyday = {"fellow", "mentor", "research_manager", "analyst"}
    assert (offered(helper), offered(cast.staff)) == (everyday, everyday | {"staff", "admin"})
    refused = submit(client_of(helper), PAGE, people="ada@new.example", roles=["staff"])
    assert (refused.status_code, invitations()) == (422, {})


def test_staff_cannot_give_such_a_role_past_the_form_either(helper):
    with pytest.raises(ForbiddenError):
        make_invitation("ada@new.example", staff=helper, roles=[Role.FELLOW, Role.ADMIN])
    assert db.session.scalar(select(func.count()).where(Account.email == "ada@new.example")) == 0


def test_the_check_above_sees_a_policy_that_lets_them(helper, monkeypatch):
    monkeypatch.setitem(access.POLICY, access.Permission.PERSON_INVITE, {Role.STAFF: every})
    assert make_invitation("ada@new.example", staff=helper, roles=[Role.ADMIN]).account.roles == {Role.ADMIN}


def test_staff_do_not_touch_the_invitation_of_a_colleague_to_be(helper, cast):
    invitation = make_invitation("ada@new.example", staff=cast.staff, roles=[Role.STAFF])
    for step in (send_again, withdraw):
        with pytest.raises(ForbiddenError):
            step(invitation, actor=helper, now=NOW)


def test_sent_again_it_has_a_new_link_and_the_old_one_is_dead(cast, client, client_of):
    invitation = make_invitation("ada@new.example", staff=cast.staff)
    old = invitation_url(invitation)
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        browser = client_of(cast.staff)
        assert (
            submit(browser, "/people/invitations", f"/people/invitations/{invitation.id}/send").status_code
            == 302
        )
        new = invitation_url(invitation)
        assert (invitation.sent_count, invitation.expires_at) == (2, NOW + timedelta(days=34))
        assert [client.get(url).status_code for url in (old, new)] == [410, 200]
    assert len(notices()) == 2


def test_withdrawn_it_opens_nothing_and_its_mail_is_not_wanted(cast, client, client_of):
    invitation = make_invitation("ada@new.example", staff=cast.staff)
    url = f"/people/invitations/{invitation.id}"
    assert len(mails()) == 1
    assert submit(client_of(cast.staff), "/people/invitations", f"{url}/withdraw").status_code == 302
    assert (client.get(invitation_url(invitation)).status_code, mails()) == (410, [])
    send_again(invitation, actor=cast.staff, now=NOW + timedelta(hours=1))
    assert (client.get(invitation_url(invitation)).status_code, len(mails())) == (200, 2)


def test_what_has_ended_stays_so(cast):
    invitation = make_invitation("ada@new.example", staff=cast.staff)
    withdraw(invitation, actor=cast.staff, now=NOW)
    with pytest.raises(ForbiddenStepError, match="withdrawn"):
        withdraw(invitation, actor=cast.staff, now=NOW)
    invitation.state = InvitationState.ACCEPTED
    for step in (send_again, withdraw):
        with pytest.raises(ForbiddenStepError, match="accepted"):
            step(invitation, actor=cast.staff, now=NOW)


def test_a_mail_that_would_come_too_late_is_not_wanted(cast):
    make_invitation("ada@new.example", staff=cast.staff)
    assert (len(mails(LATER - timedelta(seconds=1))), mails(LATER)) == (1, [])


def test_each_step_is_written_down(cast):
    invitation = make_invitation("ada@new.example", staff=cast.staff, cohort=cast.cohort)
    withdraw(invitation, actor=cast.staff, now=NOW)
    about = select(AuditEvent).filter_by(subject_kind="account", subject_id=invitation.account_id)
    events = db.session.scalars(about.order_by(AuditEvent.id)).all()
    assert [(e.tag, e.actor_id, e.after) for e in events] == [
        (Tag.ACCOUNT_CREATE, cast.staff.id, {"roles": ["fellow"]}),
        (Tag.INVITATION_SEND, cast.staff.id, {"cohort": cast.cohort.id}),
        (Tag.INVITATION_WITHDRAW, cast.staff.id, {}),
    ]


def test_the_list_shows_how_each_stands_and_counts_them(cast, client_of):
    first = make_invitation("one@new.example", "two@new.example", "three@new.example", staff=cast.staff)
    withdraw(first, actor=cast.staff, now=NOW)
    invitations()["two@new.example"].expires_at = NOW
    db.session.flush()
    assert count_by_state(NOW) == {
        InvitationState.WAITING: 1,
        InvitationState.EXPIRED: 1,
        InvitationState.WITHDRAWN: 1,
    }
    browser = client_of(cast.staff)

    def listed(state):
        rows = read(browser.get(f"/people/invitations?state={state}")).select("tbody tr .muted:first-of-type")
        return [row.get_text() for row in rows if "@" in row.get_text()]

    assert [listed(state) for state in ("waiting", "expired", "accepted", "withdrawn")] == [
        ["three@new.example"],
        ["two@new.example"],
        [],
        ["one@new.example"],
    ]
    assert len(listed("nonsense")) == 3


def test_a_long_list_asks_no_more_questions_than_one_person(cast, count_queries):
    with count_queries() as few:
        make_invitation("x@new.example", staff=cast.staff)
    with count_queries() as many:
        make_invitation(*(f"{number}@new.example" for number in range(50)), staff=cast.staff)
    assert questions(many) == questions(few)
