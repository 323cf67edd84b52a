"""Who has a place in a cohort and cannot sign in yet."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, and_, func, literal, or_, select, union_all

from program.accounts.models import Account
from program.cohorts.models import OVER, Cohort
from program.columns import AnySelect
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.invitations.models import Invitation, InvitationState
from program.mentors.models import Engagement, EngagementStage, Mentor
from program.paging import Page, page_of

PLACED = (FellowshipStage.ACCEPTED, FellowshipStage.ACTIVE)
"""The stages of a fellowship from which on somebody is to sign in."""


class Part(StrEnum):
    """As what somebody is in a cohort."""

    FELLOW = "fellow"
    MENTOR = "mentor"


class Outsider(NamedTuple):
    """Somebody with a part in a cohort who cannot sign in yet; `part_id` is of the fellowship or the engagement."""

    folded: str
    part: str
    part_id: int
    name: str
    email: str | None
    state: InvitationState | None
    expires_at: datetime | None

    def standing(self, now: datetime) -> str:
        """Why they cannot, in words."""
        if self.email is None:
            return "no mail address"
        if self.state is InvitationState.WAITING and self.expires_at is not None:
            return "invited" if now < self.expires_at else "invitation ran out"
        return "invitation withdrawn" if self.state is InvitationState.WITHDRAWN else "never invited"


def list_outsiders(cohort_id: int, *, cursor: str | None) -> Page[Outsider]:
    """All of them in a cohort, by name."""
    found = _outsiders(_only(cohort_id)).subquery()
    order = [found.c.folded, found.c.part, found.c.part_id]
    page = page_of(_each(found), order=order, key=lambda row: row[:3], cursor=cursor)
    return page.map(lambda row: Outsider(*row))


def list_ready(cohort_id: int, *, limit: int, now: datetime) -> Sequence[Outsider]:
    """Those of them who can be invited, by name, up to the limit: never invited, or with a link that ran out."""
    found = _outsiders(_only(cohort_id)).subquery()
    ran_out = and_(found.c.state == InvitationState.WAITING, found.c.expires_at <= now)
    ready = _each(found).where(found.c.email.is_not(None), or_(found.c.state.is_(None), ran_out))
    ordered = ready.order_by(found.c.folded, found.c.part, found.c.part_id).limit(limit)
    return [Outsider(*row) for row in db.session.execute(ordered)]


def digest_of(ready: Sequence[Outsider]) -> str:
    """What makes them the same people."""
    return sha256(",".join(f"{one.part}{one.part_id}" for one in ready).encode()).hexdigest()[:24]


def uninvited() -> AnySelect:
    """How many were never invited, by cohort that is not over."""
    going = select(Cohort.id).where(Cohort.state.not_in(OVER))
    found = _outsiders(going).subquery()
    never = select(found.c.cohort_id, func.count().label("people"))
    return never.where(found.c.email.is_not(None), found.c.state.is_(None)).group_by(found.c.cohort_id)


def _only(cohort_id: int) -> Select[int]:
    return select(Cohort.id).where(Cohort.id == cohort_id)


def _each(found: Any) -> AnySelect:
    return select(*(found.c[name] for name in Outsider._fields))


def _outsiders(cohorts: Select[int]) -> CompoundSelect[*tuple[Any, ...]]:
    shut_out = (Account.joined_at.is_(None), Account.disabled_at.is_(None))
    invitation = (Invitation.state.label("state"), Invitation.expires_at.label("expires_at"))
    fellows = (
        select(
            Fellowship.cohort_id,
            Account.folded,
            literal(Part.FELLOW.value).label("part"),
            Fellowship.id.label("part_id"),
            Account.name,
            Account.email,
            *invitation,
        )
        .join(Fellowship.account)
        .outerjoin(Invitation, Invitation.account_id == Account.id)
        .where(Fellowship.cohort_id.in_(cohorts), Fellowship.stage.in_(PLACED), *shut_out)
    )
    mentors = (
        select(
            Engagement.cohort_id,
            Mentor.folded,
            literal(Part.MENTOR.value),
            Engagement.id,
            Mentor.name,
            func.coalesce(Account.email, Mentor.email),
            *invitation,
        )
        .join(Engagement.mentor)
        .outerjoin(Mentor.account)
        .outerjoin(Invitation, Invitation.account_id == Account.id)
        .where(Engagement.cohort_id.in_(cohorts), Engagement.stage == EngagementStage.CONFIRMED, *shut_out)
    )
    return union_all(fellows, mentors)
