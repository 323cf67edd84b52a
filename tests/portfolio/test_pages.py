"""The portfolio shows exactly what there is, to staff alone."""

from datetime import date

import pytest

from program.cohorts.models import CohortState
from program.fellows.models import FellowshipStage
from program.mentors.models import EngagementStage
from program.portfolio.comparison import EARLIER
from tests import programmes
from tests.factories import make_account, make_cohort, make_fellowship, make_group, track_of
from tests.pages import read, submit


@pytest.fixture
def see(cast, client_of):
    browser = client_of(cast.staff)
    return lambda cohort: read(browser.get(f"/cohorts/{cohort.id}/portfolio"))


def column(page, name, *, table=0):
    """What stands in a column of a table, by the first cell of each row."""
    rows = page.select("table")[table].select("tbody tr, tfoot tr")
    found = {}
    for row in rows:
        cell = row.find("td", attrs={"data-label": name})
        found[row.th.get_text(" ", strip=True)] = cell.get_text(" ", strip=True) if cell else ""
    return found


def advice(page):
    return [" ".join(one.get_text(" ").split()) for one in page.select(".advice")]


def test_a_cohort_of_63_fellows_and_20_mentors_with_its_track_mix(see):
    page = see(programmes.winter_2023())
    mix = {
        "Interpretability": "44%",
        "Evaluations and demos": "18%",
        "Oversight and control": "17%",
        "Other": "21%",
    }
    assert column(page, "Share now") == {**mix, "Whole cohort": ""}
    assert column(page, "Fellows")["Whole cohort"] == "63"
    assert column(page, "Confirmed")["Whole cohort"] == "20"
    assert column(page, "Fellows")["Interpretability"] == "27.72"
    assert "Every track and every group has what it is meant to have." in page.main.get_text()


def test_a_cohort_of_27_fellows_in_areas_of_13_3_4_5_and_2(see):
    fellows = column(see(programmes.summer_2020()), "Fellows")
    assert [*fellows.values()] == ["13", "3", "4", "5", "2", "27"]


def test_25_governance_researchers_of_whom_4_are_confirmed(see):
    page = see(programmes.governance_mentors())
    assert "4 of 25 contacted confirmed, 6 to 35 %" in page.main.get_text(" ")
    assert [
        column(page, name)["Governance"]
        for name in ("Identified", "Contacted", "Interested", "Confirmed", "Declined")
    ] == [*("0", "7", "2", "4", "12")]
    assert column(page, "Seats granted")["Governance"] == "8"


def test_two_thirds_on_governance_are_what_a_group_of_tracks_is_to_have(see):
    page = see(programmes.two_thirds_on_governance())
    assert column(page, "Share now")["Governance and technical governance (group)"] == "66.7%"
    assert column(page, "Fellows")["Governance and technical governance (group)"] == "20"
    assert advice(page) == []


def test_one_fellow_less_is_off_target_and_it_says_what_would_mend_it(see):
    page = see(programmes.two_thirds_on_governance(one_less=True))
    assert column(page, "Share now")["Governance and technical governance (group)"] == "63.3% below"
    assert "63.3% aim 66.7%, below" in {text.get_text() for text in page.select(".chart-text")}
    assert advice(page) == [
        (
            "Governance and technical governance fellows below Governance and technical governance has 63.3% of 30 fellows; it is "
            "to have at least 66.7%. Three more fellows here would mend it, and nobody here is offered or shortlisted. "
            "That takes three more Governance and technical governance seats; no mentor in this group is left to be won: "
            "look for more."
        )
    ]


def test_what_is_over_is_off_target_for_good(see):
    cohort = programmes.two_thirds_on_governance(one_less=True)
    cohort.state = CohortState.CLOSED
    [said] = advice(see(cohort))
    assert said.endswith("has 63.3% of 30 fellows; it is to have at least 66.7%.")


def test_a_track_is_not_below_before_anybody_has_a_place(see):
    cohort = make_cohort(name="Next", state=CohortState.PLANNING)
    cohort.tracks[0].target_min = 0.4
    assert column(see(cohort), "Share now")["Interpretability"] == "0%"


def test_applicants_and_offers_are_counted_with_what_became_of_them(see):
    cohort = make_cohort(name="Next", tracks=("One",))
    for number, stage in enumerate(FellowshipStage):
        make_fellowship(make_account(name=f"Applicant {number}"), cohort, track="One", stage=stage)
    page = see(cohort)
    found = {name: column(page, name)["One"] for name in ("Applied", "Offers", "Fellows", "Withdrawn")}
    assert found == {"Applied": "10", "Offers": "4", "Fellows": "3", "Withdrawn": "1"}


