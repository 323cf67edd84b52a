"""Finding the files beside a report. Readers see those that were sent; the others are on their writer's desk only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, undefer

from program.access import Actor, Permission
from program.attachments.models import Attachment
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import visible_to
from program.reports.models import Report, Revision

GONE = "There is no such file among those you can read."


def get_attachment(actor: Actor, attachment_id: int, *, drafts: bool, now: datetime) -> Attachment:
    """A file that was sent with a report the actor may read; with `drafts`, one that waits on a desk of theirs too.

    Its bytes are not read yet. Raises NotFoundError.
    """
    seen = and_(was_sent(), visible_to(actor, Permission.REPORT_READ, now=now))
    waits = and_(Attachment.until_revision.is_(None), _is_on_desk_of(actor, now=now))
    query = select(Attachment).join(Attachment.report).join(Report.fellowship)
    found = db.session.scalar(
        query.where(Attachment.id == attachment_id, or_(seen, waits) if drafts else seen)
    )
    if found is None:
        raise NotFoundError(GONE)
    return found


def get_attached(actor: Actor, attachment_id: int, *, now: datetime) -> Attachment:
    """A file on a desk of the actor's, with the report it is beside. Raises NotFoundError."""
    query = (
        select(Attachment)
        .join(Attachment.report)
        .join(Report.fellowship)
        .where(Attachment.id == attachment_id, Attachment.until_revision.is_(None))
        .where(_is_on_desk_of(actor, now=now))
        .options(contains_eager(Attachment.report).contains_eager(Report.fellowship))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFoundError("This file is not attached any more. Nothing else was changed.")
    return found


def _is_on_desk_of(actor: Actor, *, now: datetime) -> ColumnElement[bool]:
    """Whether the actor writes the `Fellowship`'s reports, or coaches who does."""
    desks = (Permission.REPORT_WRITE, Permission.REPORT_COACH)
    return or_(*(visible_to(actor, permission, now=now) for permission in desks))


def list_attached(report_id: int) -> Sequence[Attachment]:
    """What goes with the next version of the report that is sent, in the order it was attached."""
    query = select(Attachment).where(Attachment.report_id == report_id, Attachment.until_revision.is_(None))
    return db.session.scalars(query.order_by(Attachment.id)).all()


def sent_with(revisions: Iterable[Revision]) -> Mapping[int, list[Attachment]]:
    """The files that went with these versions, one of each report, by the report; in the order they were attached."""
    numbers = {one.report_id: one.number for one in revisions}
    query = select(Attachment).where(Attachment.report_id.in_(numbers)).order_by(Attachment.id)
    found: dict[int, list[Attachment]] = defaultdict(list)
    for one in db.session.scalars(query):
        if one.goes_with(numbers[one.report_id]):
            found[one.report_id].append(one)
    return found


def list_unseen(report_id: int, *, marks: Collection[str], reader_id: int) -> list[Attachment]:
    """What others attached of it that a page did not show which shows the files of these marks."""
    attached = list_attached(report_id)
    return [one for one in attached if one.by_id != reader_id and one.mark not in marks]


def last_sent(report_id: int) -> int:
    """The number of the version of the report that was sent last; 0 if none was."""
    query = select(func.max(Revision.number)).where(Revision.report_id == report_id)
    return db.session.scalar(query.where(Revision.submitted_at.is_not(None))) or 0


def was_sent() -> ColumnElement[bool]:
    """Whether an `Attachment` went with a version that was sent."""
    return (
        select(Revision.id)
        .where(
            Revision.report_id == Attachment.report_id,
            Revision.submitted_at.is_not(None),
            Revision.number > Attachment.after_revision,
            or_(Attachment.until_revision.is_(None), Revision.number <= Attachment.until_revision),
        )
        .correlate(Attachment)
        .exists()
    )


def each_file_of(account_id: int) -> Iterator[Attachment]:
    """Every file beside the account's own reports, and each that they attached to others', with its bytes.

    One is read at a time: together they may be larger than the memory.
    """
    theirs = or_(Fellowship.account_id == account_id, Attachment.by_id == account_id)
    listed = select(Attachment.id).join(Attachment.report).join(Report.fellowship).where(theirs)
    for attachment_id in db.session.scalars(listed.order_by(Attachment.id)).all():
        found = db.session.get_one(Attachment, attachment_id, options=[undefer(Attachment.content)])
        yield found
        db.session.expunge(found)
