"""Dates, phases and breaks on their pages: what is wrong stands next to its field, what moves is shown before it does."""

from datetime import date, timedelta

import pytest

from program.cohorts.models import AuthorshipMode, BreakEffect, CohortState
from program.extensions import db
from program.surveys.models import WaveKind
from tests.factories import NOW, make_break, make_report, make_wave
from tests.pages import filled, find_form, read, submit, words

WEEK = timedelta(weeks=1)
PHASE = {
    "name": "Extension",
    "starts_on": "2026-07-20",
    "ends_on": "2026-08-14",
    "cadence_weeks": "2",
    "weekday": "2",
    "due_time": "12:30",
    "authorship": "together",
}
BREAK = {"name": "Holiday", "starts_on": "2026-06-19", "ends_on": "2026-06-19", "effect": "skip"}


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.staff)


@pytest.fixture
def url(cast):
    return f"/cohorts/{cast.cohort.id}"


def errors(response):
    """The messages of a refused form, by the field that they stand next to."""
    assert response.status_code == 422
    return {
        field.find(["input", "select"])["name"]: " ".join(field.select_one(".field-error").get_text().split())
        for field in read(response).select(".field:has(.field-error)")
    }


def agree(browser, page_url, action=None, **typed):
    """Send the form, read the preview, then agree to what it shows."""
    page = submit(browser, page_url, action, **typed)
    assert page.status_code == 200
    seen = read(page).select_one("button[name=seen]")["value"]
    done = submit(browser, page_url, action, **typed, seen=seen)
    assert done.status_code == 302
    return page


def state_of(cohort):
    db.session.expire_all()
    phases = [(p.name, p.starts_on, p.ends_on) for p in cohort.phases]
    return cohort.starts_on, cohort.ends_on, phases, [(p.id, p.due_at) for p in cohort.periods]


def test_a_phase_is_previewed_then_made(cast, browser, url):
    submit(browser, f"{url}/dates", ends_on="2026-08-14")
    before = state_of(cast.cohort)
    page = submit(browser, f"{url}/phases/new", **PHASE)
    assert "2 deadlines are new" in words(page)
    assert state_of(cast.cohort) == before
    agree(browser, f"{url}/phases/new", **PHASE)
    db.session.expire_all()
    phase = cast.cohort.phases[-1]
    assert (phase.name, phase.cadence_weeks, phase.weekday) == ("Extension", 2, 2)
    assert (phase.due_time.isoformat(), phase.authorship) == ("12:30:00", AuthorshipMode.TOGETHER)
    assert [p.due_at.isoformat() for p in cast.cohort.periods[10:]] == [
        "2026-07-29T11:30:00+00:00",
        "2026-08-12T11:30:00+00:00",
    ]


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        (
            {"starts_on": "2026-07-17", "ends_on": "2026-07-18"},
            "ends_on",
            "The cohort ends earlier, on 17 Jul 2026.",
        ),
        ({}, "starts_on", "The cohort is over by then: it ends on 17 Jul 2026."),
        (
            {"starts_on": "2026-06-01", "ends_on": "2026-06-30"},
            "starts_on",
            "This overlaps the phase “Research” (11 May 2026 to 17 Jul 2026).",
        ),
        (
            {"starts_on": "2026-01-05", "ends_on": "2026-02-05"},
            "starts_on",
            "The cohort begins later, on 11 May 2026.",
        ),
        ({"starts_on": "2026-07-15", "ends_on": "2026-07-01"}, "ends_on", "The last day is before the first"),
        ({"cadence_weeks": "0"}, "cadence_weeks", "Please give a number from 1 to 12."),
        ({"cadence_weeks": "9" * 400}, "cadence_weeks", "Please give a number from 1 to 12."),
        ({"due_time": "noon"}, "due_time", "Please give the time of day as in 17:00."),
        ({"weekday": "7"}, "weekday", "Not a valid choice."),
    ],
)
def test_a_wrong_phase_changes_nothing(cast, browser, url, typed, field, message):
    before = state_of(cast.cohort)
    response = submit(browser, f"{url}/phases/new", **{**PHASE, **typed})
    assert message in errors(response)[field]
    assert state_of(cast.cohort) == before


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"ends_on": "2026-07-01"}, "ends_on", "The phase “Research” ends after this, on 17 Jul 2026."),
        (
            {"starts_on": "2026-05-12"},
            "starts_on",
            "The phase “Research” begins before this, on 11 May 2026.",
        ),
        ({"ends_on": "2026-05-01"}, "ends_on", "The last day is before the first"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "There is no time zone called “Mars/Olympus”."),
        ({"ends_on": "2030-01-01"}, "ends_on", "A cohort has 1,096 (three years) at most"),
    ],
)
def test_wrong_dates_change_nothing(cast, browser, url, typed, field, message):
    before = state_of(cast.cohort)
    assert message in errors(submit(browser, f"{url}/dates", **typed))[field]
    assert state_of(cast.cohort) == before


def test_a_zone_is_changed_once_what_it_moves_was_seen(cast, browser, url):
    page = agree(browser, f"{url}/dates", time_zone="America/New_York")
    assert "10 deadlines move" in words(page)
    db.session.expire_all()
    assert cast.cohort.periods[0].due_at.isoformat() == "2026-05-15T21:00:00+00:00"


def test_the_whole_cohort_moves_by_its_first_day(cast, browser, url):
    make_report(cast.fellowship, number=4)
    before = state_of(cast.cohort)
    page = words(agree(browser, f"{url}/move", starts_on="2026-05-18"))
    for said in (
        "10 deadlines move",
        "2 fellows' places move",
        "1 report is written or begun for weeks that move.",
    ):
        assert said in page
    after = state_of(cast.cohort)
    assert after[3] == [(id_, due_at + WEEK) for id_, due_at in before[3]]


