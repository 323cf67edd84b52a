"""The reminders that went out before now: with them in the outbox, the first sweep says only what is new."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from program.demo.traces import Told
from program.extensions import db
from program.obligations.models import Obligation, ObligationKind
from program.obligations.queries import iterate_due
from program.reminders.ladder import LADDER, rungs_between, window
from program.reminders.services import reminder
from program.reports.models import Report
from program.reviews.models import Review, Verdict
from program.surveys.models import Participation, Wave

FRESH = timedelta(hours=1)
"""What fell due in the last hour is left to the first sweep."""
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
    """Everything the ladder said while it was owed, at the minute it fell due."""
    for rung in rungs_between(obligation.due_at, since, until):
        yield reminder(obligation, rung), obligation.due_at + rung.offset


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
    first, last = window(now)
    longest = max(rung.offset for rung in LADDER) - min(rung.offset for rung in LADDER)
    for owed in iterate_due(first - longest, last, now=now):
        for obligation in owed:
            yield from _rungs(obligation, obligation.due_at - 2 * longest, now - FRESH)