def test_seats_and_mentors_of_another_cohort_do_not_count(see, cast):
    programmes.governance_mentors()
    stage, seats = EngagementStage.DECLINED, 5
    [declined] = programmes.engaged(cast.cohort, "Governance", {stage: 1}, seats=seats)
    declined.seats_min = 2
    page = see(cast.cohort)
    found = {name: column(page, name)["Governance"] for name in ("Confirmed", "Seats asked", "Seats granted")}
    assert found == {"Confirmed": "1", "Seats asked": "0 to 3", "Seats granted": "3"}


def test_weeks_are_counted_back_by_the_steps_to_what_there_is(see):
    page = see(programmes.summer_2020())
    rows = [
        [cell.get_text() for cell in row.find_all("td")] for row in page.select("table")[1].select("tbody tr")
    ]
    assert rows[0][-4:] == ["9", "10", "11", "13"]
    assert [row[-1] for row in rows] == ["13", "3", "4", "5", "2"]


def test_tracks_are_matched_by_name_with_those_of_earlier_cohorts(see, cast):
    programmes.winter_2023()
    track_of(cast.cohort, "Governance").name = "INTERPRETABILITY "
    track_of(cast.cohort, "Interpretability").name = "Control"
    page = see(cast.cohort)
    shown = column(page, "Winter 2023-24", table=-1)
    assert shown["INTERPRETABILITY"] == "44% (27.72)"
    assert shown["Control"] == "no such track"
    assert column(page, "Summer 26", table=-1)["Other"] == "no such track"


def test_cohorts_that_had_nobody_do_not_hide_those_that_had_fellows(see):
    programmes.winter_2023()
    for number in range(EARLIER):
        make_cohort(name=f"Planned {number}", tracks=("Other",), state=CohortState.PLANNING)
    page = see(make_cohort(name="Next", tracks=("Interpretability",)))
    assert column(page, "Winter 2023-24", table=-1)["Interpretability"] == "44% (27.72)"


def test_as_many_earlier_cohorts_are_compared_as_there_is_room_for_the_latest_of_them(see):
    for year in range(EARLIER + 1):
        starts_on = date(2020 + year, 1, 6)
        cohort = make_cohort(name=f"Winter {2020 + year}", tracks=("One",), **programmes.ended(starts_on))
        make_fellowship(
            make_account(name=f"Fellow {year}"), cohort, track="One", stage=FellowshipStage.COMPLETED
        )
    page = see(make_cohort(name="Next", tracks=("One",)))
    heads = [head.get_text() for head in page.select("table")[-1].select("thead th")]
    latest = [f"Winter {2020 + year}" for year in range(2, EARLIER + 1)]
    assert heads[1:] == [*latest, "Summer 26", "Next, aim"]


def test_a_cohort_without_fellows_is_compared_by_what_it_aims_at(see):
    programmes.winter_2023()
    page = see(make_cohort(name="Next", tracks=("Interpretability",)))
    assert column(page, "Next, aim", table=-1)["Interpretability"] == "100%"


def test_a_cohort_without_tracks_says_what_to_do(see):
    page = see(make_cohort(name="Bare", tracks=()))
    assert "Give it tracks" in page.select_one(".empty").get_text()


def test_an_archived_cohort_is_only_read(cast, client_of):
    cohort = make_cohort(name="Old")
    group = make_group(cohort, "Governance")
    cohort.state = CohortState.ARCHIVED
    browser = client_of(cast.staff)
    for page in (f"/cohorts/{cohort.id}", f"/cohorts/{cohort.id}/portfolio"):
        assert not read(browser.get(page)).select(f"a[href='/cohorts/{cohort.id}/tracks']")
    assert submit(browser, f"/cohorts/{cohort.id}/tracks").status_code == 409
    assert (
        submit(
            browser, f"/cohorts/{cohort.id}/groups/new", name="New", tracks=track_of(cohort, "Governance").id
        ).status_code
        == 409
    )
    assert submit(browser, f"/track-groups/{group.id}", f"/track-groups/{group.id}/remove").status_code == 409


@pytest.mark.parametrize("path", ["/cohorts/{0}/portfolio", "/cohorts/{0}/tracks", "/track-groups/{1}"])
@pytest.mark.parametrize("who", ["fellow", "mentor", "manager", "analyst"])
def test_who_is_no_staff_finds_nothing(cast, client_of, path, who):
    group = make_group(cast.cohort, "Governance")
    browser = client_of(getattr(cast, who))
    assert browser.get(path.format(cast.cohort.id, group.id)).status_code == 404
