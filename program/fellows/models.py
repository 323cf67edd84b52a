"""A fellow's place in a cohort, and the mentors tied to it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import People
from program.accounts.models import Account
from program.cohorts.models import OVER, Cohort, Track
from program.columns import Base, enum_column
from program.mentors.models import Mentor


class FellowshipStage(StrEnum):
    """From application to completion."""

    APPLIED = "applied"
    SHORTLISTED = "shortlisted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    COMPLETED = "completed"
    DECLINED = "declined"
    WAITLISTED = "waitlisted"
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"


class AssignmentKind(StrEnum):
    """Whether a mentor leads or stands beside."""

    PRIMARY = "primary"
    CO = "co"


class Assignment(Base):
    """Ties a fellowship to a mentor from a day to a day, both included; no last day means still."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="dates"),
        Index(None, "mentor_id", "ends_on"),
        Index(None, "fellowship_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentor.id"))
    kind: Mapped[AssignmentKind] = mapped_column(enum_column(AssignmentKind), default=AssignmentKind.PRIMARY)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    mentor: Mapped[Mentor] = relationship()
    fellowship: Mapped["Fellowship"] = relationship(back_populates="assignments")

    def holds_on(self, day: date) -> bool:
        """Whether the assignment is in force on `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Fellowship(Base):
    """One fellow's place in one cohort."""

    __tablename__ = "fellowship"
    __table_args__ = (
        UniqueConstraint("account_id", "cohort_id"),
        Index(None, "cohort_id", "stage"),
        Index(None, "track_id", "stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    research_manager_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    project: Mapped[str] = mapped_column(String(200), default="")
    stage: Mapped[FellowshipStage] = mapped_column(
        enum_column(FellowshipStage), default=FellowshipStage.APPLIED
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    research_manager: Mapped[Account | None] = relationship(foreign_keys=research_manager_id)
    cohort: Mapped[Cohort] = relationship()
    track: Mapped[Track] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(back_populates="fellowship")

    @property
    def goes_on(self) -> bool:
        """Whether the fellow is in the programme: neither before it nor out of it, in a cohort that is not over."""
        return self.stage is FellowshipStage.ACTIVE and self.cohort.state not in OVER

    def people(self, now: datetime) -> People:
        """The fellow and, while it goes on, the mentors assigned on this day (UTC, as in the scoped queries) and
        the research manager.
        """
        owners = frozenset({self.account_id})
        if not self.goes_on:
            return People(owners=owners, goes_on=False)
        mentors = {a.mentor.account_id for a in self.assignments if a.holds_on(now.date())}
        return People(
            owners=owners,
            mentors=frozenset(m for m in mentors if m is not None),
            managers=frozenset({self.research_manager_id} if self.research_manager_id else set()),
        )
