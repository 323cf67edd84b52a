"""The board of a cohort's mentors as staff use it: by one button, without a script."""

from datetime import date

import pytest
from sqlalchemy import select

from program.access import Role
from program.accounts.models import AccountRole
from program.cohorts.models import CohortState
from program.extensions import db
from program.mentors.models import Engagement, EngagementStage
from program.mentors.services import plan_next_step
from program.obligations.queries import list_owed_by
from program.recruiting import queries
from tests.factories import (
    NOW,
    make_absence,
    make_account,
    make_cohort,
    make_engagement,
    make_funnel,
    make_prospect,
    track_of,
)
from tests.pages import filled, find_form, read, submit, words
from tests.scenarios import more_fellows

IDENTIFIED, CONTACTED, INTERESTED, CONFIRMED, DECLINED, WITHDRAWN = EngagementStage


@pytest.fixture
def office(cast, client_of):
    return client_of(cast.staff)


def columns(response):
    """The names in each column of the board."""
    found = {}
    for section in read(response).select(".funnel > section"):
        stage = section["aria-labelledby"].removeprefix("stage-")
        found[stage] = [link.get_text() for link in section.select("li > a")]
    return {stage: names for stage, names in found.items() if names}


def press(client, board, action):
    """Press the button of this form as it stands on the board."""
    form = find_form(read(client.get(board)), action)
    return client.post(action, data=filled(form))


def test_a_mentor_goes_from_the_pool_to_confirmed_by_buttons(cast, office):
    mentor = make_prospect(email="petra@people.example")
    engage = f"/cohorts/{cast.cohort.id}/mentors/{mentor.id}/engage"
    track = str(track_of(cast.cohort, "Governance").id)
    answer = submit(office, engage, track=track, least="1", wanted="3", granted="2")
    here, board = answer.location, f"/cohorts/{cast.cohort.id}/mentors"
    confirmed = ["Desmond Oyelaran", "Margit Vanders"]
    assert columns(office.get(board)) == {"identified": ["Petra Lindqvist"], "confirmed": confirmed}
    for stage in ("contacted", "interested"):
        answer = press(office, board, f"{here}/step")
        assert answer.location == f"{board}#{here.strip('/').replace('engagements/', 'engagement-')}"
        assert columns(office.get(board)) == {stage: ["Petra Lindqvist"], "confirmed": confirmed}
    asked = words(office.get(board))
    assert "Confirm and invite" in asked
    assert "gets a mail" in asked
    press(office, board, f"{here}/confirm")
    page = office.get(board)
    assert columns(page) == {"confirmed": [*confirmed, "Petra Lindqvist"]}
    assert "Petra Lindqvist is invited by mail to sign in." in read(page).find(class_="flashes").get_text()


def test_the_board_keeps_to_the_track_that_was_chosen(cast, office):
    one = make_funnel(make_prospect(), cast.cohort, track="Governance")
    make_funnel(make_prospect(name="Ada Marsh"), cast.cohort, track="Interpretability")
    board = f"/cohorts/{cast.cohort.id}/mentors?track={one.track_id}"
    assert columns(office.get(board)) == {
        "identified": ["Petra Lindqvist"],
        "confirmed": ["Desmond Oyelaran"],
    }
    answer = press(office, board, f"/engagements/{one.id}/step")
    assert answer.location == f"{board}#engagement-{one.id}"


def test_a_button_pressed_twice_moves_them_once(cast, office):
    engagement = make_funnel(make_prospect(), cast.cohort)
    board, action = f"/cohorts/{cast.cohort.id}/mentors", f"/engagements/{engagement.id}/step"
    fields = filled(find_form(read(office.get(board)), action))
    answers = [office.post(action, data=fields) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"{board}#engagement-{engagement.id}"] * 2
    assert columns(office.get(board))["contacted"] == ["Petra Lindqvist"]


