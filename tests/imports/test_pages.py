"""From two messy sheets to a cohort: columns, what each row would do, applying, and once more."""

import re
from collections import Counter
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from program.accounts.models import Account
from program.cohorts.models import CohortState
from program.doorbell import Bell
from program.extensions import db
from program.fellows.models import Fellowship
from program.imports.models import Import, ImportFile, ImportState
from program.imports.services import LEFT_OUT
from program.mentors.models import Engagement, Mentor
from program.organisations.models import Organisation
from program.organisations.services import load_catalogue
from tests.factories import ENDS_ON, make_cohort
from tests.pages import filled, find_form, read, submit, words

HERE = Path(__file__).parent
TRACKS = ("Interpretability", "Oversight and control", "Evaluations", "Governance", "Technical governance")


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.staff)


@pytest.fixture
def cohort(cast):
    load_catalogue()
    return make_cohort(name="Autumn 26", tracks=TRACKS)


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def choose(browser, cohort, kind, data, *, name):
    """Choose a file; the address of its import."""
    page = "/imports/new"
    fields = filled(find_form(read(browser.get(page)), page)) | {"kind": kind, "cohort": str(cohort.id)}
    response = browser.post(page, data=fields | {"file": (BytesIO(data), name)})
    assert response.status_code == 302, words(response)
    return response.location


def test_every_cohort_that_can_be_changed_is_offered(browser, cast):
    """However many there are that start later."""
    for number in range(30):
        days = (ENDS_ON + timedelta(days=number), ENDS_ON + timedelta(days=number + 60))
        make_cohort(name=f"Later {number}", starts_on=days[0], ends_on=days[1])
    page = read(browser.get(f"/imports/new?cohort={cast.cohort.id}"))
    assert [chosen.get_text() for chosen in page.select("#cohort option[selected]")] == [cast.cohort.name]
    cast.cohort.state = CohortState.ARCHIVED
    assert len(read(browser.get("/imports/new")).select("#cohort option")) == 30


def brought(browser, cohort, kind, file, run):
    """A file of this folder, chosen, its columns as they were guessed, and checked."""
    place = choose(browser, cohort, kind, (HERE / file).read_bytes(), name=file)
    if db.session.get(Import, int(place.rpartition("/")[2])).state is ImportState.COLUMNS:
        assert submit(browser, place, f"{place}/columns").status_code == 302
    assert run(Bell.IMPORT) == 1
    db.session.expire_all()
    return place, db.session.get(Import, int(place.rpartition("/")[2]))


def test_sixty_mentors(browser, cohort, run):
    _place, found = brought(browser, cohort, "mentors", "mentors.xlsx", run)
    assert found.last_error == ""
    assert (found.state, found.counts) == (
        ImportState.CHECKED,
        {"new": 60, "changed": 0, "unchanged": 0, "asked": 1, "wrong": 2},
    )


def apply(browser, place, run, **typed):
    """Confirm what the page shows, and have it done."""
    assert submit(browser, place, f"{place}/apply", **typed).status_code == 302
    assert run(Bell.IMPORT) == 1
    db.session.expire_all()


def test_who_says_of_nobody_who_they_are_is_told(browser, cohort, run):
    place, _found = brought(browser, cohort, "mentors", "mentors.xlsx", run)
    asked = f"{place}?verdict=asked"
    action = read(browser.get(asked)).find("form", action=re.compile("/answers"))["action"]
    answer = submit(browser, asked, action)
    assert answer.status_code == 422
    assert "Nobody is chosen yet" in words(answer)


def test_sixty_mentors_are_there_and_a_second_time_changes_nothing(browser, cohort, run):
    before = count(Mentor)
    place, found = brought(browser, cohort, "mentors", "mentors.xlsx", run)
    refused = submit(browser, place, f"{place}/apply")
    assert (refused.status_code, LEFT_OUT in words(refused)) == (422, True)
    apply(browser, place, run, leave_out="y")
    assert (found.state, found.last_error) == (ImportState.APPLIED, "")
    assert count(Mentor) == before + 60
    stages = Counter(db.session.scalars(select(Engagement.stage).filter_by(cohort_id=cohort.id)))
    assert stages == {"identified": 12, "contacted": 18, "interested": 12, "confirmed": 12, "declined": 6}
    assert {
        o.name: o.provisional for o in db.session.scalars(select(Organisation).filter_by(provisional=True))
    } == {"Northlight Labs": True, "Halden Institute": True}
    _again, second = brought(browser, cohort, "mentors", "mentors.xlsx", run)
    assert second.counts == {"new": 0, "changed": 0, "unchanged": 60, "asked": 1, "wrong": 2}
    assert (count(Mentor), count(ImportFile)) == (before + 60, 1)
    place = choose(browser, cohort, "mentors", (HERE / "mentors.xlsx").read_bytes(), name="mentors.xlsx")
    third = db.session.get(Import, int(place.rpartition("/")[2]))
    assert third.state is ImportState.CHECKING, "which column is which is not asked again"


def test_eighty_fellows(browser, cohort, run):
    before = count(Account)
    place, found = brought(browser, cohort, "fellows", "fellows.csv", run)
    assert (found.last_error, found.counts) == (
        "",
        {"new": 80, "changed": 0, "unchanged": 0, "asked": 1, "wrong": 3},
    )
    apply(browser, place, run, leave_out="y")
    assert (found.state, found.last_error) == (ImportState.APPLIED, "")
    stages = Counter(db.session.scalars(select(Fellowship.stage).filter_by(cohort_id=cohort.id)))
    assert stages == {
        "accepted": 12,
        "applied": 12,
        "declined": 24,
        "offered": 8,
        "shortlisted": 12,
        "waitlisted": 8,
        "withdrawn": 4,
    }
    assert count(Account) == before + 80
    _again, second = brought(browser, cohort, "fellows", "fellows.csv", run)
    assert second.counts == {"new": 0, "changed": 0, "unchanged": 80, "asked": 1, "wrong": 3}
