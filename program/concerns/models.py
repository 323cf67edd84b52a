"""Concerns: what somebody puts to members of staff by name, past everybody else, and the thread about it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import People, Role
from program.accounts.models import Account
from program.columns import Base, UtcDateTime, enum_column
from program.fellows.models import Fellowship
from program.reports.models import Report


class ConcernState(StrEnum):
    """Where a concern stands: it waits to be acknowledged, was, is worked on, is closed."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    WORKED = "worked"
    CLOSED = "closed"

    @property
    def word(self) -> str:
        """As people say it."""
        return "being worked on" if self is ConcernState.WORKED else self.value


class Concern(Base):
    """One concern about a fellowship, raised from a report of it or not.

    `owed_at` is by when it is to be acknowledged, or was; `once` makes a form that is sent twice one concern.
    """

    __tablename__ = "concern"
    __table_args__ = (UniqueConstraint("raised_by_id", "once"), Index(None, "state", "owed_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ConcernState] = mapped_column(enum_column(ConcernState), default=ConcernState.RAISED)
    owed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    once: Mapped[str] = mapped_column(String(32))
    fellowship: Mapped[Fellowship] = relationship()
    report: Mapped[Report | None] = relationship()
    raised_by: Mapped[Account] = relationship()
    named: Mapped[list["ConcernStaff"]] = relationship(
        order_by="ConcernStaff.named_at, ConcernStaff.account_id", back_populates="concern"
    )
    messages: Mapped[list["ConcernMessage"]] = relationship(
        order_by="ConcernMessage.id", back_populates="concern"
    )

    def people(self, _now: datetime) -> People:
        """Whose it is and who of those it was put to is still of the staff.

        While nobody is, all staff are asked but those who stand around the fellowship: it goes past them.
        """
        parties = frozenset(one.account_id for one in self.named if one.is_there)
        return People(
            owners=frozenset({self.raised_by_id}), parties=parties, apart=None if parties else self._around()
        )

    @property
    def is_adrift(self) -> bool:
        """Whether nobody it was put to is of the staff any more."""
        return not any(one.is_there for one in self.named)

    def _around(self) -> frozenset[int]:
        place = self.fellowship
        mentors = {assignment.mentor.account_id for assignment in place.assignments}
        around = {self.raised_by_id, place.account_id, place.research_manager_id, *mentors}
        return frozenset(one for one in around if one is not None)


class ConcernStaff(Base):
    """A member of staff to whom a concern was put by name, by whom and when."""

    __tablename__ = "concern_staff"

    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    concern: Mapped[Concern] = relationship(back_populates="named")
    account: Mapped[Account] = relationship(foreign_keys=account_id)

    @property
    def is_there(self) -> bool:
        """Whether they are of the staff still, and can sign in."""
        return self.account.can_sign_in and Role.STAFF in self.account.roles


class ConcernMessage(Base):
    """One line of a concern's thread: what somebody wrote, the step they took (to which state), or both.

    Private to those around the concern. `once` is as in Concern.
    """

    __tablename__ = "concern_message"
    __table_args__ = (UniqueConstraint("author_id", "once"), Index(None, "concern_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    step: Mapped[ConcernState | None] = mapped_column(enum_column(ConcernState))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    once: Mapped[str] = mapped_column(String(32))
    concern: Mapped[Concern] = relationship(back_populates="messages")
    author: Mapped[Account] = relationship()