def test_a_full_column_leads_to_the_list(cast, office, monkeypatch):
    monkeypatch.setattr(queries, "COLUMN_SIZE", 2)
    for name in ("Ada Marsh", "Ben Marsh", "Cyd Marsh"):
        make_funnel(make_prospect(name=name), cast.cohort)
    page = office.get(f"/cohorts/{cast.cohort.id}/mentors")
    assert columns(page)["identified"] == ["Ada Marsh", "Ben Marsh"]
    link = read(page).find("a", string="All 3 as a list")["href"]
    rows = [cell.get_text() for cell in read(office.get(link)).select("tbody th")]
    assert rows == ["Ada Marsh", "Ben Marsh", "Cyd Marsh"]


def test_the_list_is_narrowed_by_name_stage_track_and_owner(cast, office):
    ada = make_funnel(make_prospect(name="Ada Marsh"), cast.cohort, IDENTIFIED, CONTACTED)
    ben = make_funnel(make_prospect(name="Ben Marsh"), cast.cohort, track="Interpretability")
    make_funnel(make_prospect(name="Ada Else"), make_cohort(name="Winter 26"))
    ben.owner = cast.staff

    def found(query):
        page = office.get(f"/cohorts/{cast.cohort.id}/mentors/list?{query}")
        return [cell.get_text() for cell in read(page).select("tbody th")]

    assert found("who=marsh") == ["Ada Marsh", "Ben Marsh"]
    assert found("stage=contacted") == ["Ada Marsh"]
    assert found(f"who=marsh&track={ada.track_id}") == ["Ada Marsh"]
    assert found(f"owner={cast.staff.id}") == ["Ben Marsh"]
    assert found("who=nobody") == []


def test_the_board_says_how_many_went_on(cast, office):
    for number in range(25):
        stages = (IDENTIFIED, CONTACTED, INTERESTED, CONFIRMED) if number < 4 else (IDENTIFIED, CONTACTED)
        make_funnel(make_prospect(name=f"Mentor {number}"), make_or(cast), *stages)
    page = words(office.get(f"/cohorts/{make_or(cast).id}/mentors"))
    assert "4 of 25 contacted confirmed, 6 to 35 %" in page


def make_or(cast):
    """A cohort of its own, made once."""
    found = db.session.scalars(select(type(cast.cohort)).filter_by(name="Summer 24")).first()
    return found or make_cohort(name="Summer 24")


def test_who_is_over_or_under_and_who_is_away_shows(cast, office):
    [_first, second] = more_fellows(cast, 2)
    second.starts_on = second.ends_on = date(2026, 7, 1)
    engagement = db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()
    engagement.seats_granted, engagement.seats_min = 2, 0
    make_absence(cast.mentorship, starts_on=date(2026, 6, 15), ends_on=date(2026, 6, 19))
    for address in (f"/cohorts/{cast.cohort.id}/mentors", f"/cohorts/{cast.cohort.id}/mentors/list"):
        text = words(office.get(address))
        assert "over: 3 fellows on 2 seats" in text
        assert "under: 1 fellow on 3 seats" in text
        assert "away 15 Jun 2026 to 19 Jun 2026, 2 of theirs then" in text
    text = words(office.get(f"/engagements/{engagement.id}"))
    assert "Over: 3 fellows on 2 seats." in text
    assert "2 of their fellows are theirs then." in text


def test_who_is_confirmed_and_was_granted_no_seat_shows(cast, office):
    make_engagement(make_prospect(), cast.cohort, track="Governance", seats=0, wanted=2)
    assert "no seats granted, 2 wanted" in words(office.get(f"/cohorts/{cast.cohort.id}/mentors"))


def test_a_step_back_wants_a_reason_and_keeps_what_was_typed(cast, office):
    engagement = make_funnel(make_prospect(), cast.cohort, IDENTIFIED, CONTACTED)
    here = f"/engagements/{engagement.id}"

    def back(reason):
        token = filled(find_form(read(office.get(here)), f"{here}/step"))["csrf_token"]
        return office.post(f"{here}/step", data={"csrf_token": token, "to": "identified", "reason": reason})

    assert "Why (optional)" not in words(office.get(here))
    answer = back("")
    assert answer.status_code == 422
    assert "Please say why: contacted to identified wants a reason." in words(answer)
    assert back("The address was wrong.").location == here
    assert "contacted to identified" in words(office.get(here))
    assert "The address was wrong." in words(office.get(here))


