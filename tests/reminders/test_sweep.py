"""The sweep: what is owed becomes messages, once each, late or twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from program.access import Role
from program.extensions import db
from program.notices.models import Notice, NoticeKind, NoticeState
from program.reminders.services import sweep
from program.reminders.upcoming import count_coming
from program.reviews.models import Verdict
from tests.factories import (
    NOW,
    make_account,
    make_answers,
    make_fellowship,
    make_report,
    make_review,
    make_wave,
    period_of,
)
from tests.scenarios import more_fellows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 6, 15, 7, tzinfo=UTC)
"""The first morning in London after this week's deadline, which is on a Friday."""


@pytest.fixture
def due(cast):
    """This week's deadline, with nothing else owed by anybody."""
    for fellowship in (cast.fellowship, cast.other_fellowship):
        for number in range(1, 5):
            report = make_report(fellowship, number=number, at=NOW)
            make_review(report, fellowship.assignments[0].mentor.account)
    db.session.query(Notice).delete()
    return period_of(cast.cohort, 5).due_at


def posted():
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(n.account_id, n.subject_kind, n.rung) for n in rows]


def test_each_rung_is_posted_when_its_time_comes(cast, due):
    fellows = (cast.fellow.id, cast.other_fellow.id)
    for at, count in (
        (due - 49 * HOUR, 0),
        (due - 48 * HOUR, 2),
        (due, 2),
        (due + 24 * HOUR, 0),
        (MONDAY, 1),
        (MONDAY + HOUR, 1),
    ):
        assert sweep(now=at) == count
    assert sorted(posted()) == sorted(
        (fellow, "report", rung) for fellow in fellows for rung in ("48 h before", "at due", "24 h after")
    )


def test_sweeping_again_posts_nothing(due):
    assert [sweep(now=due), sweep(now=due), sweep(now=due + HOUR)] == [2, 0, 0]


def test_a_late_sweep_posts_the_newest_rung_only(cast, due):
    assert sweep(now=MONDAY + HOUR) == 2
    assert {rung for _account, _kind, rung in posted()} == {"24 h after"}
    assert sweep(now=MONDAY + 2 * HOUR) == 0


def test_a_machine_that_wakes_at_night_says_what_it_missed_in_the_morning(cast, due):
    make_report(cast.other_fellowship, number=5, at=NOW)
    db.session.query(Notice).delete()
    sweep(now=MONDAY + 14 * HOUR)  # 22:00 in London
    assert cast.fellow.id not in {account_id for account_id, _kind, _rung in posted()}
    sweep(now=MONDAY + 24 * HOUR)
    assert (cast.fellow.id, "report", "24 h after") in posted()


def test_a_message_says_what_it_is_about(cast, due):
    sweep(now=due)
    notice = db.session.scalars(select(Notice).filter_by(account_id=cast.fellow.id)).one()
    assert (notice.kind, notice.state, notice.created_at, notice.due_at) == (
        NoticeKind.REMINDER,
        NoticeState.PENDING,
        due,
        due,
    )
    assert notice.subject_id == period_of(cast.cohort, 5).id


def test_whoever_has_sent_it_is_not_reminded(cast, due):
    make_report(cast.fellowship, at=due - 3 * DAY)
    db.session.query(Notice).delete()
    sweep(now=due)
    assert (cast.fellow.id, "report", "at due") not in posted()
    assert (cast.other_fellow.id, "report", "at due") in posted()


def test_mentors_are_reminded_of_reviews(cast, due):
    report = make_report(cast.fellowship, at=due - 5 * DAY)
    db.session.query(Notice).delete()
    sweep(now=report.owed_at)
    assert (cast.mentor.id, "review", "at due") in posted()


def test_fellows_are_reminded_of_what_was_returned(cast, due):
    report = make_report(cast.fellowship, at=due - 5 * DAY)
    make_review(report, cast.mentor, verdict=Verdict.RETURN, at=due - 4 * DAY)
    db.session.query(Notice).delete()
    sweep(now=report.owed_at)
    assert (cast.fellow.id, "mending", "at due") in posted()


def test_a_report_returned_twice_is_reminded_of_twice(cast, due):
    for days in (20, 10):
        report = make_report(cast.fellowship, at=due + days * DAY, done=f"Try {days}.")
        make_review(report, cast.mentor, verdict=Verdict.RETURN, at=due + days * DAY)
        sweep(now=report.owed_at)
    mendings = [row for row in posted() if row[1] == "mending"]
    assert mendings == [(cast.fellow.id, "mending", "at due")] * 2


def test_surveys_are_reminded_of_until_they_close(cast, due):
    wave = make_wave(cast.cohort, staff=cast.staff, closes_at=due + 28 * DAY)
    make_answers(wave, cast.fellowship)
    assert sweep(now=wave.closes_at - HOUR) >= 1
    surveys = [row for row in posted() if row[1] == "survey"]
    assert surveys == [(cast.other_fellow.id, "survey", "48 h before")]
    sweep(now=wave.closes_at)
    assert [row for row in posted() if row[1] == "survey"] == surveys


def test_after_a_fortnight_nobody_is_reminded_any_more(cast, due):
    sweep(now=due + 14 * DAY)
    subjects = set(db.session.scalars(select(Notice.due_at)))
    assert due not in subjects


def test_what_goes_out_in_a_day_is_what_a_sweep_every_hour_then_posts(cast, due):
    make_wave(cast.cohort, staff=cast.staff, closes_at=due + 40 * HOUR)
    more_fellows(cast, 2)
    make_report(cast.fellowship, at=due - 4 * DAY)
    start = due - 30 * HOUR
    for hour in range(-24, 1):
        sweep(now=start + hour * HOUR)
    expected = count_coming(now=start, within=24 * HOUR)
    assert expected > 0
    assert sum(sweep(now=start + hour * HOUR) for hour in range(1, 25)) == expected


def test_a_sweep_over_many_costs_as_many_statements_as_over_one(cast, due, count_queries):
    make_fellowship(make_account(name="Somebody", roles=[Role.FELLOW]), cast.cohort)
    db.session.flush()
    with count_queries() as few:
        sweep(now=due)
    more_fellows(cast, 30)
    db.session.flush()
    with count_queries() as many:
        sweep(now=due)
    assert len([row for row in posted() if row[2] == "at due"]) == 33
    assert len(many) == len(few)
