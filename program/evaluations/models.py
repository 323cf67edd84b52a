"""When mentors are asked about their fellows, and what each said."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import People
from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.columns import Base, UtcDateTime, enum_column
from program.evaluations.rules import Answers, Moment
from program.evaluations.wording import WORDINGS, Dimension
from program.fellows.models import Fellowship
from program.reports.models import Report

__all__ = ["Evaluation", "EvaluationRound", "EvaluationScore", "Moment"]


class EvaluationRound(Base):
    """One time at which the mentors of a cohort are asked: from `opens_at` on, owed by `due_at`.

    One that is taken back leaves its number to no other: a page may still be open on it.
    """

    __tablename__ = "evaluation_round"
    __table_args__ = (
        UniqueConstraint("cohort_id", "moment"),
        CheckConstraint("opens_at < due_at", name="dates"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    moment: Mapped[Moment] = mapped_column(enum_column(Moment))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cohort: Mapped[Cohort] = relationship()

    def people(self, _now: datetime) -> People:
        """Nobody in particular: staff run it."""
        return People()


supporting_report = Table(
    "evaluation_report",
    Base.metadata,
    Column("evaluation_id", ForeignKey("evaluation.id"), primary_key=True),
    Column("report_id", ForeignKey("report.id"), primary_key=True, index=True),
)


class Evaluation(Base):
    """What one mentor says in a round about one fellow; a draft until `sent_at`.

    `wording` is the number of the words that were answered, `led` whether the author led the fellow when it was first
    sent, or stood beside. `version` counts saves, so that a second tab is told.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("round_id", "fellowship_id", "author_id"),
        Index(None, "fellowship_id"),
        Index(None, "author_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    wording: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    led: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    round: Mapped[EvaluationRound] = relationship()
    fellowship: Mapped[Fellowship] = relationship()
    author: Mapped[Account] = relationship()
    scores: Mapped[list["EvaluationScore"]] = relationship(cascade="all, delete-orphan")
    reports: Mapped[list[Report]] = relationship(secondary=supporting_report, order_by=Report.id)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What was asked, in the words that were answered."""
        return WORDINGS[self.wording]

    @property
    def answers(self) -> Answers:
        """What is kept of it."""
        return Answers(
            scores={one.dimension: one.score for one in self.scores if one.score is not None},
            evidence={one.dimension: one.evidence for one in self.scores},
            comment=self.comment,
            report_ids=frozenset(report.id for report in self.reports),
        )

    def stands(self, now: datetime) -> bool:
        """Whether it can no longer be corrected: it was sent, and its round has been due."""
        return self.sent_at is not None and now >= self.round.due_at

    def people(self, _now: datetime) -> People:
        """Its author: nobody else stands in a relation to it, the fellow least of all."""
        return People(owners=frozenset({self.author_id}))


class EvaluationScore(Base):
    """The score of one dimension, none while it is a draft, and what shows it."""

    __tablename__ = "evaluation_score"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 10", name="score"),)

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(40), primary_key=True)
    score: Mapped[int | None]
    evidence: Mapped[str] = mapped_column(Text, default="")
