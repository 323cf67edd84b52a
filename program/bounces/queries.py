"""Finding the addresses that take no mail, and the messages that came back."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.accounts.models import Account
from program.bounces.models import SuppressedAddress, Why
from program.errors import NotFoundError
from program.extensions import db
from program.notices.models import GONE_OUT, Notice
from program.paging import PAGE_SIZE, Page, page_of


def list_suppressed(*, why: Why | None, cursor: str | None, size: int = PAGE_SIZE) -> Page[SuppressedAddress]:
    """The addresses, the newest first, or those for one reason."""
    query = select(SuppressedAddress).options(
        joinedload(SuppressedAddress.account).selectinload(Account.held_roles),
        joinedload(SuppressedAddress.notice),
    )
    if why is not None:
        query = query.where(SuppressedAddress.why == why)
    key = SuppressedAddress.id
    return page_of(query, order=[key], key=lambda one: [one.id], cursor=cursor, size=size, newest_first=True)


def get_suppressed(suppressed_id: int) -> SuppressedAddress:
    """One of them. Raises NotFoundError."""
    found = db.session.get(SuppressedAddress, suppressed_id)
    if found is None:
        raise NotFoundError("That address takes mail.")
    return found


def suppressed_by_id(ids: Collection[int]) -> dict[int, SuppressedAddress]:
    """Those of them that are still there, with whose they are."""
    query = select(SuppressedAddress).options(joinedload(SuppressedAddress.account))
    found = db.session.scalars(query.where(SuppressedAddress.id.in_(ids)))
    return {one.id: one for one in found}


def which_suppressed(addresses: Collection[str]) -> dict[str, Why]:
    """Those of the addresses that take no mail, and why."""
    query = select(SuppressedAddress.address, SuppressedAddress.why)
    return dict(db.session.execute(query.where(SuppressedAddress.address.in_(addresses))).all())


def list_sent_to(addresses: Collection[str], message_ids: Collection[str]) -> Sequence[Notice]:
    """The messages that went, or may have gone, to one of the addresses in a mail of one of these names."""
    account_ids = db.session.scalars(select(Account.id).where(Account.email.in_(addresses))).all()
    query = select(Notice).where(Notice.account_id.in_(account_ids), Notice.message_id.in_(message_ids))
    query = query.where(Notice.state.in_(GONE_OUT), Notice.handoff_at.is_not(None))
    return db.session.scalars(query.options(joinedload(Notice.account)).order_by(Notice.id)).all()
