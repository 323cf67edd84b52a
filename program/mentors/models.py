"""The mentor pool, and each mentor's part in a cohort."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from program.access import People
from program.accounts.models import Account
from program.cohorts.models import Cohort, Track
from program.columns import Base, UtcDateTime, enum_column, folded_column
from program.folding import fold
from program.names.keeping import found_by
from program.names.models import Kind
from program.organisations.models import Organisation


class EngagementStage(StrEnum):
    """The steps of the mentor funnel."""

    IDENTIFIED = "identified"
    CONTACTED = "contacted"
    INTERESTED = "interested"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@found_by(Kind.MENTOR)
class Mentor(Base):
    """A person in the mentor pool; has an account from the day they are invited to sign in.

    `links` are one a line; `notes` are for staff alone; `folded` is the name as it is looked for and sorted by.
    """

    __tablename__ = "mentor"
    __table_args__ = (Index(None, "folded", "id"), Index(None, "organisation_id", "folded", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(folded_column(480))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    expertise: Mapped[str] = mapped_column(Text, default="")
    links: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    account: Mapped[Account | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    absences: Mapped[list["MentorAbsence"]] = relationship(
        back_populates="mentor", order_by="MentorAbsence.starts_on"
    )

    @validates("name")
    def _fold(self, _key: str, name: str) -> str:
        self.folded = fold(name)
        return name

    def people(self, _now: datetime) -> People:
        """Nobody in particular: staff keep the pool, and its notes are not for the mentor."""
        return People()


class MentorAbsence(Base):
    """Days on which a mentor is not there, both included."""

    __tablename__ = "mentor_absence"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        Index(None, "mentor_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentor.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    mentor: Mapped[Mentor] = relationship(back_populates="absences")


class Engagement(Base):
    """A mentor's stage and seats (the fewest they would take, how many they want, and were given) in one cohort.

    `next_step` is what `owner` is to do next, by the end of the day `next_step_on`; `next_step_due_at` is that end
    in the zone of the cohort's deadlines, as an instant, so that both databases can ask for it.
    """

    __tablename__ = "engagement"
    __table_args__ = (
        UniqueConstraint("mentor_id", "cohort_id"),
        Index(None, "cohort_id", "track_id", "stage"),
        Index(None, "cohort_id", "stage", "id"),
        Index(None, "track_id", "stage"),
        Index(None, "stage", "mentor_id"),
        Index(None, "owner_id", "next_step_due_at"),
        Index(None, "next_step_due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentor.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    stage: Mapped[EngagementStage] = mapped_column(
        enum_column(EngagementStage), default=EngagementStage.IDENTIFIED
    )
    stage_since: Mapped[datetime] = mapped_column(UtcDateTime)
    seats_min: Mapped[int] = mapped_column(default=0)
    seats_wanted: Mapped[int] = mapped_column(default=0)
    seats_granted: Mapped[int] = mapped_column(default=0)
    next_step: Mapped[str] = mapped_column(String(200), default="")
    next_step_on: Mapped[date | None]
    next_step_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    mentor: Mapped[Mentor] = relationship()
    cohort: Mapped[Cohort] = relationship()
    track: Mapped[Track] = relationship()
    owner: Mapped[Account | None] = relationship()
    steps: Mapped[list["EngagementStep"]] = relationship(
        back_populates="engagement", order_by="EngagementStep.id"
    )

    def people(self, _now: datetime) -> People:
        """Nobody in particular: staff recruit."""
        return People()


class EngagementStep(Base):
    """One step of the funnel: from which stage (None: from nowhere) to which, when, by whom and why."""

    __tablename__ = "engagement_step"
    __table_args__ = (Index(None, "engagement_id", "id"), Index(None, "at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    from_stage: Mapped[EngagementStage | None] = mapped_column(enum_column(EngagementStage))
    to_stage: Mapped[EngagementStage] = mapped_column(enum_column(EngagementStage))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    engagement: Mapped[Engagement] = relationship(back_populates="steps")
    by: Mapped[Account | None] = relationship()
