"""One run of the programme: its phases, its tracks and its report calendar."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Constraint, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import People
from program.clock import ANYWHERE_ON_EARTH
from program.cohorts.periods import PeriodKind, report_for, title_of
from program.cohorts.states import OVER, CohortState
from program.cohorts.working import after_working_days
from program.columns import Base, UtcDateTime, enum_column

__all__ = ["OVER", "AuthorshipMode", "Break", "BreakEffect", "Cohort", "CohortState", "Phase"]
__all__ += ["PeriodKind", "ReportPeriod", "Track", "TrackGroup"]


class AuthorshipMode(StrEnum):
    """Who writes the report in a phase."""

    MANAGER_DRAFTS = "manager_drafts"
    TOGETHER = "together"
    FELLOW_WRITES = "fellow_writes"


class BreakEffect(StrEnum):
    """What becomes of a deadline that falls into a break: it waits for the first day after it, or is left out."""

    SHIFT = "shift"
    SKIP = "skip"


class Cohort(Base):
    """One run of the programme. Days are in its zone; `review_days` is the review target in working days.

    A report is not called late before `grace_hours` after its deadline, and very late from `very_late_days` on. Twelve
    hours and seven days are the programme's own: the morning after, and the next week's deadline.

    With `anywhere_on_earth`, a deadline is over when its time has come everywhere, and no earlier.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="dates"),
        Index(None, "starts_on", "id"),
        Index(None, "state", "starts_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[CohortState] = mapped_column(enum_column(CohortState), default=CohortState.PLANNING)
    anywhere_on_earth: Mapped[bool] = mapped_column(default=False)
    review_days: Mapped[int] = mapped_column(default=3)
    grace_hours: Mapped[int] = mapped_column(default=12)
    very_late_days: Mapped[int] = mapped_column(default=7)
    phases: Mapped[list["Phase"]] = relationship(back_populates="cohort", order_by="Phase.starts_on")
    tracks: Mapped[list["Track"]] = relationship(back_populates="cohort", order_by="Track.position")
    groups: Mapped[list["TrackGroup"]] = relationship(back_populates="cohort", order_by="TrackGroup.id")
    breaks: Mapped[list["Break"]] = relationship(back_populates="cohort", order_by="Break.starts_on")
    periods: Mapped[list["ReportPeriod"]] = relationship(
        back_populates="cohort",
        order_by="(ReportPeriod.due_at, ReportPeriod.id)",
        primaryjoin="and_(Cohort.id == ReportPeriod.cohort_id, ReportPeriod.fellowship_id.is_(None))",
    )
    """What all of it report on, in the order of the deadlines; what one fellow is asked for is not among them."""

    @property
    def weeks(self) -> list["ReportPeriod"]:
        """Those of its calendar, which its phases make."""
        return [period for period in self.periods if period.kind is PeriodKind.WEEKLY]

    @property
    def deadline_zone(self) -> str:
        """The zone that its deadlines' times of day are in."""
        return ANYWHERE_ON_EARTH if self.anywhere_on_earth else self.time_zone

    def owed_after(self, instant: datetime) -> datetime:
        """When an answer falls due that is asked for at this instant: a review, or the mending of a report."""
        return after_working_days(instant, self.review_days, zone_name=self.time_zone, breaks=self.breaks)

    def people(self, _now: datetime) -> People:
        """Nobody in particular: staff run it."""
        return People()


class Phase(Base):
    """A stretch of a cohort (training, research, extension) with its own cadence and authorship.

    Reports are due on `weekday` (Monday is 0) at wall-clock time `due_time` in the zone of the cohort's deadlines.
    """

    __tablename__ = "phase"
    __table_args__ = (CheckConstraint("starts_on < ends_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cadence_weeks: Mapped[int] = mapped_column(default=1)
    weekday: Mapped[int] = mapped_column(default=4)
    due_time: Mapped[time] = mapped_column(default=time(17))
    authorship: Mapped[AuthorshipMode] = mapped_column(
        enum_column(AuthorshipMode), default=AuthorshipMode.FELLOW_WRITES
    )
    cohort: Mapped[Cohort] = relationship(back_populates="phases")


class Break(Base):
    """Days on which no report falls due, both included: a holiday, a conference week."""

    __tablename__ = "cohort_break"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    effect: Mapped[BreakEffect] = mapped_column(enum_column(BreakEffect), default=BreakEffect.SHIFT)
    cohort: Mapped[Cohort] = relationship(back_populates="breaks")


class Targeted:
    """What has a target in its cohort: shares of the cohort's fellows, 0 to 1."""

    target_min: Mapped[float] = mapped_column(default=0.0)
    target_aim: Mapped[float]
    target_max: Mapped[float] = mapped_column(default=1.0)


def _one_of_a_name_with_a_target() -> tuple[Constraint, ...]:
    return (
        UniqueConstraint("cohort_id", "name"),
        CheckConstraint("0 <= target_min AND target_min <= target_aim", name="min"),
        CheckConstraint("target_aim <= target_max AND target_max <= 1", name="max"),
    )


class Track(Targeted, Base):
    """A research track of a cohort."""

    __tablename__ = "track"
    __table_args__ = _one_of_a_name_with_a_target()

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(80))
    cohort: Mapped[Cohort] = relationship(back_populates="tracks")


track_group_member = Table(
    "track_group_member",
    Base.metadata,
    Column("group_id", ForeignKey("track_group.id"), primary_key=True),
    Column("track_id", ForeignKey("track.id"), primary_key=True, index=True),
)


class TrackGroup(Targeted, Base):
    """Tracks that carry a target together."""

    __tablename__ = "track_group"
    __table_args__ = _one_of_a_name_with_a_target()

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    name: Mapped[str] = mapped_column(String(80))
    cohort: Mapped[Cohort] = relationship(back_populates="groups")
    tracks: Mapped[list[Track]] = relationship(secondary=track_group_member, order_by="Track.position")


class ReportPeriod(Base):
    """What a report is asked for on: from `opens_at` it can be written, at `due_at` it is owed.

    The weekly ones are slots of the cohort's calendar, numbered. The others staff set up beside it, for all of the
    cohort or for one fellowship; `called` is what staff call such a one, empty if its kind says it, and `template_id`
    the template that it asks for, None for the usual one.
    """

    __tablename__ = "report_period"
    __table_args__ = (
        UniqueConstraint("cohort_id", "number"),
        CheckConstraint("opens_at < due_at", name="dates"),
        CheckConstraint("(kind = 'weekly') = (number IS NOT NULL)", name="numbered"),
        Index(None, "cohort_id", "due_at"),
        Index(None, "due_at"),
        Index(None, "fellowship_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"))
    number: Mapped[int | None]
    kind: Mapped[PeriodKind] = mapped_column(enum_column(PeriodKind), default=PeriodKind.WEEKLY)
    called: Mapped[str] = mapped_column(String(60), default="")
    fellowship_id: Mapped[int | None] = mapped_column(ForeignKey("fellowship.id"))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("report_template.id"))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cohort: Mapped[Cohort] = relationship(back_populates="periods")
    phase: Mapped[Phase] = relationship()

    @property
    def title(self) -> str:
        """The period in a word or two: "week 5", "midterm"."""
        return title_of(self.kind, self.number, self.called)

    @property
    def report_name(self) -> str:
        """The report for it, inside a sentence: "report for week 5", "midterm report"."""
        return report_for(self.title)
