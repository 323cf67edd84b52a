"""The reminders that went out before now: with them in the outbox, the first sweep says only what is new."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from program.demo.traces import Told
from program.extensions import db
from program.obligations.models import Obligation, ObligationKind
from program.obligations.queries import iterate_due
from program.preferences.hours import Habits
from program.reminders.defaults import default_ladder
from program.reminders.ladder import Place, Reader
from program.reminders.queries import read_ladders
from program.reminders.readers import Hearing, list_hearings
from program.reminders.services import reminder
from program.reports.models import Report
from program.reviews.models import Review, Verdict
from program.surveys.models import Participation, Wave

FRESH = timedelta(hours=1)
"""What fell due in the last hour is left to the first sweep."""
LONG = timedelta(days=60)
"""Longer than any ladder goes before a deadline."""
SLOW = 4
"""One in so many of those who answered the intake did it only when they were reminded."""


def reminded(reports: Iterable[Report], reviews: Iterable[Review], *, now: datetime) -> Iterator[Told]:
    """The reminders of every report and review that has been owed since the cohort began, done by now or not."""
    yield from _of_reports(reports)
    yield from _of_reviews(reviews)
    yield from _of_open(now)


def reminded_of_wave(wave: Wave) -> Iterator[Told]:
    """Two days before the wave closed, to those who had not answered by then."""
    just_before = wave.closes_at - timedelta(minutes=1)
    for person in db.session.scalars(select(Participation).filter_by(wave_id=wave.id)):
        if not person.answered or person.fellowship_id % SLOW == 0:
            fellow = person.fellowship.account_id
            owed = _obligation(ObligationKind.SURVEY, fellow, wave.id, wave.closes_at)
            yield from _rungs(owed, wave.opens_at, just_before)


def _rungs(obligation: Obligation, since: datetime, until: datetime) -> Iterator[Told]:
    """Everything the ladder said to whom owed it while it was owed, at the minute it reached them."""
    reader, account_id = Reader.OWNER, obligation.account_id
    ladder = default_ladder(obligation.kind)
    yield from _said(Hearing(obligation, reader, account_id, Habits("UTC"), ladder, Place()), since, until)


def _said(hearing: Hearing, since: datetime, until: datetime) -> Iterator[Told]:
    return ((reminder(step), moment) for moment, step in hearing.coming(since, until))


def _obligation(kind: ObligationKind, account_id: int, subject_id: int, due_at: datetime) -> Obligation:
    return Obligation(kind, account_id, subject_id, cohort_id=0, due_at=due_at, number=0, about="")


def _of_reports(reports: Iterable[Report]) -> Iterator[Told]:
    for report in reports:
        period, sent_at = report.period, report.first_submitted_at
        if sent_at is not None:
            fellow = report.fellowship.account_id
            owed = _obligation(ObligationKind.REPORT, fellow, period.id, period.due_at)
            yield from _rungs(owed, period.opens_at, sent_at)


def _of_reviews(reviews: Iterable[Review]) -> Iterator[Told]:
    """To the mentor until the revision was answered; to the fellow until a returned one was mended."""
    for review in reviews:
        report, asked_at = review.report, review.revision.submitted_at
        if asked_at is None:
            continue
        cohort = report.fellowship.cohort
        owed = _obligation(ObligationKind.REVIEW, review.author_id, report.id, cohort.owed_after(asked_at))
        yield from _rungs(owed, asked_at, review.created_at)
        mended_at = report.submitted_at
        if review.verdict is Verdict.RETURN and mended_at is not None and mended_at > review.created_at:
            fellow, due_at = report.fellowship.account_id, cohort.owed_after(review.created_at)
            owed = _obligation(ObligationKind.MENDING, fellow, report.period_id, due_at)
            yield from _rungs(owed, review.created_at, mended_at)


def _of_open(now: datetime) -> Iterator[Told]:
    """What is still owed, as the sweep itself sees it."""
    ladders, until = read_ladders(), now - FRESH
    for owed in iterate_due(*ladders.window(now, now), now=now):
        for hearing in list_hearings(owed, ladders, until=until):
            yield from _said(hearing, hearing.obligation.due_at - LONG, until)
