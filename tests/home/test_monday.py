"""What a director opens on Monday: what is off target, who is late, what waits for a decision."""

from datetime import timedelta

from program.access import Role
from program.cohorts.models import CohortState
from program.fellows.models import FellowshipStage
from program.home.decisions import SHOWN, list_decisions
from program.imports.services import cancel_import
from program.mentors.models import EngagementStage
from program.portfolio.standing import list_standings
from tests import programmes
from tests.factories import (
    NOW,
    make_account,
    make_cohort,
    make_engagement,
    make_fellowship,
    make_import,
    make_mentor,
    make_organisation,
)
from tests.pages import read, words

TODAY, DAY = NOW.date(), timedelta(days=1)


def section(page, heading):
    """The text of the section under a heading."""
    found = next(s for s in page.select("section") if s.h2.get_text() == heading)
    return " ".join(found.get_text(" ").split())


def applicants(cohort, *stages):
    for number, stage in enumerate(stages):
        make_fellowship(make_account(name=f"{cohort.name} {stage} {number}"), cohort, stage=stage)


def step(cast, cohort, day, *, stage=EngagementStage.CONTACTED, name="Nils Aker"):
    mentor = make_mentor(make_account(name=name, roles=[Role.MENTOR]))
    engagement = make_engagement(mentor, cohort, track="Governance", stage=stage)
    engagement.next_step, engagement.next_step_on, engagement.owner = "Call again", day, cast.staff


def test_what_is_off_target_is_said_of_the_current_cohort_and_of_those_being_filled(cast, client_of):
    for track in cast.cohort.tracks:
        track.target_min, track.target_aim = 0, 0.5
    cast.cohort.tracks[0].target_min, cast.cohort.tracks[0].target_aim = 0.6, 0.6
    filling = programmes.governance_mentors()
    filling.tracks[1].target_min = filling.tracks[1].target_aim
    page = read(client_of(cast.staff).get("/staff"))
    assert "Interpretability has 50% of 2 fellows; it is to have at least 60%." in section(page, "Off target")
    said = section(page, "Off target in Summer 2024")
    assert (
        "Interpretability granted seats below Interpretability has 0% of 8 granted seats; it is to have at least 50%. Eight more"
        in said
    )
    assert [a["href"] for a in page.select("section .stack > p > a")] == [
        f"/cohorts/{cast.cohort.id}/portfolio",
        f"/cohorts/{filling.id}/portfolio",
    ]


def test_who_is_late_and_what_waits_come_before_what_is_off_target(cast, client_of):
    page = read(client_of(cast.staff).get("/staff"))
    heads = [head.get_text() for head in page.select("main h2")]
    assert heads == ["Look here", "Waits for a decision", "Off target", "Surveys"]


def test_what_runs_beside_the_current_cohort_comes_after_what_is_being_filled(cast):
    for name, state in (
        ("Long", CohortState.RUNNING),
        ("Next", CohortState.OPEN),
        ("Over", CohortState.CLOSED),
    ):
        make_cohort(name=name, state=state, starts_on=cast.cohort.starts_on - DAY)
    early = make_cohort(name="Early", starts_on=TODAY + 3 * DAY, ends_on=TODAY + 90 * DAY)
    assert [one.cohort.name for one in list_standings(NOW)] == [cast.cohort.name, "Next", early.name, "Long"]


def test_where_all_is_over_the_last_cohort_is_shown(cast):
    make_cohort(name="Before", state=CohortState.CLOSED, starts_on=cast.cohort.starts_on - DAY)
    cast.cohort.state = CohortState.CLOSED
    assert [one.cohort.name for one in list_standings(NOW)] == [cast.cohort.name]


def test_what_waits_for_a_decision(cast, client_of):
    filling = make_cohort(name="Next", state=CohortState.OPEN)
    applied, offered = FellowshipStage.APPLIED, FellowshipStage.OFFERED
    applicants(filling, applied, applied, offered, FellowshipStage.DECLINED)
    step(cast, filling, TODAY - DAY)
    make_organisation(name="Nrthlight Lbs").provisional = True
    make_import(filling, cast.staff, checked=False)
    page = read(client_of(cast.staff).get("/staff"))
    said = section(page, "Waits for a decision")
    links = {a.get_text(): a["href"] for a in page.select(".row-detail a")}
    assert links == {
        "1 offered": f"/cohorts/{filling.id}/fellows?stage=offered",
        "2 applied": f"/cohorts/{filling.id}/fellows?stage=applied",
    }
    assert "Nils Aker Call again, was due 9 Jun 2026 · Next · Ruth Calloway" in said
    assert "Organisations 1 name to sort" in said
    assert "Imports 1 waits for somebody to say how to go on" in said


def test_the_steps_that_have_waited_longest_are_shown_and_that_there_are_more_is_said(cast, client_of):
    browser = client_of(cast.staff)
    for number in range(SHOWN):
        step(cast, cast.cohort, TODAY - number * DAY, name=f"Mentor {number}")
    page = words(browser.get("/staff"))
    assert "More mentors" not in page
    assert "Mentor 0 Call again, due today" in page
    step(cast, cast.cohort, TODAY - 20 * DAY, name="Longest")
    found = list_decisions(TODAY)
    assert [one.mentor for one in found.steps] == ["Longest", *(f"Mentor {n}" for n in range(9, 0, -1))]
    assert found.are_more
    assert "More mentors" in words(browser.get("/staff"))


def test_what_is_over_or_yet_to_come_waits_for_nobody(cast, client_of):
    over = make_cohort(name="Over", state=CohortState.CLOSED)
    applicants(over, FellowshipStage.APPLIED)
    step(cast, over, TODAY - DAY, name="One")
    step(cast, cast.cohort, TODAY + DAY, name="Two")
    step(cast, cast.cohort, TODAY, stage=EngagementStage.DECLINED, name="Three")
    kept, twin = make_organisation(), make_organisation(name="Twin")
    twin.provisional, twin.merged_into = True, kept
    cancel_import(make_import(cast.cohort, cast.staff, checked=False), actor=cast.staff, now=NOW)
    assert not list_decisions(TODAY)
    said = section(read(client_of(cast.staff).get("/staff")), "Waits for a decision")
    assert "No applicant, invitation, mentor, name or import waits for anybody to decide." in said
    assert [one.mentor for one in list_decisions(TODAY + DAY).steps] == ["Two"]


def test_a_programme_whose_first_cohort_is_being_filled_has_a_monday_too(app, client_of):
    make_cohort(name="First", starts_on=TODAY + DAY, ends_on=TODAY + 90 * DAY, state=CohortState.PLANNING)
    page = read(client_of(make_account(name="Sam", roles=[Role.STAFF])).get("/staff"))
    assert page.h1.get_text() == "First"
    assert "Begins on 11 Jun 2026" in page.main.get_text()
    assert "Nothing can be compared yet" in section(page, "Off target")