def test_a_next_step_is_planned_shown_on_the_owners_home_and_done(cast, office):
    engagement = make_funnel(make_prospect(), cast.cohort)
    here = f"/engagements/{engagement.id}"
    typed = {"text": "Ring her", "day": "2026-06-12", "owner": str(cast.staff.id)}
    assert submit(office, here, f"{here}/next-step", **typed).location == here
    assert "Petra Lindqvist: Ring her" in words(office.get("/staff"))
    submit(office, here, f"{here}/next-step/done")
    assert "Ring her" not in words(office.get("/staff"))


@pytest.mark.parametrize("day", ["2026-06-09", "2029-01-01", "9999-12-31", "soon", ""])
def test_a_day_that_nobody_can_keep_is_refused(cast, office, day):
    engagement = make_funnel(make_prospect(), cast.cohort)
    here = f"/engagements/{engagement.id}"
    typed = {"text": "Ring her", "day": day, "owner": str(cast.staff.id)}
    assert submit(office, here, f"{here}/next-step", **typed).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"), [("granted", "-1"), ("granted", "51"), ("least", "many"), ("least", "4")]
)
def test_seats_that_make_no_sense_are_refused(cast, office, field, value):
    engagement = make_engagement(make_prospect(), cast.cohort, track="Governance", seats=3)
    here = f"/engagements/{engagement.id}"
    assert submit(office, here, f"{here}/seats", **{field: value}).status_code == 422
    db.session.expire_all()
    assert engagement.seats_granted == 3


def test_an_archived_cohort_has_no_buttons(cast, office):
    engagement = make_funnel(make_prospect(), cast.cohort)
    plan_next_step(
        engagement, text="Ring", day=date(2026, 6, 12), owner=cast.staff, actor=cast.staff, now=NOW
    )
    cast.cohort.state = CohortState.ARCHIVED
    for address in (f"/cohorts/{cast.cohort.id}/mentors", f"/engagements/{engagement.id}"):
        assert read(office.get(address)).main.find_all("form", method="post") == []
    assert "Add somebody new" not in words(office.get(f"/cohorts/{cast.cohort.id}/mentors"))


def test_an_empty_board_says_what_to_do(cast, office):
    empty = make_cohort(name="Winter 26")
    text = words(office.get(f"/cohorts/{empty.id}/mentors"))
    assert "Nobody is in the funnel here yet." in text


def test_a_step_of_somebody_who_cannot_do_it_any_more_is_marked_and_not_owed(cast, office):
    gone = make_account(name="Owen Prydderch", roles=[Role.STAFF])
    engagement = make_funnel(make_prospect(), cast.cohort)
    plan_next_step(engagement, text="Ring", day=date(2026, 6, 12), owner=gone, actor=cast.staff, now=NOW)
    board = f"/cohorts/{cast.cohort.id}/mentors"
    places = (board, f"{board}/list", f"/engagements/{engagement.id}")
    said = "Ring, by 12 Jun 2026 (Owen Prydderch"
    assert all(said in words(office.get(place)) for place in places)
    assert [owed.title for owed in list_owed_by(gone.id, now=NOW)] == ["Petra Lindqvist: Ring"]
    gone.held_roles = [AccountRole(role=Role.MENTOR)]
    said = "who is not staff or cannot sign in: choose somebody else"
    assert all(said in words(office.get(place)) for place in places)
    assert list_owed_by(gone.id, now=NOW) == []
    gone.held_roles, gone.disabled_at = [AccountRole(role=Role.STAFF)], NOW
    assert all(said in words(office.get(place)) for place in places)
