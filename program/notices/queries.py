"""Reading the outbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from program.audit.models import PRIVATE_SUBJECTS
from program.columns import AnySelect
from program.errors import NotFoundError
from program.extensions import db
from program.notices.models import GONE_OUT, Notice, NoticeKind, NoticeState
from program.paging import PAGE_SIZE, Page, page_of

UNSENT = (NoticeState.PENDING, NoticeState.SENDING)


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; what is not given is not asked for. Made from `since` on, and before `until`."""

    state: NoticeState | None = None
    kind: NoticeKind | None = None
    people: Sequence[int] | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_notices(search: Search, *, cursor: str | None, size: int = PAGE_SIZE) -> Page[Notice]:
    """The messages that are looked for, newest first; none of what only those around it may know of."""
    query = _listed()
    if search.state is not None:
        query = query.where(Notice.state == search.state)
    if search.kind is not None:
        query = query.where(Notice.kind == search.kind)
    if search.people is not None:
        query = query.where(Notice.account_id.in_(search.people))
    if search.since is not None:
        query = query.where(Notice.created_at >= search.since)
    if search.until is not None:
        query = query.where(Notice.created_at < search.until)
    return _newest_first(query, cursor=cursor, size=size)


def list_sent_to(account_id: int, *, cursor: str | None, size: int = PAGE_SIZE) -> Page[Notice]:
    """What was sent to a person, or should have been: of everything, as it is theirs."""
    query = _with_people().where(Notice.account_id == account_id)
    query = query.where(Notice.state.in_((*GONE_OUT, NoticeState.FAILED)))
    return _newest_first(query, cursor=cursor, size=size)


def list_going(
    state: NoticeState, *, until: datetime, after: tuple[datetime, int] | None, size: int
) -> Sequence[Notice]:
    """What carries a mail and waits, or is held, for a time up to then: the first, after this time and number."""
    query = _listed().where(Notice.state == state, Notice.carrier_id.is_(None), Notice.not_before <= until)
    if after is not None:
        query = query.where(tuple_(Notice.not_before, Notice.id) > after)
    return db.session.scalars(query.order_by(Notice.not_before, Notice.id).limit(size)).all()


def list_carried(carrier_ids: Collection[int]) -> Sequence[Notice]:
    """What travels in the mails of these."""
    return db.session.scalars(_listed().where(Notice.carrier_id.in_(carrier_ids)).order_by(Notice.id)).all()


def count_waiting(*, until: datetime) -> int:
    """How many mails that are listed wait for a time up to then."""
    query = select(func.count()).select_from(Notice).where(Notice.state == NoticeState.PENDING)
    query = query.where(Notice.carrier_id.is_(None), Notice.not_before <= until)
    return db.session.scalar(query.where(Notice.subject_kind.not_in(PRIVATE_SUBJECTS))) or 0


def get_notice(notice_id: int) -> Notice:
    """One of those that are listed. Raises NotFoundError."""
    found: Notice | None = db.session.scalar(_listed().where(Notice.id == notice_id))
    if found is None:
        raise NotFoundError("There is no such message.")
    return found


def list_mail_of(notice: Notice) -> Sequence[Notice]:
    """The messages that travel in one mail with this one, itself among them."""
    carrier = notice.carrier_id or notice.id
    together = or_(Notice.id == carrier, Notice.carrier_id == carrier)
    return db.session.scalars(_listed().where(together).order_by(Notice.id)).all()


def _newest_first(query: AnySelect, *, cursor: str | None, size: int) -> Page[Notice]:
    order, key = [Notice.created_at, Notice.id], lambda notice: [notice.created_at, notice.id]
    return page_of(query, order=order, key=key, cursor=cursor, size=size, newest_first=True)


def _listed() -> AnySelect:
    return _with_people().where(Notice.subject_kind.not_in(PRIVATE_SUBJECTS))


def _with_people() -> AnySelect:
    return select(Notice).options(joinedload(Notice.account), joinedload(Notice.owner))


def count_by_state() -> dict[NoticeState, int]:
    """How many of the messages that are listed are in each state."""
    listed = select(Notice.state, func.count()).where(Notice.subject_kind.not_in(PRIVATE_SUBJECTS))
    return dict(db.session.execute(listed.group_by(Notice.state)).all())


def find_oldest_unsent() -> datetime | None:
    """Since when the message has been waiting that has waited longest beyond its time; tries that failed count."""
    waits = func.min(Notice.not_before), func.min(Notice.tried_since)
    since = db.session.execute(select(*waits).where(Notice.state.in_(UNSENT))).one()
    return min(filter(None, since), default=None)
