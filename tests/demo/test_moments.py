"""Whenever the demo is loaded, it hangs together, and it is the same every time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from program import clock
from program.audit.models import AuditEvent
from program.demo.cohort import load_demo
from program.demo.setting import due_this_week, season
from program.extensions import db
from program.notices.models import Notice
from program.releases.models import Release
from program.reminders.services import sweep
from program.reports.models import Report, Revision

MOMENTS = [
    datetime(2026, 6, 10, 13, 40, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 30, 15, 1, tzinfo=UTC),
    datetime(2026, 10, 24, 23, 59, tzinfo=UTC),
]
"""An ordinary day, the first of a year, and both changes of the clocks."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_this_week_is_due_two_days_ahead_at_close_of_day(moment):
    due = due_this_week(moment)
    assert timedelta(hours=50) <= due - moment <= timedelta(hours=75)
    assert f"{due.astimezone(clock.zone('Europe/London')):%H:%M}" == "17:00"


def test_the_cohort_is_named_by_its_season():
    assert [season(moment) for moment in MOMENTS] == ["Summer 26", "Winter 26", "Spring 26", "Autumn 26"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_past_is_in_order_and_the_first_sweep_says_only_what_is_new(app, moment):
    load_demo(now=moment)
    for report in db.session.scalars(select(Report)):
        sent = [revision.submitted_at for revision in report.revisions if revision.submitted_at]
        steps = [report.period.opens_at, *sent, report.decided_at or moment, moment]
        assert steps == sorted(steps), f"report {report.id}"
        assert report.saved_at <= moment
    assert db.session.scalar(select(func.max(Notice.sent_at))) <= moment
    assert db.session.scalar(select(func.max(AuditEvent.at))) <= moment
    assert sweep(now=moment) <= 20
    assert sweep(now=moment + timedelta(days=3)) >= 1
    assert sweep(now=moment) == 0


def test_the_same_moment_gives_the_same_cohort(app):
    def texts():
        nested = db.session.begin_nested()
        load_demo(now=MOMENTS[0])
        bodies = [*db.session.execute(select(Revision.body, Revision.saved_at).order_by(Revision.id))]
        content = db.session.scalars(select(Release.content)).one()
        nested.rollback()
        db.session.expunge_all()
        return bodies, content

    assert texts() == texts()
