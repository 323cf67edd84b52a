"""A cohort on its pages: set up, described, copied, taken from state to state."""

from datetime import date, time

import pytest
from sqlalchemy import func, select

from program.audit.models import AuditEvent, Tag
from program.cohorts.models import AuthorshipMode, BreakEffect, Cohort, CohortState, TrackGroup
from program.cohorts.queries import get_original
from program.extensions import db
from program.fellows.models import Fellowship
from program.mentors.models import Engagement
from tests.factories import make_break, make_cohort
from tests.pages import read, submit, words

NEW = {
    "name": "Autumn 26",
    "starts_on": "2026-09-07",
    "ends_on": "2026-11-27",
    "time_zone": "Africa/Accra",
    "review_days": "5",
}


def found(name):
    return db.session.scalar(select(Cohort).where(Cohort.name == name))


def errors(response):
    """The messages of a refused form, by the field that they stand next to."""
    fields = read(response).select(".field:has(.field-error)")
    return {
        field.find(["input", "select"])["name"]: " ".join(field.select_one(".field-error").get_text().split())
        for field in fields
    }


def test_a_cohort_is_set_up_from_scratch(cast, client_of):
    browser = client_of(cast.staff)
    response = submit(browser, "/cohorts/new", **NEW, anywhere_on_earth="True")
    cohort = found("Autumn 26")
    assert response.location == f"/cohorts/{cohort.id}"
    assert (cohort.starts_on, cohort.ends_on) == (date(2026, 9, 7), date(2026, 11, 27))
    assert (cohort.time_zone, cohort.deadline_zone, cohort.review_days) == ("Africa/Accra", "AoE", 5)
    assert cohort.state is CohortState.PLANNING
    assert "There are no phases yet." in words(browser.get(response.location))


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"name": "Summer 26"}, "name", "There is a cohort called “Summer 26” already."),
        ({"name": " "}, "name", "Please fill in “Name”."),
        ({"ends_on": "2026-09-01"}, "ends_on", "The last day is before the first (7 Sep 2026)."),
        ({"ends_on": "2026-09-07"}, "ends_on", "First and last day are the same."),
        (
            {"ends_on": "2062-11-27"},
            "ends_on",
            "That is 13,231 days. A cohort has 1,096 (three years) at most",
        ),
        ({"ends_on": "9999-12-31"}, "ends_on", "The year 9999 is not one that is planned for"),
        ({"starts_on": "0001-01-01"}, "starts_on", "The year 1 is not one that is planned for"),
        ({"starts_on": "next Monday"}, "starts_on", "Please give the day as in 2026-06-12."),
        ({"starts_on": ""}, "starts_on", "Please fill in “First day”."),
        ({"time_zone": "Europe/Atlantis"}, "time_zone", "There is no time zone called “Europe/Atlantis”."),
        ({"time_zone": "AoE"}, "time_zone", "For Anywhere on Earth, choose so below."),
        ({"review_days": "0"}, "review_days", "Please give a number from 1 to 30."),
        ({"review_days": "three"}, "review_days", "Please give a whole number, as in 3."),
    ],
)
def test_what_is_wrong_is_said_next_to_its_field_and_nothing_is_made(cast, client_of, typed, field, message):
    response = submit(client_of(cast.staff), "/cohorts/new", **{**NEW, **typed})
    assert response.status_code == 422
    assert list(errors(response)) == [field]
    assert message in errors(response)[field]
    assert db.session.scalar(select(func.count()).select_from(Cohort)) == 1


def test_a_copy_has_all_but_the_people(cast, client_of):
    original = cast.cohort
    original.review_days, original.anywhere_on_earth = 7, True
    original.phases[0].due_time, original.phases[0].cadence_weeks = time(12, 30), 2
    original.phases[0].authorship = AuthorshipMode.TOGETHER
    track = original.tracks[0]
    track.target_min, track.target_max = 0.2, 0.8
    make_break(original, starts_on=date(2026, 6, 5), effect=BreakEffect.SKIP)
    group = TrackGroup(cohort_id=original.id, name="Both", target_min=0.5, target_aim=0.6, target_max=1.0)
    group.tracks = [*original.tracks]
    db.session.add(group)
    db.session.flush()
    browser, url = client_of(cast.staff), f"/cohorts/{original.id}/copy"
    typed = {"name": "Autumn 26", "starts_on": "2026-09-09"}
    seen = read(submit(browser, url, **typed))
    assert [row.th.get_text() for row in seen.select("table")[-1].select("tbody tr")] == list("12345")
    assert "The template of reports is the same in every cohort." in seen.main.get_text()
    assert found("Autumn 26") is None
    agreed = seen.select_one("button[name=seen]")["value"]
    submit(browser, url, **typed, seen=agreed)
    copy = get_original(found("Autumn 26").id)
    assert (copy.starts_on, copy.ends_on) == (date(2026, 9, 9), date(2026, 11, 15))
    assert (copy.state, copy.review_days, copy.time_zone) == (CohortState.PLANNING, 7, "Europe/London")
    assert copy.anywhere_on_earth
    assert [(p.name, p.starts_on, p.ends_on, p.weekday) for p in copy.phases] == [
        ("Research", date(2026, 9, 9), date(2026, 11, 15), 4)
    ]
    assert [(p.due_time, p.cadence_weeks, p.authorship) for p in copy.phases] == [
        (time(12, 30), 2, AuthorshipMode.TOGETHER)
    ]
    assert [(b.name, b.starts_on, b.effect) for b in copy.breaks] == [
        ("Conference week", date(2026, 10, 4), BreakEffect.SKIP)
    ]
    assert {p.due_at.weekday() for p in copy.periods} == {5}, "the day after in UTC"
    assert len(copy.periods) == 5
    assert [(t.name, t.target_min, t.target_aim, t.target_max) for t in copy.tracks] == [
        ("Interpretability", 0.2, 0.5, 0.8),
        ("Governance", 0, 0.5, 1),
    ]
    assert [(g.name, g.target_aim, g.tracks) for g in copy.groups] == [("Both", 0.6, copy.tracks)]
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.COHORT_CREATE, subject_id=copy.id)).one()
    assert (event.actor_id, event.after["copy_of"]) == (cast.staff.id, original.id)
    for people in (Fellowship, Engagement):
        assert db.session.scalar(select(func.count()).where(people.cohort_id == copy.id)) == 0


