"""The page behind an invitation: it uses nothing up until it is sent, and works once."""

from datetime import timedelta
from secrets import token_hex
from threading import Thread

import pytest
import time_machine
from sqlalchemy import func, select

from program.access import Role
from program.accounts.models import Account
from program.accounts.queries import find_account
from program.audit.models import AuditEvent, Tag
from program.errors import ForbiddenStepError, InvalidLinkError
from program.extensions import db
from program.invitations import services
from program.invitations.models import Invitation, InvitationState
from program.invitations.services import accept, invitation_url, send_again, withdraw
from program.people.services import disable_account
from program.sign_in.models import SignInSession
from program.sign_in.services import request_link
from tests.databases import other_app
from tests.factories import NOW, make_account, make_invitation
from tests.pages import filled, find_form, open_sessions, read, submit, words


@pytest.fixture
def invitation(cast):
    return make_invitation("ada@new.example", staff=cast.staff, roles=[Role.MENTOR], cohort=cast.cohort)


@pytest.fixture
def way_in(invitation):
    return invitation_url(invitation).removeprefix("http://localhost")


def path_of(invitation):
    return "/join/" + invitation_url(invitation).rpartition("/")[2]


def test_a_person_joins_and_is_signed_in(invitation, client):
    path = path_of(invitation)
    page = client.get(path)
    assert "Ruth Calloway invites you to the programme, to Summer 26, as mentor." in words(page)
    assert filled(find_form(read(page), path))["time_zone"] == "Europe/London"
    response = submit(client, path, name="Ada Marsh", time_zone="Africa/Lagos")
    assert (response.status_code, response.location) == (302, "/")
    assert client.get("/", follow_redirects=True).request.path == "/mentor"
    account = invitation.account
    assert (account.name, account.time_zone, account.joined_at) == ("Ada Marsh", "Africa/Lagos", NOW)
    assert invitation.state is InvitationState.ACCEPTED
    tags = select(AuditEvent.tag).filter_by(actor_id=account.id).order_by(AuditEvent.id)
    assert db.session.scalars(tags).all() == [Tag.INVITATION_ACCEPT, Tag.SIGN_IN]


def test_nobody_signs_in_before_they_have_joined(invitation, client):
    request_link("ada@new.example", now=NOW)
    assert find_account("ada@new.example") is None
    assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_a_scanner_uses_nothing_up(invitation, client):
    path = path_of(invitation)
    for _ in range(5):
        assert [client.get(path).status_code, client.head(path).status_code] == [200, 200]
    assert (invitation.state, invitation.account.joined_at) == (InvitationState.WAITING, None)


def test_it_works_once(invitation, client, app):
    path = path_of(invitation)
    submit(client, path, name="Ada", time_zone="UTC")
    other = app.test_client()
    token = filled(find_form(read(other.get("/sign-in")), "/sign-in"))["csrf_token"]
    again = other.post(path, data={"csrf_token": token, "name": "Eve", "time_zone": "UTC"})
    assert (again.status_code, other.get(path).status_code) == (410, 410)
    assert invitation.account.name == "Ada"


def test_it_works_for_fourteen_days(invitation, client):
    path = path_of(invitation)
    with time_machine.travel(NOW + timedelta(days=14) - timedelta(seconds=1), tick=False):
        assert client.get(path).status_code == 200
    with time_machine.travel(NOW + timedelta(days=14), tick=False):
        assert client.get(path).status_code == 410


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "x" * 121}, {"time_zone": "Mars/Olympus"}])
def test_a_mistake_is_said_and_the_invitation_waits(invitation, client, typed):
    path = path_of(invitation)
    response = submit(client, path, **{"name": "Ada", "time_zone": "UTC", **typed})
    assert (response.status_code, invitation.state) == (422, InvitationState.WAITING)


def test_nothing_but_name_and_zone_is_taken_from_the_form(invitation, client):
    path = path_of(invitation)
    extra = {"email": "evil@new.example", "roles": "admin", "id": "1", "state": "waiting", "cohort_id": "9"}
    submit(client, path, name="Ada", time_zone="UTC", **extra)
    account = invitation.account
    assert (account.email, account.roles) == ("ada@new.example", {Role.MENTOR})


