"""The page on which staff hand over what a mentor leaves behind."""

from datetime import date

import pytest
from sqlalchemy import select

from program.access import Role
from program.extensions import db
from program.fellows.models import AssignmentKind
from program.mentors.models import Engagement, EngagementStage
from tests.factories import (
    make_account,
    make_assignment,
    make_funnel,
    make_mentor,
    make_prospect,
    make_report,
)
from tests.pages import filled, find_form, read, submit, words
from tests.scenarios import more_fellows


@pytest.fixture
def office(cast, client_of):
    return client_of(cast.staff)


@pytest.fixture
def here(cast):
    """The page of the mentor's withdrawal."""
    engagement = db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()
    return f"/engagements/{engagement.id}/withdrawal"


def test_it_previews_what_is_handed_over_and_does_it_at_one_press(cast, office, here, client_of):
    nina = make_mentor(make_account(name="Nina Beside", roles=[Role.MENTOR]))
    make_assignment(cast.fellowship, nina, kind=AssignmentKind.CO)
    [second] = more_fellows(cast, 1)
    make_report(cast.fellowship, number=4)
    make_report(cast.fellowship, number=5, asks="Which data?\nWhich model?")
    page = office.get(here)
    rows = [[cell.get_text() for cell in row.select("th, td")[:4]] for row in read(page).select("tbody tr")]
    assert rows == [["Amara Okafor", "their mentor", "2", "2"], ["Fellow I001", "their mentor", "0", "0"]]
    options = [option.get_text() for option in read(page).select(f"#fellow-{second.id} option")]
    assert "Desmond Oyelaran (Governance, 1 of 3 seats taken)" in options
    form = filled(find_form(read(page), here))
    assert form[f"fellow-{cast.fellowship.id}"] == str(nina.id)
    assert form[f"fellow-{second.id}"] == ""
    chosen = {f"fellow-{second.id}": str(cast.other_mentorship.id), "reason": "New job."}
    answer = submit(office, here, **chosen)
    assert answer.location == here.removesuffix("/withdrawal")
    told = read(office.get(answer.location)).find(class_="flashes").get_text()
    assert "Margit Vanders has withdrawn. 2 fellows were handed over." in told
    assert "Amara Okafor" in words(client_of(nina.account).get("/reviews"))
    assert "Fellow I001" in words(client_of(cast.other_mentor).get("/mentor"))


def test_what_is_missing_is_said_and_what_was_chosen_is_kept(cast, office, here):
    [second] = more_fellows(cast, 1)
    answer = submit(office, here, **{f"fellow-{second.id}": str(cast.other_mentorship.id), "reason": ""})
    assert answer.status_code == 422
    text = words(answer)
    assert "Please choose who mentors Amara Okafor from now on." in text
    assert "Please fill in “Why they withdraw”." in text
    form = filled(find_form(read(answer), here))
    assert form[f"fellow-{second.id}"] == str(cast.other_mentorship.id)


def test_who_is_led_now_and_stood_beside_later_is_handed_over_by_one_choice(cast, office, here):
    [leads] = cast.fellowship.assignments
    leads.ends_on = date(2026, 6, 19)
    make_assignment(cast.fellowship, cast.mentorship, kind=AssignmentKind.CO, starts_on=date(2026, 6, 20))
    assert "as above" in words(office.get(here))
    assert submit(office, here, reason="New job.").status_code == 422
    chosen = {f"fellow-{cast.fellowship.id}": str(cast.other_mentorship.id)}
    assert submit(office, here, reason="New job.", **chosen).status_code == 302


def test_who_is_only_interested_can_be_handed_over_too(cast, office, here):
    engagement = db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()
    engagement.stage = EngagementStage.INTERESTED
    page = office.get(here.removesuffix("/withdrawal"))
    assert read(page).find("a", string="Withdraw and hand over")["href"] == here


def test_the_board_leads_there_when_somebody_tries_the_short_way(cast, office, here):
    engagement = here.removesuffix("/withdrawal")
    assert read(office.get(engagement)).find("a", string="Withdraw and hand over")["href"] == here
    token = filled(find_form(read(office.get(engagement)), f"{engagement}/step"))["csrf_token"]
    typed = {"csrf_token": token, "to": "interested", "reason": "Hm."}
    answer = office.post(f"{engagement}/step", data=typed)
    assert answer.status_code == 409
    assert "Hand them over first" in words(answer)


def test_who_is_not_there_yet_does_not_withdraw(cast, office):
    engagement = make_funnel(make_prospect(), cast.cohort, EngagementStage.CONTACTED)
    page = office.get(f"/engagements/{engagement.id}/withdrawal")
    assert "Petra Lindqvist is contacted: only who is interested or confirmed withdraws." in words(page)
    assert read(page).main.find("form") is None