def test_a_copy_that_was_not_seen_is_shown_first(cast, client_of):
    url = f"/cohorts/{cast.cohort.id}/copy"
    typed = {"name": "Autumn 26", "starts_on": "2026-09-07", "seen": "0" * 32}
    assert submit(client_of(cast.staff), url, **typed).status_code == 200
    assert found("Autumn 26") is None
    wrong = submit(client_of(cast.staff), url, name="Summer 26", starts_on="2099-12-01")
    assert wrong.status_code == 422
    assert errors(wrong)["name"].startswith("There is a cohort called “Summer 26” already.")


def test_a_name_can_be_changed_and_is_written_down(cast, client_of):
    url = f"/cohorts/{cast.cohort.id}/edit"
    submit(client_of(cast.staff), url, name="Summer 2026", review_days="4")
    assert (cast.cohort.name, cast.cohort.review_days) == ("Summer 2026", 4)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == Tag.COHORT_CHANGE)).one()
    assert (event.before["name"], event.after["name"]) == ("Summer 26", "Summer 2026")
    assert submit(client_of(cast.staff), url).status_code == 302  # its own name is not taken


def test_a_cohort_goes_on_and_back(cast, client_of):
    url = f"/cohorts/{cast.cohort.id}"
    browser = client_of(cast.staff)
    for state in ("closed", "archived", "closed", "running"):
        submit(browser, url, f"{url}/state", state=state)
        assert cast.cohort.state == state
    refused = submit(browser, url, f"{url}/state", state="archived")
    assert refused.status_code == 409
    assert "it can become closed or open next, not archived" in words(refused)
    steps = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == Tag.COHORT_STEP)).all()
    assert [(step.before["state"], step.after["state"]) for step in steps] == [
        ("running", "closed"),
        ("closed", "archived"),
        ("archived", "closed"),
        ("closed", "running"),
    ]


def test_a_cohort_without_a_phase_is_not_opened(cast, client_of):
    browser = client_of(cast.staff)
    url = submit(browser, "/cohorts/new", **NEW).location
    refused = submit(browser, url, f"{url}/state", state="open")
    assert refused.status_code == 409
    assert "Add its phases first." in words(refused)


def test_an_archived_cohort_is_only_read(cast, client_of):
    archived = make_cohort(name="Winter 25", state=CohortState.ARCHIVED)
    browser, url = client_of(cast.staff), f"/cohorts/{archived.id}"
    page = read(browser.get(url))
    links = {a["href"] for a in page.select("main a")}
    to_read = {
        "announcements",
        "authorship",
        "board",
        "copy",
        "evaluations",
        "fellows",
        "mentors",
        "portfolio",
    }
    to_read |= {"reminders", "reports"}
    assert links == {f"{url}/{page}" for page in to_read}
    refused = submit(browser, f"{url}/edit", name="Winter", review_days="3")
    assert refused.status_code == 409
    assert archived.name == "Winter 25"


def test_targets_are_written_as_on_the_portfolio(cast, client_of):
    cast.cohort.tracks[0].target_aim = 0.667
    assert "Interpretability 0% 66.7% 100%" in words(client_of(cast.staff).get(f"/cohorts/{cast.cohort.id}"))


def test_cohorts_are_listed_by_state(cast, client_of):
    make_cohort(name="Winter 25", state=CohortState.ARCHIVED)
    browser = client_of(cast.staff)
    titles = [row.get_text() for row in read(browser.get("/cohorts?state=archived")).select("tbody th")]
    assert titles == ["Winter 25"]
    assert "No cohort is open." in words(browser.get("/cohorts?state=open"))
    assert len(read(browser.get("/cohorts?state=lost")).select("tbody th")) == 2
