"""What the services would have left of the demo's past besides the reports: audit events and messages sent."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from program.audit.models import AuditEvent, Tag
from program.audit.seals import seal_at_commit
from program.extensions import db
from program.fulltext.services import keep_text
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.services import Message
from program.reports.models import Ask, Report, ReportState, Revision
from program.reviews.models import Review
from program.reviews.services import OUTCOME

Row = dict[str, Any]
Told = tuple[Message, datetime]


def keep_events(reports: Sequence[Report], reviews: Sequence[Review]) -> None:
    """The events of these reports and their reviews, in the order they happened."""
    answered = [ask for report in reports for ask in report.asks if ask.answered_at]
    events = [*map(_submitted, _sent_revisions(reports)), *map(_reviewed, reviews), *map(_answered, answered)]
    if events:
        seal_at_commit(*(AuditEvent(**event) for event in sorted(events, key=lambda event: event["at"])))


def told_about(reports: Sequence[Report], reviews: Sequence[Review]) -> Iterator[Told]:
    """What mentors heard of each revision, and fellows of each review."""
    for revision in _sent_revisions(reports):
        yield from _told_mentors(revision)
    yield from map(_told_fellow, reviews)


def keep_sent(told: Iterable[Told]) -> None:
    """Messages that were sent then."""
    rows = [_sent(message, at) for message, at in sorted(told, key=lambda pair: pair[1])]
    if rows:
        db.session.execute(insert(Notice), rows)


def keep_texts(reports: Iterable[Report]) -> None:
    """What was sent last is found by its words."""
    for revision in _sent_revisions(reports):
        keep_text(revision.report_id, revision.body.values())


def _sent_revisions(reports: Iterable[Report]) -> list[Revision]:
    return [revision for report in reports for revision in report.revisions if revision.submitted_at]


def _sent(message: Message, at: datetime) -> Row:
    return {
        "kind": message.kind,
        "account_id": message.account_id,
        "subject_kind": message.subject_kind,
        "subject_id": message.subject_id,
        "due_at": message.due_at,
        "rung": message.rung,
        "rung_at": message.rung_at,
        "owner_id": message.owner_id,
        "dedupe_key": message.dedupe_key,
        "message_id": message.message_id,
        "state": NoticeState.SENT,
        "created_at": at,
        "not_before": at,
        "handoff_at": at,
        "sent_at": at,
        "attempts": 1,
    }


def _event(tag: Tag, *, at: datetime | None, actor_id: int, report: Report, before: Row, after: Row) -> Row:
    subject = {"subject_kind": "report", "subject_id": report.id}
    return {"tag": tag, "at": at, "actor_id": actor_id, **subject, "before": before, "after": after}


def _submitted(revision: Revision) -> Row:
    report = revision.report
    first = revision.submitted_at == report.first_submitted_at
    late = report.late
    return _event(
        Tag.REPORT_SUBMIT,
        at=revision.submitted_at,
        actor_id=revision.author_id,
        report=report,
        before={"state": ReportState.DRAFT if first else ReportState.RETURNED},
        after={"state": ReportState.SUBMITTED, "revision": revision.number, "late": late},
    )


def _reviewed(review: Review) -> Row:
    state, _kind, tag = OUTCOME[review.verdict]
    return _event(
        tag,
        at=review.created_at,
        actor_id=review.author_id,
        report=review.report,
        before={"state": ReportState.SUBMITTED},
        after={"state": state, "revision": review.revision.number},
    )


def _answered(ask: Ask) -> Row:
    return _event(
        Tag.ASK_ANSWER,
        at=ask.answered_at,
        actor_id=ask.answered_by_id or 0,
        report=ask.report,
        before={},
        after={"ask": ask.id},
    )


def _told_mentors(revision: Revision) -> Iterator[Told]:
    if revision.submitted_at is None:
        return
    for mentor in sorted(revision.report.people(revision.submitted_at).mentors):
        yield Message(NoticeKind.REPORT_SUBMITTED, mentor, "revision", revision.id), revision.submitted_at


def _told_fellow(review: Review) -> Told:
    _state, kind, _tag = OUTCOME[review.verdict]
    account_id = review.report.fellowship.account_id
    return Message(kind, account_id, "review", review.id), review.created_at
