"""Reading the reviews that were given. Who may read which of them, and what is said to staff, is decided here."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from program.access import Actor, Guarded, Permission, can
from program.columns import AccountId, AnySelect
from program.extensions import db
from program.reports.models import Report, Revision
from program.reviews.models import MentorView, Review, ReviewDraft, Verdict


class Given(NamedTuple):
    """A review, and what was said to staff with it as far as the reader may know it."""

    review: Review
    view: MentorView | None


def list_given(report: Report, *, reader: Actor, now: datetime) -> Sequence[Given]:
    """The reviews of the report that the reader may read, the latest first."""
    all_reviews = can(reader, Permission.REVIEW_READ, report, now=now)
    query = _given(all_reviews=all_reviews, all_views=_may_read_views(report, reader, now=now))
    rows = db.session.execute(query, {"report_id": report.id, "reader_id": reader.id})
    return [Given(*row) for row in rows]


@cache
def _given(*, all_reviews: bool, all_views: bool) -> AnySelect:
    reader_id: BindParameter[int] = bindparam("reader_id")
    seen = true() if all_views else Review.author_id == reader_id
    query = (
        select(Review, MentorView)
        .join(Review.revision)
        .outerjoin(MentorView, and_(MentorView.review_id == Review.id, seen))
        .where(Review.report_id == bindparam("report_id"))
        .order_by(Review.id.desc())
        .options(joinedload(Review.author), joinedload(Review.revision))
    )
    return query if all_reviews else query.where(_own_or_past(reader_id))


def may_read(about: Guarded, reader: Actor, *, now: datetime) -> ColumnElement[bool]:
    """Every review for who may read all; else one's own, those beside it, and those of versions gone by."""
    return true() if can(reader, Permission.REVIEW_READ, about, now=now) else _own_or_past(reader.id)


def _own_or_past(reader_id: AccountId) -> ColumnElement[bool]:
    own, later = aliased(Review), aliased(Revision)
    beside = exists().where(own.revision_id == Review.revision_id, own.author_id == reader_id)
    sent = later.submitted_at.is_not(None)
    gone_by = exists().where(later.report_id == Review.report_id, later.number > Revision.number, sent)
    return or_(Review.author_id == reader_id, beside, gone_by)


def _may_read_views(report: Report, reader: Actor, *, now: datetime) -> bool:
    """What is said to staff is for staff and its author, never for the fellow whom it is about."""
    about_them = reader.id == report.fellowship.account_id
    return not about_them and can(reader, Permission.MENTOR_VIEW_READ, report, now=now)


def find_review(report_id: int, *, revision_number: int, author_id: int) -> Review | None:
    """What this mentor answered to this revision."""
    query = select(Review).join(Review.revision)
    return db.session.scalar(
        query.where(
            Review.report_id == report_id, Revision.number == revision_number, Review.author_id == author_id
        )
    )


def find_view(review_id: int) -> MentorView | None:
    """What the author of the review told staff with it; for who wrote it."""
    return db.session.get(MentorView, review_id)


def last_return(report_id: int) -> Review | None:
    """What was asked for when the report last came back; for its writers, who read every review."""
    query = select(Review).where(Review.report_id == report_id, Review.verdict == Verdict.RETURN)
    return db.session.scalar(query.order_by(Review.id.desc()).limit(1).options(joinedload(Review.author)))


def comments_on(report_ids: Iterable[int]) -> list[tuple[int, datetime, str]]:
    """What every review of these reports says to the fellow, and when: to be counted with and not to be shown."""
    query = select(Review.report_id, Review.created_at, Review.comment).order_by(Review.id)
    rows = db.session.execute(query.where(Review.report_id.in_(report_ids)))
    return [(row.report_id, row.created_at, row.comment) for row in rows]


def find_draft(report_id: int, *, author_id: int) -> ReviewDraft | None:
    """What this mentor has typed into a review of the report and not sent."""
    return db.session.scalar(_draft(), {"report_id": report_id, "author_id": author_id})


@cache
def _draft() -> Select[ReviewDraft]:
    theirs = ReviewDraft.author_id == bindparam("author_id")
    return select(ReviewDraft).where(ReviewDraft.report_id == bindparam("report_id"), theirs)
