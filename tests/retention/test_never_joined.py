"""People who were invited and never joined go with their invitation, unless something else needs them."""

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import func, select

from program.access import Role
from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.audit.verification import verify_chain
from program.cli import cli
from program.extensions import db
from program.invitations.models import Invitation, InvitationState
from program.invitations.services import accept, invitation_url, send_again, withdraw
from program.people.services import disable_account
from program.retention import rules
from program.retention.rules import OF_AN_INVITED, _names_of_accounts
from tests.factories import (
    NOW,
    make_account,
    make_fellowship,
    make_identity,
    make_invitation,
    make_mentor,
    make_session,
)
from tests.pages import words
from tests.retention.test_retention import DAY, due, failed, run

ADA, BEN = "ada@new.example", "ben@new.example"
LIFE = 14 * DAY


@pytest.fixture
def settings(app):
    return app.extensions["settings"]


def ended(email, *, days, staff, roles=(Role.FELLOW,)):
    """Somebody whose invitation ran out so many days ago, and who is not the newest in the programme."""
    invitation = make_invitation(email, staff=staff, roles=roles)
    invitation.sent_at, invitation.expires_at = NOW - days * DAY - LIFE, NOW - days * DAY
    make_account(name=f"Newer than {email.partition('@')[0]}")
    return invitation


def waiting():
    """The addresses of those who have not joined."""
    return sorted(db.session.scalars(select(Account.email).where(Account.joined_at.is_(None))))


def left_of(account_id):
    """The tables that still name the account."""
    columns = [column for model, column in OF_AN_INVITED] + [Account.id]
    counts = {str(c): db.session.scalar(select(func.count()).where(c == account_id)) for c in columns}
    return {name for name, count in counts.items() if count}


def test_they_go_after_their_days_and_not_before_with_all_that_came_with_them(cast, settings):
    ada = ended(ADA, days=91, staff=cast.staff, roles=[Role.FELLOW, Role.MENTOR]).account_id
    ended(BEN, days=89, staff=cast.staff)
    assert due(settings) == {"invitations": 1}
    assert run(settings) == 1
    assert (waiting(), left_of(ada)) == ([BEN], set())
    assert db.session.scalars(select(Invitation.id)).all() != []
    assert run(settings, NOW + 2 * DAY) == 1
    assert waiting() == []


def test_what_was_withdrawn_goes_as_long_after_that(cast, settings):
    invitation = make_invitation(ADA, staff=cast.staff)
    withdraw(invitation, actor=cast.staff, now=NOW + DAY)
    make_account(name="Newer")
    assert invitation.expires_at == NOW + DAY
    assert [run(settings, NOW + days * DAY) for days in (91, 92)] == [0, 1]
    assert waiting() == []


def test_withdrawing_what_ran_out_long_ago_does_not_keep_it_longer(cast, settings):
    invitation = ended(ADA, days=91, staff=cast.staff)
    withdraw(invitation, actor=cast.staff, now=NOW)
    assert run(settings) == 1


def test_sent_again_it_is_waited_for_anew(cast, settings):
    invitation = ended(ADA, days=91, staff=cast.staff)
    send_again(invitation, actor=cast.staff, now=NOW)
    assert (run(settings), waiting()) == (0, [ADA])


def test_who_has_joined_stays_and_so_does_their_invitation(cast, settings):
    invitation = make_invitation(ADA, staff=cast.staff)
    token = invitation_url(invitation).rpartition("/")[2]
    accept(token, name="Ada Marsh", time_zone="UTC", device="", now=NOW)
    make_account(name="Newer")
    before = invitation.account_id
    run(settings, NOW + 400 * DAY)
    assert db.session.get(Account, before) is not None
    assert db.session.scalars(select(Invitation.state)).all() == [InvitationState.ACCEPTED]


def test_an_account_that_nobody_was_invited_to_stays(cast, settings):
    make_account(name="Ada Marsh", email=ADA).joined_at = None
    make_account(name="Newer")
    assert (run(settings), waiting()) == (0, [ADA])


