"""The portfolio shows exactly what there is, and staff change what is meant to be."""

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState, Track
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.mentors.models import EngagementStage
from tests import programmes
from tests.factories import make_account, make_cohort, make_fellowship, make_group, track_of
from tests.pages import filled, find_form, read, submit, words


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
    assert advice(page) == [
        (
            "Governance and technical governance below Governance and technical governance has 63.3% of 30 fellows; it is "
            "to have at least 66.7%. Three more fellows here would mend it, and nobody here is offered or shortlisted. "
            "That takes three more Governance and technical governance seats; no mentor in this group is left to be won: "
            "look for more."
        )
    ]


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


def test_a_cohort_without_fellows_is_compared_by_what_it_aims_at(see):
    programmes.winter_2023()
    page = see(make_cohort(name="Next", tracks=("Interpretability",)))
    assert column(page, "Next, aim", table=-1)["Interpretability"] == "100%"


def test_a_cohort_without_tracks_says_what_to_do(see):
    page = see(make_cohort(name="Bare", tracks=()))
    assert "Give it tracks" in page.select_one(".empty").get_text()


def tracks_of(cohort):
    db.session.expire_all()
    return [(t.name, t.target_min, t.target_aim, t.target_max) for t in cohort.tracks]


def test_staff_add_change_order_and_remove_tracks_together(cast, client_of):
    cohort = make_cohort(name="Next", tracks=("Old", "Kept", "Moved"))
    old, kept, moved = (f"track-{track.id}-" for track in cohort.tracks)
    typed = {
        f"{old}remove": "on",
        f"{kept}name": "Moved",  # two tracks exchange their names
        f"{moved}name": "Kept",
        f"{moved}place": "1",
        f"{moved}low": "17,5 %",
        f"{moved}aim": "20",
        f"{moved}high": "",
        "new-1-name": "Added",
        "new-1-aim": "5",
        "new-1-high": "50",
    }
    answer = submit(client_of(cast.staff), f"/cohorts/{cohort.id}/tracks", **typed)
    assert answer.location == f"/cohorts/{cohort.id}/portfolio"
    assert tracks_of(cohort) == [("Kept", 0.175, 0.2, 1), ("Moved", 0, 0.333, 1), ("Added", 0, 0.05, 0.5)]
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.TRACK_CHANGE)).one()
    assert (event.subject_kind, event.subject_id) == ("cohort", cohort.id)
    assert event.after["Added"] == "0% to 50%, aim 5%"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"low": "60"}, "is more than its aim of 50%"),
        ({"low": "60", "aim": "60"}, "What the tracks have at least adds up to 120%"),
        ({"high": "101"}, "Please give a share from 0 to 100."),
        ({"aim": "nan"}, "Please give a share from 0 to 100."),
        ({"aim": "many"}, "Please give a share from 0 to 100."),
        ({"place": "first"}, "Please give a whole number from 0 to 999."),
        ({"name": ""}, "Please name the track, or tick “Remove”."),
        ({"name": "x" * 81}, "This is longer than 80 characters."),
        ({"name": "Same"}, "There are two of the name “Same”"),
        ({"remove": "on"}, "cannot be removed: fellows or mentors stand on it (1)."),
    ],
)
def test_shares_that_cannot_add_up_change_nothing_and_say_what_to_do(cast, client_of, typed, said):
    cohort = make_cohort(name="Next")
    make_fellowship(cast.fellow, cohort), make_fellowship(cast.other_fellow, cohort, track="Governance")
    before = tracks_of(cohort)
    fields = {f"track-{track.id}-{name}": value for track in cohort.tracks for name, value in typed.items()}
    answer = submit(client_of(cast.staff), f"/cohorts/{cohort.id}/tracks", **fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert tracks_of(cohort) == before
    assert all(f'value="{value}"' in answer.text for value in typed.values() if value and value != "on")


def test_tracks_that_somebody_else_has_changed_meanwhile_are_not_overwritten(cast, client_of):
    cohort = make_cohort(name="Next")
    path = f"/cohorts/{cohort.id}/tracks"
    late, quick = client_of(cast.staff), client_of(cast.staff)
    fields = filled(find_form(read(late.get(path)), path))
    assert submit(quick, path, **{"new-1-name": "Added", "new-1-aim": "5"}).status_code == 302
    answer = late.post(path, data={**fields, "new-1-name": "Late"})
    assert answer.status_code == 409
    assert "Late" in words(answer), "what was typed is kept"
    assert [name for name, *_shares in tracks_of(cohort)] == ["Interpretability", "Governance", "Added"]


def test_a_group_can_only_ask_for_what_its_tracks_may_have(cast, client_of):
    cohort = make_cohort(name="Next", tracks=("A", "B", "C"))
    for name, high in (("A", 0.3), ("B", 0.3)):
        track_of(cohort, name).target_min = track_of(cohort, name).target_aim = 0
        track_of(cohort, name).target_max = high
    browser, new = client_of(cast.staff), f"/cohorts/{cohort.id}/groups/new"
    typed = {"name": "A and B", "low": "66.7", "aim": "70", "tracks": [track_of(cohort, n).id for n in "AB"]}
    refused = submit(browser, new, **typed)
    assert refused.status_code == 422
    assert "its tracks may have at most 60% together" in words(refused)
    assert submit(browser, new, **{**typed, "low": "50", "aim": "55"}).status_code == 302
    group = cohort.groups[0]
    assert (group.name, group.target_min, [t.name for t in group.tracks]) == ("A and B", 0.5, ["A", "B"])
    wanted = {f"track-{track_of(cohort, 'A').id}-remove": "on"}
    assert "its tracks may have at most 30% together" in words(
        submit(browser, f"/cohorts/{cohort.id}/tracks", **wanted)
    )
    changed = submit(
        browser, f"/track-groups/{group.id}", tracks=[track_of(cohort, "C").id], high="60", name="C alone"
    )
    assert changed.status_code == 302
    assert "C alone" in words(browser.get(f"/cohorts/{cohort.id}/tracks"))
    gone = submit(browser, f"/track-groups/{group.id}", f"/track-groups/{group.id}/remove")
    assert gone.location == f"/cohorts/{cohort.id}/tracks"
    names = select(Track.name).filter_by(cohort_id=cohort.id).order_by(Track.position)
    assert db.session.scalars(names).all() == ["A", "B", "C"]


def test_an_archived_cohort_is_only_read(cast, client_of):
    cohort = make_cohort(name="Old")
    group = make_group(cohort, "Governance")
    cohort.state = CohortState.ARCHIVED
    browser = client_of(cast.staff)
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
