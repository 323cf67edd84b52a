"""The comments beside a report, for the two whose they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from program.access import Actor, Permission
from program.commenting.models import Comment
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import visible_to
from program.reports.models import Report

MOST = 200
"""Comments beside one report: the latest of them are shown."""


def list_comments(actor: Actor, report_id: int, *, now: datetime) -> Sequence[Comment]:
    """The comments in their order; none for anybody but the fellow and their research manager of today."""
    theirs = or_(Fellowship.account_id == actor.id, visible_to(actor, Permission.REPORT_COACH, now=now))
    query = (
        select(Comment)
        .join(Comment.report)
        .join(Report.fellowship)
        .where(Comment.report_id == report_id, theirs)
        .options(joinedload(Comment.author))
        .order_by(Comment.id.desc())
        .limit(MOST)
    )
    return db.session.scalars(query).all()[::-1]