def test_who_was_signed_in_before_is_not_any_more(invitation, cast, client_of):
    browser = client_of(cast.fellow)
    submit(browser, path_of(invitation), name="Ada", time_zone="UTC")
    assert "ada@new.example" in words(browser.get("/account"))


def test_a_way_in_of_a_sign_in_link_is_none(invitation, client):
    token = path_of(invitation).rpartition("/")[2]
    assert client.get(f"/sign-in/{token}").status_code == 410


def test_between_reading_and_joining_it_may_be_withdrawn(invitation, cast, monkeypatch):
    """The page was open; the conditional step refuses what the reading before it still saw."""
    token = path_of(invitation).rpartition("/")[2]
    stale = invitation
    withdraw(invitation, actor=cast.staff, now=NOW)
    monkeypatch.setattr(services, "find_open_invitation", lambda _hash, **_when: stale)
    with pytest.raises(InvalidLinkError):
        accept(token, name="Ada", time_zone="UTC", device="", now=NOW)


def test_of_twenty_who_join_at_once_one_does(backend, databases, tmp_path):
    with other_app(tmp_path, database_url=databases.migrated(backend)) as app, app.app_context():
        staff = make_account(name="Ruth Calloway", roles=[Role.STAFF])
        token = path_of(make_invitation("ada@new.example", staff=staff)).rpartition("/")[2]
        db.session.commit()
        answers = []

        def join():
            with app.app_context():
                try:
                    accept(token, name=token_hex(4), time_zone="UTC", device="", now=NOW)
                    db.session.commit()
                    answers.append("joined")
                except InvalidLinkError:
                    answers.append("refused")

        threads = [Thread(target=join) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["joined"] + ["refused"] * 19
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 1
        assert db.session.scalar(select(func.count()).where(Account.joined_at.is_not(None))) == 2


def test_the_session_that_the_browser_had_before_is_over(invitation, cast, client_of):
    shared = client_of(cast.fellow)
    joined = submit(shared, path_of(invitation), name="Ada Marsh", time_zone="UTC")
    assert (joined.status_code, open_sessions(cast.fellow)) == (302, 0)


def test_an_invitation_to_a_disabled_account_is_not_sent_again(invitation, cast):
    disable_account(invitation.account, actor=cast.staff, now=NOW)
    with pytest.raises(ForbiddenStepError, match="disabled"):
        send_again(invitation, actor=cast.staff, now=NOW)
    assert invitation.state is InvitationState.WITHDRAWN


def test_who_has_joined_is_never_taken_over_by_a_link(invitation, cast, client):
    """As when an invitation was withdrawn at the very moment somebody joined by it, and is sent again."""
    submit(client, path_of(invitation), name="Ada Marsh", time_zone="UTC")
    invitation.state = InvitationState.WAITING
    db.session.flush()
    answer = client.get(path_of(invitation))
    assert (answer.status_code, invitation.account.name) == (410, "Ada Marsh")


def test_withdrawing_while_the_person_joins_changes_nothing_of_what_came_first(backend, databases, tmp_path):
    with other_app(tmp_path, database_url=databases.migrated(backend)) as app, app.app_context():
        staff = make_account(name="Ruth Calloway", roles=[Role.STAFF, Role.ADMIN])
        invitation = make_invitation("ada@new.example", staff=staff)
        token, invitation_id, staff_id = path_of(invitation).rpartition("/")[2], invitation.id, staff.id
        db.session.commit()
        read_before = db.session.get(Invitation, invitation_id)

        def joins():
            with app.app_context():
                accept(token, name="Ada Marsh", time_zone="UTC", device="", now=NOW)
                db.session.commit()

        assert read_before.state is InvitationState.WAITING
        if backend == "sqlite":
            db.session.rollback()  # there whoever reads in order to write keeps others from writing
        thread = Thread(target=joins)
        thread.start()
        thread.join()
        with pytest.raises(ForbiddenStepError):
            withdraw(read_before, actor=db.session.get(Account, staff_id), now=NOW)
        db.session.rollback()
        assert db.session.get(Invitation, invitation_id).state is InvitationState.ACCEPTED
