"""Who has a place in a cohort and cannot sign in is shown, and invited all at once: each of them once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from program.access import Role
from program.accounts.services import create_accounts
from program.cohorts.models import CohortState
from program.errors import ForbiddenStepError
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.home.decisions import list_decisions
from program.invitations.models import Invitation, InvitationState
from program.invitations.services import LIFE, withdraw
from program.mentors.models import EngagementStage
from program.notices.models import Notice, NoticeKind
from program.onboarding.queries import digest_of, list_ready
from program.onboarding.services import MOST, invite_outsiders
from program.people.services import disable_account
from program.recruiting.services import Joining
from tests.factories import NOW, make_account, make_cohort, make_fellowship, make_funnel, make_prospect
from tests.pages import read, submit, words

CONFIRMED = EngagementStage.CONFIRMED


def waiting(name, *, role=Role.FELLOW):
    """An account as an import makes it: nobody has joined it, or was invited to."""
    email = f"{name.lower().replace(' ', '.')}@sheet.example"
    [account] = create_accounts({email: name}, roles=[role], time_zone="UTC", actor=None, now=NOW)
    return account


def placed(cohort, name, stage=FellowshipStage.ACCEPTED):
    return make_fellowship(waiting(name), cohort, stage=stage)


def confirmed(cohort, name, email):
    return make_funnel(make_prospect(name=name, email=email), cohort, CONFIRMED)


def address(cohort):
    return f"/cohorts/{cohort.id}/onboarding"


def lines(page):
    """Who is on the page, as what, and how they stand."""
    return {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.select("td")][0::2]
        for row in page.select("tbody tr")
    }


def mails():
    query = select(func.count()).select_from(Notice).where(Notice.kind == NoticeKind.INVITATION)
    return db.session.scalar(query)


def invite_all(cohort, staff, *, now=NOW, seen=None):
    ready = list_ready(cohort.id, limit=MOST, now=now)
    return invite_outsiders(cohort, seen=seen or digest_of(ready), actor=staff, now=now)


def test_who_has_a_place_and_cannot_sign_in_is_shown(cast, client_of):
    placed(cast.cohort, "Ida Moe")
    placed(cast.cohort, "Jon Berg", FellowshipStage.ACTIVE)
    for stage in (FellowshipStage.APPLIED, FellowshipStage.OFFERED, FellowshipStage.WITHDRAWN):
        placed(cast.cohort, f"Not {stage}", stage)
    disable_account(placed(cast.cohort, "Shut Out").account, actor=cast.staff, now=NOW)
    placed(make_cohort(name="Elsewhere"), "Else Where")
    confirmed(cast.cohort, "Mina Okoro", "mina@sheet.example")
    confirmed(cast.cohort, "No Address", None)
    make_funnel(
        make_prospect(name="Not Sure", email="sure@sheet.example"), cast.cohort, EngagementStage.CONTACTED
    )
    page = read(client_of(cast.staff).get(address(cast.cohort)))
    assert lines(page) == {
        "Ida Moe": ["fellow", "never invited"],
        "Jon Berg": ["fellow", "never invited"],
        "Mina Okoro": ["mentor", "never invited"],
        "No Address": ["mentor", "no mail address"],
    }
    assert page.main.select_one("form button").get_text() == "Invite 3 people"


def test_all_of_them_are_invited_at_once_and_once(cast, client_of):
    fellowship = placed(cast.cohort, "Ida Moe")
    engagement = confirmed(cast.cohort, "Mina Okoro", "mina@sheet.example")
    browser = client_of(cast.staff)
    answer = submit(browser, address(cast.cohort))
    assert (answer.status_code, answer.location) == (302, address(cast.cohort))
    page = read(browser.get(address(cast.cohort)))
    assert "2 people are invited by mail." in page.get_text()
    assert {name: cells[1].split(" until")[0] for name, cells in lines(page).items()} == {
        "Ida Moe": "invited",
        "Mina Okoro": "invited",
    }
    assert page.main.select_one("form[action$=onboarding]") is None
    invited = {i.account.name: (i.account.roles, i.cohort_id) for i in db.session.scalars(select(Invitation))}
    assert invited == {
        "Ida Moe": ({Role.FELLOW}, cast.cohort.id),
        "Mina Okoro": ({Role.MENTOR}, cast.cohort.id),
    }
    db.session.refresh(engagement.mentor)
    assert engagement.mentor.account.email == "mina@sheet.example"
    assert fellowship.account.joined_at is None
    assert invite_all(cast.cohort, cast.staff).invited == 0
    assert mails() == 2


def test_what_was_looked_at_is_what_is_done(cast, client_of):
    placed(cast.cohort, "Ida Moe")
    browser = client_of(cast.staff)
    seen = read(browser.get(address(cast.cohort))).select_one("input[name=seen]")["value"]
    placed(cast.cohort, "Jon Berg")
    answer = submit(browser, address(cast.cohort), seen=seen)
    assert answer.status_code == 409
    assert "This list has changed since you looked at it. Nobody was invited" in read(answer).get_text()
    assert set(lines(read(answer))) == {"Ida Moe", "Jon Berg"}
    assert mails() == 0


def test_a_link_that_ran_out_is_sent_anew_and_a_withdrawn_one_is_not(cast):
    one, other = placed(cast.cohort, "Ida Moe"), placed(cast.cohort, "Jon Berg")
    assert invite_all(cast.cohort, cast.staff).invited == 2
    taken_back = db.session.scalars(select(Invitation).filter_by(account_id=other.account_id)).one()
    withdraw(taken_back, actor=cast.staff, now=NOW)
    later = NOW + LIFE + timedelta(seconds=1)
    assert [line.name for line in list_ready(cast.cohort.id, limit=MOST, now=NOW)] == []
    assert invite_all(cast.cohort, cast.staff, now=later).invited == 1
    again = db.session.scalars(select(Invitation).filter_by(account_id=one.account_id)).one()
    assert (again.sent_count, again.sent_at, again.state) == (2, later, InvitationState.WAITING)
    assert (taken_back.sent_count, taken_back.state) == (1, InvitationState.WITHDRAWN)


def test_what_becomes_of_a_mentor_who_has_an_account_is_told(cast, client_of):
    make_account(name="Mina Okoro", roles=[Role.FELLOW], email="mina@sheet.example")
    confirmed(cast.cohort, "Mina Okoro", "mina@sheet.example")
    browser = client_of(cast.staff)
    submit(browser, address(cast.cohort))
    page = read(browser.get(address(cast.cohort)))
    assert f"0 people are invited by mail. Mina Okoro {Joining.TIED}" in page.get_text()
    assert mails() == 0


def test_nobody_is_invited_to_what_is_archived(cast):
    placed(cast.cohort, "Ida Moe")
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError):
        invite_all(cast.cohort, cast.staff)
    assert mails() == 0


def test_staff_invite_no_administrator(cast, client_of):
    """An account that came by a sheet, and was given more since, is not let in by who may not give it that."""
    helper = make_account(name="Sam Helper", roles=[Role.STAFF])
    place = make_fellowship(waiting("Ida Moe", role=Role.ADMIN), cast.cohort, stage=FellowshipStage.ACCEPTED)
    assert submit(client_of(helper), address(cast.cohort)).status_code == 403
    assert db.session.scalar(select(Invitation.id).filter_by(account_id=place.account_id)) is None


def test_monday_counts_those_whom_nobody_has_invited(cast, client_of):
    placed(cast.cohort, "Ida Moe")
    confirmed(cast.cohort, "Mina Okoro", "mina@sheet.example")
    confirmed(cast.cohort, "No Address", None)
    over = make_cohort(name="Over", state=CohortState.CLOSED)
    placed(over, "Long Ago")
    page = words(client_of(cast.staff).get("/staff"))
    assert f"Not invited yet 2 people have a place in {cast.cohort.name} and cannot sign in" in page
    invite_all(cast.cohort, cast.staff)
    assert not list_decisions(NOW.date()).uninvited


def test_an_empty_page_says_so(cast, client_of):
    page = read(client_of(cast.staff).get(address(cast.cohort)))
    assert "Everybody who has a place in this cohort can sign in." in page.get_text()
