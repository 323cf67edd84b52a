"""Answering a submitted report."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.errors import ConflictError
from program.extensions import db, flush_or_conflict
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.reports.models import Report, ReportState, Revision
from program.reports.states import check_step
from program.reviews.models import Review, Verdict

ANSWERED_MEANWHILE = "Somebody answered this report, or sent a newer version, after you opened it."
OUTCOME = {
    Verdict.ACCEPT: (ReportState.ACCEPTED, NoticeKind.REPORT_ACCEPTED, Tag.REVIEW_ACCEPT),
    Verdict.RETURN: (ReportState.RETURNED, NoticeKind.REPORT_RETURNED, Tag.REVIEW_RETURN),
}


def review_report(
    report: Report,
    *,
    revision: Revision,
    verdict: Verdict,
    comment: str,
    answers: Mapping[int, str],
    actor: Actor,
    now: datetime,
) -> Review:
    """Accept the revision or return it with a comment, and answer its asks (text by ask id).

    Raises ForbiddenStepError if the report does not wait for a review, ConflictError if another was quicker.
    """
    require(actor, Permission.REVIEW_WRITE, report, now=now)
    state, kind, tag = OUTCOME[verdict]
    check_step(report.state, state)
    if report.revision_number != revision.number:
        raise ConflictError(ANSWERED_MEANWHILE)
    report.version, report.state, report.decided_at = report.version + 1, state, now
    report.owed_at = (
        now + timedelta(days=report.fellowship.cohort.review_days) if verdict is Verdict.RETURN else None
    )
    review = Review(report_id=report.id, revision_id=revision.id, author_id=actor.id, verdict=verdict)
    review.comment, review.created_at = comment, now
    db.session.add(review)
    answer_asks(report, answers=answers, actor=actor, now=now)
    flush_or_conflict(ANSWERED_MEANWHILE)
    post([Message(kind, report.fellowship.account_id, "review", review.id)], now=now)
    before, after = {"state": ReportState.SUBMITTED}, {"state": state, "revision": revision.number}
    record(tag, actor_id=actor.id, subject=("report", report.id), now=now, before=before, after=after)
    return review


def answer_asks(report: Report, *, answers: Mapping[int, str], actor: Actor, now: datetime) -> None:
    """Answer those of the report's open asks that have a text."""
    require(actor, Permission.ASK_ANSWER, report, now=now)
    for ask in report.asks:
        text = answers.get(ask.id, "")
        if text and ask.answered_at is None:
            ask.answer, ask.answered_at, ask.answered_by_id = text, now, actor.id
            subject, after = ("report", report.id), {"ask": ask.id}
            record(Tag.ASK_ANSWER, actor_id=actor.id, subject=subject, now=now, after=after)
