"""The instrument, the times it is asked, who has answered; and, apart from that, what was answered."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import People
from program.cohorts.models import Cohort
from program.columns import Base, UtcDateTime, enum_column
from program.fellows.models import Fellowship


class SurveyMode(StrEnum):
    """Confidential: nobody but the fellow sees the answer. Named: staff see it."""

    CONFIDENTIAL = "confidential"
    NAMED = "named"


class WaveKind(StrEnum):
    """The moment of a fellowship at which a survey is asked."""

    APPLICATION = "application"
    INTAKE = "intake"
    MIDPOINT = "midpoint"
    EXIT = "exit"
    ALUMNI = "alumni"


class QuestionKind(StrEnum):
    """How a question is answered."""

    RANKING = "ranking"
    CHOICE = "choice"
    SCALE = "scale"


class WaveState(StrEnum):
    """A wave is planned, open, then closed for good."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class Survey(Base):
    """An instrument that a cohort is asked in one or more waves."""

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    mode: Mapped[SurveyMode] = mapped_column(enum_column(SurveyMode), default=SurveyMode.CONFIDENTIAL)
    cohort: Mapped[Cohort] = relationship()


class Questionnaire(Base):
    """One version of a survey's questions; a wave keeps the version it was opened with."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("survey_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    version: Mapped[int]
    survey: Mapped[Survey] = relationship()
    questions: Mapped[list["Question"]] = relationship(order_by="Question.position")


class Question(Base):
    """One question as data. `purpose` is shown with it and with its result.

    `options`: for a choice, key to wording; for a ranking, {"places": k} over the catalogue; for a scale,
    {"low": wording, "high": wording} from 0 to 10.
    """

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("questionnaire_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[QuestionKind] = mapped_column(enum_column(QuestionKind))
    prompt: Mapped[str] = mapped_column(String(300))
    help: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(String(300))
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Wave(Base):
    """One time a survey is asked."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("survey_id", "kind"),
        CheckConstraint("opens_at < closes_at", name="dates"),
        Index(None, "state", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    kind: Mapped[WaveKind] = mapped_column(enum_column(WaveKind))
    state: Mapped[WaveState] = mapped_column(enum_column(WaveState), default=WaveState.PLANNED)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    survey: Mapped[Survey] = relationship()
    questionnaire: Mapped[Questionnaire] = relationship()

    def takes_answers(self, now: datetime) -> bool:
        """Whether it can be answered at this moment: opened by staff, and neither closed by them nor past its end."""
        return self.state is WaveState.OPEN and now < self.closes_at

    def people(self, now: datetime) -> People:  # noqa: ARG002 - every guarded object is asked about a moment
        """Nobody in particular: staff run it, fellows answer through their participation."""
        return People()


class Participation(Base):
    """Whether one fellowship, on the wave's roster, has answered. Nothing here leads to the answer."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("wave_id", "fellowship_id"), Index(None, "fellowship_id", "answered"))

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    group: Mapped[str] = mapped_column("group_name", Text, key="group", default="")
    answered: Mapped[bool] = mapped_column(default=False)
    wave: Mapped[Wave] = relationship()
    fellowship: Mapped[Fellowship] = relationship()

    def people(self, now: datetime) -> People:  # noqa: ARG002 - likewise
        """Only the fellow: a mentor or research manager has no part in a survey."""
        return People(owners=frozenset({self.fellowship.account_id}))


class Response(Base):
    """One person's answers: no account, no time, a random key. `group_name` is the fixed group it counts in.

    `pseudonym` is keyed outside the database: with the key, and only with it, a person can come back to change
    the answer while the wave is open, and waves of one survey can be linked.
    """

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("wave_id", "pseudonym"), {"sqlite_with_rowid": False})

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    pseudonym: Mapped[str] = mapped_column(String(64))
    group: Mapped[str] = mapped_column("group_name", Text, key="group", default="")
    answers: Mapped[list["Answer"]] = relationship(cascade="all, delete-orphan")


class Answer(Base):
    """One place of a ranking (position 1 is first), one choice, or one number from 0 to 10."""

    __tablename__ = "answer"
    __table_args__ = (
        Index(None, "question_id", "organisation_id", "position"),
        Index(None, "question_id", "option"),
        {"sqlite_with_rowid": False},
    )

    response_key: Mapped[str] = mapped_column(ForeignKey("response.key"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    option: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[int | None]
