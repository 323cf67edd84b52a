"""What a mentor has typed and not sent: kept for them alone, until their verdict."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from program.access import Actor, Permission, require
from program.errors import ConflictError
from program.extensions import db, flush_or_conflict
from program.reports.models import Report
from program.reviews.given import find_draft
from program.reviews.models import ReviewDraft

SAVED_ELSEWHERE = (
    "This review was saved in another tab or on another device after this page was opened. "
    "Nothing was overwritten: both texts are below. Put together what you want to keep."
)


def save_draft(
    report: Report, *, revision_number: int, typed: dict[str, Any], version: int, actor: Actor, now: datetime
) -> ReviewDraft:
    """Keep what was typed. Raises ConflictError if it was saved elsewhere since `version`."""
    require(actor, Permission.REVIEW_WRITE, report, now=now)
    draft = find_draft(report.id, author_id=actor.id)
    check_unread(draft, typed=typed, version=version)
    if draft is None:
        draft = ReviewDraft(report_id=report.id, author_id=actor.id, version=0)
        db.session.add(draft)
    draft.typed, draft.version, draft.saved_at = typed, draft.version + 1, now
    draft.revision_number = revision_number
    flush_or_conflict(SAVED_ELSEWHERE)
    return draft


def check_unread(draft: ReviewDraft | None, *, typed: dict[str, Any], version: int) -> None:
    """Raises ConflictError if another save than this one holds what this page has not shown and does not say."""
    if draft is not None and draft.version != version and draft.typed != typed:
        raise ConflictError(SAVED_ELSEWHERE)


def forget_draft(report_id: int, *, author_id: int) -> None:
    """Delete it: what was to be said has been said."""
    theirs = delete(ReviewDraft).where(ReviewDraft.report_id == report_id, ReviewDraft.author_id == author_id)
    db.session.execute(theirs)
