"""Commenting on a report."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, select

from program.access import Actor
from program.audit.models import Tag
from program.audit.services import record
from program.authorship.modes import Writer
from program.commenting.models import Comment
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.reports.desks import Desk
from program.reports.drafting import require_writer
from program.reports.models import Report


def add_comments(desk: Desk, *, texts: Mapping[str, str], actor: Actor, now: datetime) -> int:
    """Say this beside the sections of the report (text by section); the other of the two is told once.

    Sent again, it is not said again. How many comments these were. Raises NotFoundError while nothing is written.
    """
    require_writer(desk, actor=actor, now=now)
    if desk.report is None:
        raise NotFoundError("There is nothing to comment on yet: the report has not been begun.")
    said = _said_last(desk.report.id, actor)
    keys = {section.key for section in desk.sections}
    new = [
        Comment(report_id=desk.report.id, section_key=key, author_id=actor.id, text=text, at=now)
        for key, text in texts.items()
        if text and key in keys and said.get(key) != text
    ]
    db.session.add_all(new)
    db.session.flush()
    if new:
        _tell(desk, new[0], now=now)
        subject, after = ("report", desk.report.id), {"comments": len(new)}
        record(Tag.REPORT_COMMENT, actor_id=actor.id, subject=subject, now=now, after=after)
    return len(new)


def forget_unsent_comments(account_id: int) -> int:
    """Delete what was said beside the fellow's reports that were never sent; how many comments these were."""
    unsent = select(Report.id).join(Report.fellowship)
    unsent = unsent.where(Fellowship.account_id == account_id, Report.first_submitted_at.is_(None))
    gone = db.session.execute(delete(Comment).where(Comment.report_id.in_(unsent)))
    return cast("CursorResult[None]", gone).rowcount


def _said_last(report_id: int, actor: Actor) -> dict[str, str]:
    """What they said last beside each section."""
    query = select(Comment.section_key, Comment.text).where(
        Comment.report_id == report_id, Comment.author_id == actor.id
    )
    rows = db.session.execute(query.order_by(Comment.id))
    return {row.section_key: row.text for row in rows}


def _tell(desk: Desk, comment: Comment, *, now: datetime) -> None:
    place = desk.fellowship
    other = place.research_manager_id if desk.writer is Writer.FELLOW else place.account_id
    if other is not None:
        post([Message(NoticeKind.COMMENTED, other, "report_comment", comment.id)], now=now)