@pytest.mark.parametrize(
    ("starts_on", "message"),
    [
        ("2026-05-11", "The cohort begins on that day already."),
        ("2099-12-01", "That is outside the years that are planned for"),
        ("0001-01-01", "That is outside the years that are planned for"),
        ("soon", "Please give the day as in 2026-06-12."),
    ],
)
def test_a_cohort_does_not_move_to_a_day_that_is_none(cast, browser, url, starts_on, message):
    assert message in errors(submit(browser, f"{url}/move", starts_on=starts_on))["starts_on"]


def test_a_cohort_that_was_closed_meanwhile_stays(cast, browser, url):
    cast.cohort.state = CohortState.CLOSED
    db.session.commit()
    refused = browser.get(f"{url}/move")
    assert refused.status_code == 409
    assert "This cohort is closed: its dates and its calendar stand." in words(refused)


def test_a_break_takes_its_deadline_once_that_was_seen(cast, browser, url):
    page = words(agree(browser, f"{url}/breaks/new", **BREAK))
    assert "1 deadline goes" in page
    assert "no report of its own falls due on 19 Jun 2026 (Holiday)" in page
    db.session.expire_all()
    assert [p.number for p in cast.cohort.periods] == list(range(1, 10))
    assert cast.cohort.breaks[0].effect is BreakEffect.SKIP
    own = f"/breaks/{cast.cohort.breaks[0].id}"
    back = read(submit(browser, own, f"{own}/remove"))
    assert "1 deadline is new" in " ".join(back.main.get_text(" ").split())
    submit(browser, own, f"{own}/remove", seen=back.select_one("button[name=seen]")["value"])
    db.session.expire_all()
    assert (len(cast.cohort.periods), cast.cohort.breaks) == (10, [])


def test_a_break_cannot_take_a_week_that_somebody_has_written_for(cast, browser, url):
    make_report(cast.fellowship, number=4)
    typed = {**BREAK, "starts_on": "2026-06-05", "ends_on": "2026-06-05"}
    found = errors(submit(browser, f"{url}/breaks/new", **typed))
    assert found["effect"].startswith("Week 4 would have no deadline left, and 1 report is written for it.")
    agree(browser, f"{url}/breaks/new", **{**typed, "effect": "shift"})
    db.session.expire_all()
    assert cast.cohort.periods[3].due_at.date() == date(2026, 6, 8)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"starts_on": "2026-06-20"}, "ends_on", "The last day is before the first"),
        ({"ends_on": "2026-08-19"}, "ends_on", "The cohort ends earlier, on 17 Jul 2026."),
        ({"starts_on": "2026-06-01"}, "starts_on", "This overlaps the break “Conference week”"),
        ({"starts_on": "2026-05-29", "ends_on": "2026-06-01"}, "ends_on", "This overlaps the break"),
    ],
)
def test_a_wrong_break_changes_nothing(cast, browser, url, typed, field, message):
    make_break(cast.cohort, starts_on=date(2026, 6, 1))
    assert message in errors(submit(browser, f"{url}/breaks/new", **{**BREAK, **typed}))[field]
    assert len(cast.cohort.breaks) == 1


def test_words_of_a_phase_are_changed_at_once(cast, browser):
    phase = cast.cohort.phases[0]
    done = submit(browser, f"/phases/{phase.id}", name="Studies", authorship="manager_drafts")
    assert done.status_code == 302
    assert (phase.name, phase.authorship) == ("Studies", AuthorshipMode.MANAGER_DRAFTS)


def test_a_preview_that_is_out_of_date_is_shown_anew(cast, browser, url):
    stale = submit(browser, f"{url}/move", starts_on="2026-05-18", seen="0" * 32)
    assert (stale.status_code, "Somebody else changed this" in words(stale)) == (409, True)
    assert cast.cohort.starts_on == date(2026, 5, 11)


@pytest.mark.parametrize(
    ("quick", "late"),
    [
        ({"name": "Studies"}, {"authorship": "together"}),
        ({"authorship": "together"}, {"ends_on": "2026-07-10"}),
    ],
)
def test_what_somebody_else_changed_about_a_phase_is_not_overwritten_unseen(cast, browser, quick, late):
    phase = cast.cohort.phases[0]
    page = f"/phases/{phase.id}"
    opened = filled(find_form(read(browser.get(page)), page))
    assert submit(browser, page, **quick).status_code == 302
    was = (phase.name, phase.authorship, phase.ends_on)
    refused = browser.post(page, data=opened | late)
    assert refused.status_code == 409
    assert "Somebody else changed this cohort's dates, phases or breaks" in words(refused)
    assert "What is here now" in words(refused)
    db.session.refresh(phase)
    assert (phase.name, phase.authorship, phase.ends_on) == was
    again = read(refused)
    typed = filled(find_form(again, page)) | {"seen": again.select_one("button[name=seen]")["value"]}
    assert browser.post(page, data=typed).status_code == 302
    db.session.refresh(phase)
    assert phase.name == "Research"


def test_a_survey_that_would_have_missed_its_day_is_said_before_a_cohort_moves(cast, browser, url):
    make_wave(cast.cohort, kind=WaveKind.EXIT, opens_at=NOW + WEEK, closes_at=NOW + 2 * WEEK)
    later, earlier = (
        words(submit(browser, f"{url}/move", starts_on=day)) for day in ("2026-05-18", "2026-04-27")
    )
    said = "1 planned survey has an opening day that has passed then."
    assert (said in later, said in earlier) == (False, True)
