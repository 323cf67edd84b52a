"""The mentor pool, and each mentor's part in a cohort."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.cohorts.models import Cohort, Track
from program.columns import Base, UtcDateTime, enum_column
from program.organisations.models import Organisation


class EngagementStage(StrEnum):
    """The steps of the mentor funnel."""

    IDENTIFIED = "identified"
    CONTACTED = "contacted"
    INTERESTED = "interested"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Mentor(Base):
    """A person in the mentor pool; has an account from the day they are invited to sign in."""

    __tablename__ = "mentor"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    account: Mapped[Account | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Engagement(Base):
    """A mentor's stage and seats (fellows they would take, and were given) in one cohort."""

    __tablename__ = "engagement"
    __table_args__ = (
        UniqueConstraint("mentor_id", "cohort_id"),
        Index(None, "cohort_id", "track_id", "stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentor.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    stage: Mapped[EngagementStage] = mapped_column(
        enum_column(EngagementStage), default=EngagementStage.IDENTIFIED
    )
    stage_since: Mapped[datetime] = mapped_column(UtcDateTime)
    seats_wanted: Mapped[int] = mapped_column(default=0)
    seats_granted: Mapped[int] = mapped_column(default=0)
    mentor: Mapped[Mentor] = relationship()
    cohort: Mapped[Cohort] = relationship()
    track: Mapped[Track] = relationship()
