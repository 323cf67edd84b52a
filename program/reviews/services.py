"""Answering a submitted report."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from program.access import Actor, Permission, require
from program.answering.services import answer_asks, open_asks
from program.audit.models import Tag
from program.audit.services import record
from program.errors import ConflictError, ForbiddenStepError
from program.extensions import db, flush_or_conflict
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.reports.models import DECIDED, Ask, Report, ReportState, Revision
from program.reports.queries import submitted_revisions
from program.reports.states import check_step
from program.reviews.drafts import forget_draft
from program.reviews.models import MentorView, Review, Signal, Verdict

ANSWERED_MEANWHILE = "Somebody answered this report, or sent a newer version, after you opened it."
OUTCOME = {
    Verdict.ACCEPT: (ReportState.ACCEPTED, NoticeKind.REPORT_ACCEPTED, Tag.REVIEW_ACCEPT),
    Verdict.RETURN: (ReportState.RETURNED, NoticeKind.REPORT_RETURNED, Tag.REVIEW_RETURN),
}


class ToStaff(NamedTuple):
    """What a mentor tells staff and nobody else."""

    signal: Signal | None = None
    line: str = ""


NOTHING_TO_STAFF = ToStaff()


def review_report(
    report: Report,
    *,
    revision: Revision,
    verdict: Verdict,
    comment: str,
    answers: Mapping[int, str],
    actor: Actor,
    now: datetime,
    asks: Sequence[Ask] | None = None,
    sections: Sequence[str] = (),
    to_staff: ToStaff = NOTHING_TO_STAFF,
    came_by: str = "",
) -> Review:
    """Accept the revision, or return it with a comment and the keys of the sections to change; answer asks.

    The asks are the report's own unless others of the fellowship are given with them; `came_by` is for the record.
    Raises ForbiddenStepError if the report does not wait for a review, ConflictError if another was quicker.
    """
    require(actor, Permission.REVIEW_WRITE, report, now=now)
    state, kind, tag = OUTCOME[verdict]
    check_step(report.state, state)
    if report.revision_number != revision.number:
        raise ConflictError(ANSWERED_MEANWHILE)
    left = any(not answers.get(ask.id) for ask in open_asks(report))
    owed_at = report.fellowship.cohort.owed_after(now) if left or verdict is Verdict.RETURN else None
    report.version, report.state, report.decided_at = report.version + 1, state, now
    report.owed_at = owed_at
    review = Review(report_id=report.id, revision_id=revision.id, author_id=actor.id, verdict=verdict)
    review.comment, review.sections, review.created_at = comment, [*sections], now
    _keep(review, to_staff)
    answer_asks(report, asks=report.asks if asks is None else asks, answers=answers, actor=actor, now=now)
    post([Message(kind, report.fellowship.account_id, "review", review.id)], now=now)
    before, after = {"state": ReportState.SUBMITTED}, {"state": state, "revision": revision.number}
    after |= {"by": came_by} if came_by else {}
    record(tag, actor_id=actor.id, subject=("report", report.id), now=now, before=before, after=after)
    return review


def comment_on_report(
    report: Report,
    *,
    revision: Revision,
    comment: str,
    actor: Actor,
    now: datetime,
    to_staff: ToStaff = NOTHING_TO_STAFF,
) -> Review:
    """Answer the latest version beside the mentor who decided; nothing is owed or done by that.

    Raises ForbiddenStepError while it waits for a decision, ConflictError for a version gone by or a second answer.
    """
    require(actor, Permission.REVIEW_WRITE, report, now=now)
    if report.state not in DECIDED:
        raise ForbiddenStepError("This report waits for a decision: accept it, or return it.")
    if submitted_revisions(report.id)[0].number != revision.number:
        raise ConflictError(ANSWERED_MEANWHILE)
    review = Review(report_id=report.id, revision_id=revision.id, author_id=actor.id, verdict=Verdict.COMMENT)
    review.comment, review.sections, review.created_at = comment, [], now
    _keep(review, to_staff)
    fellow, after = report.fellowship.account_id, {"revision": revision.number}
    post([Message(NoticeKind.REPORT_COMMENTED, fellow, "review", review.id)], now=now)
    subject = ("report", report.id)
    record(Tag.REVIEW_COMMENT, actor_id=actor.id, subject=subject, now=now, after=after)
    return review


def _keep(review: Review, to_staff: ToStaff) -> None:
    """Write the review down with what goes to staff, instead of its draft. Raises ConflictError."""
    db.session.add(review)
    flush_or_conflict(ANSWERED_MEANWHILE)
    if to_staff.signal or to_staff.line:
        db.session.add(MentorView(review_id=review.id, signal=to_staff.signal, line=to_staff.line))
        db.session.flush()
    forget_draft(review.report_id, author_id=review.author_id)
