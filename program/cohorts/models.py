"""One run of the programme: its phases, its tracks and its report calendar."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.columns import Base, UtcDateTime, enum_column


class CohortState(StrEnum):
    """How far a cohort is."""

    PLANNING = "planning"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    ARCHIVED = "archived"


OVER = (CohortState.CLOSED, CohortState.ARCHIVED)
"""What is over: its fellows only read, and nobody else's access by a relation lasts."""


class AuthorshipMode(StrEnum):
    """Who writes the report in a phase."""

    MANAGER_DRAFTS = "manager_drafts"
    TOGETHER = "together"
    FELLOW_WRITES = "fellow_writes"


class Cohort(Base):
    """One run of the programme. Days are in its zone; `review_days` is the review target in days."""

    __tablename__ = "cohort"
    __table_args__ = (CheckConstraint("starts_on < ends_on", name="dates"), Index(None, "starts_on", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[CohortState] = mapped_column(enum_column(CohortState), default=CohortState.RUNNING)
    review_days: Mapped[int] = mapped_column(default=3)
    phases: Mapped[list["Phase"]] = relationship(back_populates="cohort", order_by="Phase.starts_on")
    tracks: Mapped[list["Track"]] = relationship(back_populates="cohort", order_by="Track.position")
    periods: Mapped[list["ReportPeriod"]] = relationship(
        back_populates="cohort", order_by="ReportPeriod.number"
    )


class Phase(Base):
    """A stretch of a cohort (training, research, extension) with its own cadence and authorship."""

    __tablename__ = "phase"
    __table_args__ = (CheckConstraint("starts_on < ends_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cadence_weeks: Mapped[int] = mapped_column(default=1)
    authorship: Mapped[AuthorshipMode] = mapped_column(
        enum_column(AuthorshipMode), default=AuthorshipMode.FELLOW_WRITES
    )
    cohort: Mapped[Cohort] = relationship(back_populates="phases")


class Track(Base):
    """A research track of a cohort. Targets are shares of its fellows, 0 to 1."""

    __tablename__ = "track"
    __table_args__ = (
        UniqueConstraint("cohort_id", "name"),
        CheckConstraint("0 <= target_min AND target_min <= target_aim", name="min"),
        CheckConstraint("target_aim <= target_max AND target_max <= 1", name="max"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(80))
    target_min: Mapped[float] = mapped_column(default=0.0)
    target_aim: Mapped[float]
    target_max: Mapped[float] = mapped_column(default=1.0)
    cohort: Mapped[Cohort] = relationship(back_populates="tracks")


class ReportPeriod(Base):
    """One slot of the report calendar: from `opens_at` a report can be written, at `due_at` it is owed."""

    __tablename__ = "report_period"
    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint("opens_at < due_at", name="dates"),
        Index(None, "cohort_id", "due_at"),
        Index(None, "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"))
    number: Mapped[int]
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cohort: Mapped[Cohort] = relationship(back_populates="periods")
    phase: Mapped[Phase] = relationship()
