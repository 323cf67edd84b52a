"""What a report is written with: what its period asks for, published; a begun report keeps its wording."""

from datetime import timedelta

import pytest

from program.errors import NotFoundError
from program.extensions import db
from program.reports.desks import get_desk
from program.reports.models import ReportTemplate, TemplateSection
from program.reports.templates import WEEKLY, ensure_template, get_asked, list_published
from program.reviews.models import Verdict
from tests.factories import NOW, make_report, make_review, period_of


def version(name, number, *, published=True, usual_since=None):
    section = TemplateSection(position=1, key="done", prompt=f"{name} {number}", required=True)
    made = ReportTemplate(name=name, version=number, sections=[section], usual_since=usual_since)
    made.published_at = NOW if published else None
    db.session.add(made)
    db.session.flush()
    return made


def test_without_a_template_somebody_says_how_to_make_one(session):
    with pytest.raises(NotFoundError, match="fellowship prepare"):
        get_asked(None)


def test_a_week_asks_for_the_newest_weekly_report_that_is_published(cast):
    version("Final report", 7)
    assert get_asked(None).id == ensure_template().id
    second = version(WEEKLY, 2)
    version(WEEKLY, 3, published=False)
    assert get_asked(None).id == second.id


def test_a_period_that_asks_for_another_gets_the_newest_published_of_its_name(cast):
    ensure_template()
    first, newest = version("Midterm", 1), version("Midterm", 2)
    version("Midterm", 3, published=False)
    assert get_asked(first.id).id == newest.id
    draft = version("On request", 1, published=False)
    assert get_asked(draft.id).name == WEEKLY


def test_a_period_can_ask_for_what_is_published_of_each_name(cast):
    ensure_template()
    second, midterm = version(WEEKLY, 2), version("Midterm", 1)
    version(WEEKLY, 3, published=False), version("On request", 1, published=False)
    assert [one.id for one in list_published()] == [midterm.id, second.id]


def test_what_staff_chose_last_is_what_weeks_ask_for(cast):
    ensure_template()
    version("Short week", 1, usual_since=NOW - timedelta(days=1))
    version("Long week", 1, usual_since=NOW)
    newest = version("Long week", 2)
    assert get_asked(None).id == newest.id


def test_a_returned_report_whose_template_changed_keeps_its_own_wording(cast):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    version(WEEKLY, 2)
    desk = get_desk(cast.fellow, report.period_id, now=NOW)
    assert next(section.prompt for section in desk.sections) == "Done since last time"
    mended = make_report(cast.fellowship, done="Mended.")
    assert mended.template_id == report.template_id
    assert mended.revisions[-1].body["plan"]
    fresh = get_desk(cast.fellow, period_of(cast.cohort, 4).id, now=NOW)
    assert [section.prompt for section in fresh.sections] == [f"{WEEKLY} 2"]
