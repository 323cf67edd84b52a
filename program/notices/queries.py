"""Reading the outbox."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from program.audit.models import PRIVATE_SUBJECTS
from program.extensions import db
from program.notices.models import Notice, NoticeState
from program.paging import PAGE_SIZE, Page, page_of

UNSENT = (NoticeState.PENDING, NoticeState.SENDING)


def list_notices(*, state: NoticeState | None, cursor: str | None, size: int = PAGE_SIZE) -> Page[Notice]:
    """All messages, newest first, or those in one state; none of what only those around it may know of."""
    query = select(Notice).options(joinedload(Notice.account))
    query = query.where(Notice.subject_kind.not_in(PRIVATE_SUBJECTS))
    if state is not None:
        query = query.where(Notice.state == state)
    return page_of(
        query, order=[Notice.id], key=lambda notice: [notice.id], cursor=cursor, size=size, newest_first=True
    )


def count_by_state() -> dict[NoticeState, int]:
    """How many of the messages that are listed are in each state."""
    listed = select(Notice.state, func.count()).where(Notice.subject_kind.not_in(PRIVATE_SUBJECTS))
    return dict(db.session.execute(listed.group_by(Notice.state)).all())


def find_oldest_unsent() -> datetime | None:
    """Since when the message has been waiting that has waited longest beyond its time; tries that failed count."""
    waits = func.min(Notice.not_before), func.min(Notice.tried_since)
    since = db.session.execute(select(*waits).where(Notice.state.in_(UNSENT))).one()
    return min(filter(None, since), default=None)
