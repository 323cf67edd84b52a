"""A fellow's place in a cohort, and the mentors tied to it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from program.access import People
from program.accounts.models import Account
from program.cohorts.models import OVER, Cohort, Track
from program.columns import Base, UtcDateTime, enum_column, folded_column
from program.folding import fold
from program.mentors.models import Mentor
from program.names.keeping import found_by
from program.names.models import Kind


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

    @property
    def on_record(self) -> dict[str, str | None]:
        """Its days as the record of what was done says them."""
        return {"from": self.starts_on.isoformat(), "to": self.ends_on.isoformat() if self.ends_on else None}

    def holds_on(self, day: date) -> bool:
        """Whether the assignment is in force on `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@found_by(Kind.PROJECT)
class Fellowship(Base):
    """One fellow's place in one cohort.

    Who stands on two tracks does so with `track_weight` per cent on `track` and the rest on `second_track`.
    `folded` is the project as it is looked for.
    """

    __tablename__ = "fellowship"
    __table_args__ = (
        UniqueConstraint("account_id", "cohort_id"),
        Index(None, "cohort_id", "stage"),
        Index(None, "track_id", "stage"),
        CheckConstraint("track_weight BETWEEN 1 AND 100", name="weight"),
        CheckConstraint("(second_track_id IS NULL) = (track_weight = 100)", name="second_track"),
        CheckConstraint("second_track_id IS NULL OR second_track_id <> track_id", name="two_tracks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    second_track_id: Mapped[int | None] = mapped_column(ForeignKey("track.id"), index=True)
    track_weight: Mapped[int] = mapped_column(default=100)
    research_manager_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    project: Mapped[str] = mapped_column(String(200), default="")
    folded: Mapped[str] = mapped_column(folded_column(800), default="")
    stage: Mapped[FellowshipStage] = mapped_column(
        enum_column(FellowshipStage), default=FellowshipStage.APPLIED
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    research_manager: Mapped[Account | None] = relationship(foreign_keys=research_manager_id)
    cohort: Mapped[Cohort] = relationship()
    track: Mapped[Track] = relationship(foreign_keys=track_id)
    second_track: Mapped[Track | None] = relationship(foreign_keys=second_track_id)
    assignments: Mapped[list[Assignment]] = relationship(back_populates="fellowship")
    leaves: Mapped[list["Leave"]] = relationship(back_populates="fellowship", order_by="Leave.starts_on")
    steps: Mapped[list["FellowshipStep"]] = relationship(
        back_populates="fellowship", order_by="FellowshipStep.id"
    )

    @validates("project")
    def _fold(self, _key: str, project: str) -> str:
        self.folded = fold(project)
        return project

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


class FellowshipStep(Base):
    """One step of a fellowship: from which stage (None: from nowhere) to which, when, by whom and why."""

    __tablename__ = "fellowship_step"
    __table_args__ = (Index(None, "fellowship_id", "id"), Index(None, "at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    from_stage: Mapped[FellowshipStage | None] = mapped_column(enum_column(FellowshipStage))
    to_stage: Mapped[FellowshipStage] = mapped_column(enum_column(FellowshipStage))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    fellowship: Mapped[Fellowship] = relationship(back_populates="steps")
    by: Mapped[Account | None] = relationship()


class Leave(Base):
    """Days on which a fellow is away, both included: what would fall due on them is not owed."""

    __tablename__ = "fellow_leave"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        Index(None, "fellowship_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    fellowship: Mapped[Fellowship] = relationship(back_populates="leaves")


class Handover(Base):
    """One research manager hands a fellow over to another on a day, with a note that fellows do not see."""

    __tablename__ = "handover"
    __table_args__ = (Index(None, "fellowship_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    from_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    day: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    fellowship: Mapped[Fellowship] = relationship()
    from_manager: Mapped[Account | None] = relationship(foreign_keys=from_id)
    to_manager: Mapped[Account | None] = relationship(foreign_keys=to_id)
