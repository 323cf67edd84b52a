"""Finding invitations."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from program.accounts.models import Account
from program.errors import NotFoundError
from program.extensions import db
from program.invitations.models import Invitation, InvitationState
from program.paging import PAGE_SIZE, Page, page_of

WAITING = Invitation.state == InvitationState.WAITING


def list_invitations(
    *, state: InvitationState | None, cursor: str | None, now: datetime, size: int = PAGE_SIZE
) -> Page[Invitation]:
    """All invitations, the newest first, or those that stand so."""
    query = select(Invitation).options(
        joinedload(Invitation.account).selectinload(Account.held_roles),
        joinedload(Invitation.cohort),
        joinedload(Invitation.invited_by),
    )
    if state is not None:
        query = query.where(*_standing(state, now))
    return page_of(
        query,
        order=[Invitation.id],
        key=lambda invitation: [invitation.id],
        cursor=cursor,
        size=size,
        newest_first=True,
    )


def count_by_state(now: datetime) -> dict[InvitationState, int]:
    """How many invitations stand how."""
    stands = case((WAITING & (Invitation.expires_at <= now), InvitationState.EXPIRED), else_=Invitation.state)
    stood = stands.label("stands")
    rows = db.session.execute(select(stood, func.count()).group_by(stood)).all()
    return {InvitationState(state): count for state, count in rows}


def get_invitation(invitation_id: int) -> Invitation:
    """An invitation. Raises NotFoundError."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFoundError("There is no such invitation.")
    return invitation


def find_invitation_of(account_id: int) -> Invitation | None:
    """The invitation by which the person joined or is to join."""
    return db.session.scalar(select(Invitation).filter_by(account_id=account_id))


def invitations_of(account_ids: Collection[int], *, lock: bool = False) -> dict[int, Invitation]:
    """The invitations of these accounts, by account; if locked, nobody else takes a step with them meanwhile."""
    query = select(Invitation).where(Invitation.account_id.in_(account_ids)).order_by(Invitation.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {invitation.account_id: invitation for invitation in db.session.scalars(query)}


def find_open_invitation(token_hash: str, *, now: datetime) -> Invitation | None:
    """The invitation that this token opens, while it can be accepted."""
    query = (
        select(Invitation)
        .join(Invitation.account)
        .options(joinedload(Invitation.cohort), joinedload(Invitation.invited_by))
        .where(
            Invitation.token_hash == token_hash,
            *_standing(InvitationState.WAITING, now),
            Account.joined_at.is_(None),
            Account.disabled_at.is_(None),
        )
    )
    return db.session.scalar(query)


def invitations_by_id(ids: list[int]) -> dict[int, Invitation]:
    """The invitations with these ids, with what their mail says."""
    query = select(Invitation).where(Invitation.id.in_(ids))
    query = query.options(selectinload(Invitation.cohort), selectinload(Invitation.invited_by))
    return {invitation.id: invitation for invitation in db.session.scalars(query)}


def _standing(state: InvitationState, now: datetime) -> list[ColumnElement[bool]]:
    match state:
        case InvitationState.WAITING:
            return [WAITING, Invitation.expires_at > now]
        case InvitationState.EXPIRED:
            return [WAITING, Invitation.expires_at <= now]
        case _:
            return [Invitation.state == state]
