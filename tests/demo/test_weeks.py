"""What the scenarios write in bulk is what the services write, one step at a time."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import undefer

from program.accounts.models import Account
from program.audit.models import AuditEvent
from program.cohorts.models import ReportPeriod
from program.demo import people
from program.demo.roster import Place, full_cohort
from program.demo.traces import keep_events, keep_sent, told_about
from program.demo.weeks import Week, accepted, accepted_late, forgotten_ask, mended, returned, waiting
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import Notice
from program.reports.desks import get_desk
from program.reports.models import Ask, Report, Revision
from program.reports.services import submit_report
from program.reports.templates import ensure_template
from program.reviews.models import Review, Verdict
from program.reviews.services import review_report

NOW = datetime(2026, 6, 10, 13, 40, tzinfo=UTC)
MODELS = (Report, Revision, Ask, Review, AuditEvent, Notice)
NOT_COMPARED = {
    *("id", "report_id", "revision_id", "subject_id", "dedupe_key", "message_id"),
    *("state", "sent_at", "handoff_at", "attempts"),
    *("sequence", "details", "previous", "seal"),
}
"""Numbers that the database gives, places in the chain of events, and what happened to a message after it was posted."""


@pytest.fixture
def week(app):
    full_cohort(NOW)
    return find_week()


def find_week():
    """A week of research, read afresh; the fellow writes alone, so that each revision is sent."""
    db.session.expunge_all()
    person = people.by_name(people.FELLOWS, "Jonas Kettler")
    whose = select(Fellowship).join(Fellowship.account).where(Account.email == person.email)
    place = Place(person, db.session.scalars(whose).one(), ensure_template(), seed=1)
    return Week(place, db.session.scalars(select(ReportPeriod).filter_by(number=3)).one(), NOW)


def in_bulk(week, scenario):
    report = scenario(week)
    db.session.flush()
    reviews = db.session.scalars(select(Review).order_by(Review.created_at)).all()
    keep_events([report], reviews)
    keep_sent(told_about([report], reviews))
    return report, reviews


def by_the_services(week, revisions, reviews):
    """The same steps, at the same times."""
    for number, (body, at) in enumerate(revisions):
        desk = get_desk(week.author, week.period.id, now=at)
        report = submit_report(desk, body=body, version=desk.version, actor=week.author, now=at)
        for verdict, comment, answers, decided_at in reviews[number : number + 1]:
            revision = report.revisions[-1]
            texts = {ask.id: answers[ask.text] for ask in report.asks if ask.text in answers}
            review_report(
                report,
                revision=revision,
                verdict=verdict,
                comment=comment,
                answers=texts,
                actor=week.place.mentor_at(decided_at),
                now=decided_at,
            )
            db.session.expire_all()


def rows():
    """Every row of these tables as a comparable value, with the state of reports."""
    db.session.flush()
    db.session.expire_all()
    states = [(report.state, report.version) for report in db.session.scalars(select(Report))]
    found = [
        (model.__name__, name, repr(getattr(row, name)))
        for model in MODELS
        for row in db.session.scalars(select(model).order_by(model.id).options(undefer("*")))
        if model is not AuditEvent or row.subject_kind == "report"
        for name in sorted(inspect(model).column_attrs.keys())
        if name not in NOT_COMPARED and not (model is AuditEvent and name == "after" and "ask" in row.after)
    ]
    return states, sorted(found)


@pytest.mark.parametrize("scenario", [waiting, accepted, accepted_late, returned, mended])
def test_a_scenario_leaves_what_the_services_leave(week, scenario):
    nested = db.session.begin_nested()
    report, reviews = in_bulk(week, scenario)
    revisions = [({**one.body, **one.aside}, one.submitted_at) for one in report.revisions]
    verdicts = [(r.verdict, r.comment, answers_at(report, r.created_at), r.created_at) for r in reviews]
    expected = rows()
    nested.rollback()
    by_the_services(find_week(), revisions, verdicts)
    assert rows() == expected


def answers_at(report, at):
    return {ask.text: ask.answer for ask in report.asks if ask.answered_at == at}


def test_a_forgotten_ask_stays_open_beside_an_accepted_report(week):
    report = forgotten_ask(week, sent_at=week.in_time())
    assert [ask.answered_at for ask in report.asks] == [None]
    assert report.owed_at == week.place.fellowship.cohort.owed_after(report.decided_at)


def test_a_mended_report_was_returned_first_and_says_what_was_added(week):
    report, reviews = in_bulk(week, mended)
    assert [review.verdict for review in reviews] == [Verdict.RETURN, Verdict.ACCEPT]
    before, after = (revision.body["learned"] for revision in report.revisions)
    assert after.startswith(before)
    assert "Added after your comment" in after
