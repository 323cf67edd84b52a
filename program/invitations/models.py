"""Invitations to join the programme."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import People
from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.columns import Base, UtcDateTime, enum_column


class InvitationState(StrEnum):
    """How an invitation stands. `expired` is never stored: it is one that waits, and whose time is over."""

    WAITING = "waiting"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


STEPS: dict[InvitationState, frozenset[InvitationState]] = {
    InvitationState.WAITING: frozenset(
        {InvitationState.WAITING, InvitationState.ACCEPTED, InvitationState.WITHDRAWN}
    ),
    InvitationState.EXPIRED: frozenset({InvitationState.WAITING, InvitationState.WITHDRAWN}),
    InvitationState.WITHDRAWN: frozenset({InvitationState.WAITING}),
    InvitationState.ACCEPTED: frozenset(),
}
"""From each state, the states that can follow; to wait again is to be sent again."""


class Invitation(Base):
    """One person's way in, to an account that waits for them with its roles.

    The token is derived from `nonce` and the secret key, so no row can accept itself. Sent again, it gets a new
    nonce: the link of before is dead.
    """

    __tablename__ = "invitation"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    nonce: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[InvitationState] = mapped_column(
        enum_column(InvitationState), default=InvitationState.WAITING
    )
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_count: Mapped[int] = mapped_column(default=1)
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    invited_by: Mapped[Account] = relationship(foreign_keys=invited_by_id)
    cohort: Mapped[Cohort | None] = relationship()

    def state_at(self, now: datetime) -> InvitationState:
        """How it stands at this moment."""
        over = self.state is InvitationState.WAITING and self.expires_at <= now
        return InvitationState.EXPIRED if over else self.state

    def can_become(self, state: InvitationState, *, now: datetime) -> bool:
        """Whether this step is open at this moment."""
        return state in STEPS[self.state_at(now)]

    def people(self, now: datetime) -> People:
        """As for the account that it opens."""
        return self.account.people(now)
