"""The list of a cohort's fellows: who is found by what, page by page, and whom staff alone see."""

from datetime import timedelta

import pytest

from program.extensions import db
from program.fellows.listing import NONE, Wanted, count_fellows, list_fellows
from program.fellows.models import AssignmentKind, FellowshipStage
from tests.factories import (
    NOW,
    make_account,
    make_assignment,
    make_cohort,
    make_fellowship,
    track_of,
)
from tests.pages import read, words
from tests.scenarios import more_fellows

DAY = timedelta(days=1)
TODAY = NOW.date()


def found(cast, **wanted):
    page = list_fellows(cast.cohort.id, Wanted(**wanted), day=TODAY, cursor=None)
    assert count_fellows(cast.cohort.id, Wanted(**wanted), day=TODAY) == len(page.rows)
    return [line.fellowship.account.name for line in page.rows]


@pytest.fixture
def some(cast):
    """Beside the two of the cast: somebody who waits, and somebody of another cohort."""
    zoe = make_account(name="Zoë Ålund")
    waiting = make_fellowship(zoe, cast.cohort, track="Governance", stage=FellowshipStage.WAITLISTED)
    waiting.project = "Évals of 100% honest models"
    waiting.second_track_id, waiting.track_weight = track_of(cast.cohort, "Interpretability").id, 60
    elsewhere = make_fellowship(make_account(name="Else Where"), make_cohort(name="Winter 26"))
    make_assignment(elsewhere, cast.mentorship)
    db.session.flush()
    return cast


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("zoe alund", ["Zoë Ålund"]),
        ("EVALS", ["Zoë Ålund"]),
        ("100%", ["Zoë Ålund"]),
        ("0_ h", []),
        ("amara.okafor@", ["Amara Okafor"]),
        ("else", []),
    ],
)
def test_people_are_found_by_any_part_of_name_address_and_project(some, typed, names):
    assert found(some, typed=typed) == names


def test_each_filter_finds_its_own_and_they_add_up(some):
    cast = some
    governance, interpretability = (
        track_of(cast.cohort, "Governance"),
        track_of(cast.cohort, "Interpretability"),
    )
    assert found(cast) == ["Amara Okafor", "Kwame Boadu", "Zoë Ålund"]
    assert found(cast, stage=FellowshipStage.WAITLISTED) == ["Zoë Ålund"]
    assert found(cast, track_id=governance.id) == ["Kwame Boadu", "Zoë Ålund"]
    assert found(cast, track_id=interpretability.id) == ["Amara Okafor", "Zoë Ålund"]
    assert found(cast, manager_id=cast.manager.id) == ["Amara Okafor"]
    assert found(cast, manager_id=NONE) == ["Kwame Boadu", "Zoë Ålund"]
    assert found(cast, mentor_id=cast.mentorship.id) == ["Amara Okafor"]
    assert found(cast, mentor_id=NONE) == ["Zoë Ålund"]
    assert found(cast, mentor_id=NONE, stage=FellowshipStage.ACTIVE) == []


def test_a_mentor_of_yesterday_and_a_co_mentor_lead_nobody(some):
    cast = some
    [led] = cast.fellowship.assignments
    led.ends_on = TODAY - DAY
    make_assignment(cast.fellowship, cast.other_mentorship, kind=AssignmentKind.CO)
    assert found(cast, mentor_id=NONE) == ["Amara Okafor", "Zoë Ålund"]
    assert found(cast, mentor_id=cast.mentorship.id) == []
    assert found(cast, mentor_id=cast.other_mentorship.id) == ["Amara Okafor", "Kwame Boadu"]


def test_every_page_goes_on_where_the_one_before_ended(cast, client_of):
    more_fellows(cast, 40)
    browser, address, names = client_of(cast.staff), f"/cohorts/{cast.cohort.id}/fellows", []
    while address:
        page = read(browser.get(address))
        names += [cell.a.get_text() for cell in page.select("tbody th")]
        onward = page.find("a", rel="next")
        address = onward and onward["href"]
    assert names == ["Amara Okafor", *(f"Fellow I{n:03d}" for n in range(1, 41)), "Kwame Boadu"]


def test_the_list_says_what_it_found_and_what_to_do_if_nothing(cast, client_of):
    browser, address = client_of(cast.staff), f"/cohorts/{cast.cohort.id}/fellows"
    assert "Amara Okafor active Interpretability Margit Vanders Helena Strand" in words(browser.get(address))
    assert "Nobody was found. Show everybody" in words(browser.get(f"{address}?who=nobody"))
    wrong = browser.get(f"{address}?stage=king")
    assert (wrong.status_code, "Nobody was searched for" in words(wrong)) == (422, True)
    empty = make_cohort(name="Empty")
    assert "This cohort has no fellows yet." in words(browser.get(f"/cohorts/{empty.id}/fellows"))
