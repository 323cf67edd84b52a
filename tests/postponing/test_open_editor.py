"""A deadline moves while somebody writes: saving and sending go on, and nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.cohorts.models import BreakEffect
from program.cohorts.plans import BreakPlan, plan_of
from program.deadlines.models import Deadline
from program.extensions import db
from program.postponing.changes import Deed, Wish
from program.postponing.queries import find_change as find_moved
from program.postponing.services import change_deadlines
from program.reports.models import Report, ReportState
from program.schedule.queries import find_change
from program.schedule.services import change_calendar
from tests.factories import NOW, make_draft, period_of
from tests.pages import filled, find_form, read, words

DAY = timedelta(days=1)
TYPED = {"section-done": "Ran the probe.", "section-plan": "Write it up."}
LATER = {"section-done": "Ran the probe twice.", "section-plan": "Write it up."}


def postpone(cast, deed, **how):
    wish = Wish(deed, period_of(cast.cohort, 5).id, frozenset({cast.fellowship.id}), **how)
    seen = find_moved(cast.cohort, wish).digest
    change_deadlines(cast.cohort, wish=wish, reason="Ill.", seen=seen, actor=cast.staff, now=NOW)


def replan(cast, plan, by=timedelta()):
    seen = find_change(cast.cohort, plan, by=by).digest
    change_calendar(cast.cohort, plan=plan, by=by, seen=seen, actor=cast.staff, now=NOW)


def take_back(cast):
    """An extension that was given before: the deadline is earlier, and over."""
    deadline = db.session.scalars(select(Deadline)).first()
    if deadline is not None:
        db.session.delete(deadline)
    period_of(cast.cohort, 5).due_at = NOW - DAY
    db.session.flush()


def break_on_friday(cast):
    friday = period_of(cast.cohort, 5).due_at.date()
    replan(cast, plan_of(cast.cohort).with_break(BreakPlan("Holiday", friday, friday, BreakEffect.SHIFT)))


MOVES = {
    "an extension": lambda cast: postpone(cast, Deed.EXTEND, days=3, cascade=True),
    "an excuse": lambda cast: postpone(cast, Deed.EXCUSE),
    "an earlier deadline, over already": take_back,
    "a break on its day": break_on_friday,
    "the whole cohort, to a week later": lambda cast: replan(
        cast, plan_of(cast.cohort).moved(7 * DAY), 7 * DAY
    ),
}


@pytest.mark.parametrize("moved", list(MOVES))
def test_a_draft_is_saved_and_sent_from_the_page_that_was_open(cast, client_of, moved):
    make_draft(cast.fellowship)
    browser, week = client_of(cast.fellow), period_of(cast.cohort, 5).id
    desk = f"/periods/{week}/report"
    form = filled(find_form(read(browser.get(desk)), desk))
    MOVES[moved](cast)
    saved = browser.post(f"{desk}/draft", data={**form, **TYPED}, headers={"X-Autosave": "1"})
    assert saved.status_code == 200, words(saved)
    known = {f"mark-{key}": mark for key, mark in saved.get_json()["marks"].items()}
    listed = {link.get("href") for link in read(browser.get("/reports")).select("main a")}
    assert desk in listed
    sent = browser.post(desk, data={**form, **known, **LATER})
    assert sent.status_code == 302
    report = db.session.scalars(select(Report).filter_by(fellowship_id=cast.fellowship.id)).one()
    assert (report.state, report.period_id) == (ReportState.SUBMITTED, week)
    assert report.revisions[-1].body["done"] == "Ran the probe twice."


def test_what_was_never_saved_is_given_back_if_the_report_opens_later_now(cast, client_of):
    browser, week = client_of(cast.fellow), period_of(cast.cohort, 5).id
    desk = f"/periods/{week}/report"
    form = filled(find_form(read(browser.get(desk)), desk))
    MOVES["the whole cohort, to a week later"](cast)
    answer = browser.post(desk, data={**form, **TYPED})
    assert answer.status_code == 404
    assert "Ran the probe." in words(answer)
