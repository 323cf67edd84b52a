"""The comments beside a report, for the two whose they are."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlalchemy.orm import joinedload

from program.access import Actor, Permission, Relation, can
from program.commenting.models import Comment
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import related, relations_of
from program.reports.models import Report, Revision, TemplateSection

MOST = 200
"""Comments beside one report: the latest of them are shown."""


def list_comments(actor: Actor, report_id: int, *, now: datetime) -> Sequence[Comment]:
    """The comments in their order; none for anybody but the fellow and their research manager of today."""
    query = _beside(relations_of(actor, Permission.REPORT_COACH))
    values = {"report_id": report_id, "account_id": actor.id, "day": now.date()}
    return db.session.scalars(query, values).all()[::-1]


@cache
def _beside(relations: frozenset[Relation]) -> Select[Comment]:
    account_id: BindParameter[int] = bindparam("account_id")
    coached = related(relations, account_id=account_id, day=bindparam("day"))
    return (
        select(Comment)
        .join(Comment.report)
        .join(Report.fellowship)
        .where(Comment.report_id == bindparam("report_id"), or_(Fellowship.account_id == account_id, coached))
        .options(joinedload(Comment.author))
        .order_by(Comment.id.desc())
        .limit(MOST)
    )


class Apart(NamedTuple):
    """What of a report only the fellow and their research manager have: sections with their text, and comments."""

    sections: list[tuple[TemplateSection, str]]
    comments: Sequence[Comment]


def find_apart(actor: Actor, report: Report, *, now: datetime) -> Apart | None:
    """It, for one of the two; None for anybody else, and for who only looks at the site as one of them."""
    one_of_two = actor.id in report.people(now).owners or can(actor, Permission.REPORT_COACH, report, now=now)
    if not one_of_two or getattr(actor, "seen_by", None) is not None:
        return None
    last = select(Revision.aside).where(Revision.report_id == report.id, Revision.submitted_at.is_not(None))
    aside = db.session.scalars(last.order_by(Revision.number.desc()).limit(1)).first() or {}
    sections = [(one, aside[one.key]) for one in report.template.sections if aside.get(one.key)]
    return Apart(sections, list_comments(actor, report.id, now=now))