NEEDED = {
    "a place among the fellows": lambda cast, account: make_fellowship(account, cast.cohort),
    "a fellow to coach": lambda cast, account: setattr(cast.fellowship, "research_manager", account),
    "an entry in the mentor pool": lambda _cast, account: make_mentor(account),
    "a session": lambda _cast, account: make_session(account),
    "an issuer's name for them": lambda _cast, account: make_identity(account),
}


@pytest.mark.parametrize("reason", NEEDED)
def test_who_is_needed_stays_with_the_invitation_that_can_be_sent_again(cast, settings, client, reason):
    invitation = ended(ADA, days=91, staff=cast.staff)
    NEEDED[reason](cast, invitation.account)
    db.session.commit()
    assert (due(settings), run(settings), waiting()) == ({}, 0, [ADA])
    send_again(invitation, actor=cast.staff, now=NOW)
    assert client.get(invitation_url(invitation)).status_code == 200


def test_every_column_that_can_name_an_account_keeps_it_but_for_those_that_go_along():
    found = {str(column) for column in _names_of_accounts()}
    assert {"mentor.account_id", "fellowship.research_manager_id", "audit_event.actor_id"} <= found
    assert found.isdisjoint({"account_role.account_id", "invitation.account_id", "notice.account_id"})
    assert "invitation.invited_by_id" in found


def test_the_number_of_the_newest_account_is_given_to_nobody_else(cast, settings):
    """What the record says of an account would be read as said of the next person."""
    gone = make_invitation(ADA, staff=cast.staff)
    gone.expires_at = NOW - 91 * DAY
    assert run(settings) == 0
    number = gone.account_id
    assert make_account(name="Next").id > number
    assert (run(settings, NOW + DAY), waiting()) == (1, [])
    assert make_account(name="One more").id > number + 1


def test_the_same_address_can_be_invited_anew(cast, settings, client):
    ended(ADA, days=91, staff=cast.staff)
    run(settings)
    assert client.get(invitation_url(make_invitation(ADA, staff=cast.staff))).status_code == 200


def test_who_was_shut_out_before_they_joined_goes_too(cast, settings):
    invitation = ended(ADA, days=91, staff=cast.staff)
    disable_account(invitation.account, actor=cast.staff, now=NOW)
    assert (run(settings), waiting()) == (1, [])


def test_it_is_written_down_and_the_record_stays_whole_and_readable(cast, settings, client_of):
    ended(ADA, days=91, staff=cast.staff)
    run(settings)
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.RETENTION_DELETE)).one()
    assert (event.after["rule"], event.after["rows"]) == ("invitations", 1)
    verify_chain()
    browser = client_of(cast.staff)
    assert "People who were invited and never joined" in words(browser.get("/retention"))
    for page in ("/audit", "/people/invitations", "/notices", "/people"):
        assert browser.get(page).status_code == 200


def test_a_dry_run_counts_them_and_deletes_nobody(cast, app, monkeypatch):
    ended(ADA, days=91, staff=cast.staff)
    db.session.commit()
    monkeypatch.setattr("program.cli.create_app", lambda: app)
    with time_machine.travel(NOW, tick=False):
        said = CliRunner().invoke(cli, ["retention", "--dry-run"])
    assert "1 of 90 days and more: People who were invited and never joined" in said.output
    assert waiting() == [ADA]


def test_many_go_in_batches(cast, settings, monkeypatch):
    monkeypatch.setattr(rules, "BATCH", 2)
    for number in range(5):
        ended(f"{number}@new.example", days=91, staff=cast.staff)
    assert (run(settings), waiting()) == (5, [])


def test_a_rule_that_looks_at_nothing_else_is_caught(cast, settings, monkeypatch):
    """The database itself refuses what something else still names."""
    monkeypatch.setattr(rules, "_names_of_accounts", list)
    make_mentor(ended(ADA, days=91, staff=cast.staff).account)
    db.session.commit()
    assert (run(settings), waiting()) == (0, [ADA])
    assert failed() == {"invitations": "IntegrityError"}
