"""Report templates, reports, their revisions and their asks."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from program.access import People
from program.accounts.models import Account
from program.authorship.modes import Audience
from program.cohorts.models import ReportPeriod
from program.columns import Base, UtcDateTime, enum_column
from program.deadlines.lateness import Lateness, margins_of
from program.deadlines.models import Deadline
from program.fellows.models import Fellowship


class SectionKind(StrEnum):
    """What is typed into a section: prose; one ask, plan item or link a line; a number from 0 to 10."""

    TEXT = "text"
    ASKS = "asks"
    PLAN = "plan"
    LINKS = "links"
    SCALE = "scale"


class Outcome(StrEnum):
    """What became of an item of a plan by the next report."""

    DONE = "done"
    MOVED = "moved"
    DROPPED = "dropped"


class ReportTemplate(Base):
    """The sections of a report, with a version: a report keeps the wording it was started with.

    A version without `published_at` is a draft, which no report uses; `saves` counts how often it was saved.
    `usual_since` is when staff chose the templates of this name for weekly reports; the latest choice counts.
    """

    __tablename__ = "report_template"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    saves: Mapped[int] = mapped_column(default=0)
    usual_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sections: Mapped[list["TemplateSection"]] = relationship(
        order_by="TemplateSection.position", back_populates="template"
    )


class TemplateSection(Base):
    """One section: its prompt, its help, whether it must be filled, how many words are a good length, who reads it."""

    __tablename__ = "template_section"
    __table_args__ = (UniqueConstraint("template_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("report_template.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    prompt: Mapped[str] = mapped_column(String(200))
    help: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[SectionKind] = mapped_column(enum_column(SectionKind), default=SectionKind.TEXT)
    required: Mapped[bool] = mapped_column(default=False)
    guide_words: Mapped[int | None]
    audience: Mapped[Audience] = mapped_column(enum_column(Audience), default=Audience.EVERYONE)
    template: Mapped[ReportTemplate] = relationship(back_populates="sections")


class ReportState(StrEnum):
    """Where a report stands between its fellow and its mentor."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


DECIDED = frozenset({ReportState.ACCEPTED, ReportState.RETURNED})
"""While none is decided, that is what its mentor owes."""


class Report(Base):
    """One fellowship's report for one period.

    `version` counts saves and reviews, so that whoever was slower is told; `revision_number` is the latest revision.
    `owed_at` is when the next step falls due, whoever owes it: the review of a submitted report, the mending of
    a returned one, the answers that an accepted one still waits for; None for a draft (the period says) and where
    nothing is owed. `handed_over_at` is when the research manager said that their draft is ready for the fellow, or
    when the fellow began to write in it.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("fellowship_id", "period_id"),
        Index(None, "period_id", "state"),
        Index(None, "state", "owed_at"),
        Index(None, "template_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("report_period.id"))
    template_id: Mapped[int] = mapped_column(ForeignKey("report_template.id"))
    state: Mapped[ReportState] = mapped_column(enum_column(ReportState), default=ReportState.DRAFT)
    version: Mapped[int] = mapped_column(default=0)
    revision_number: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fellowship: Mapped[Fellowship] = relationship()
    period: Mapped[ReportPeriod] = relationship()
    template: Mapped[ReportTemplate] = relationship()
    revisions: Mapped[list["Revision"]] = relationship(order_by="Revision.number", back_populates="report")
    asks: Mapped[list["Ask"]] = relationship(order_by="Ask.position", back_populates="report")
    plan: Mapped[list["PlanItem"]] = relationship(order_by="PlanItem.position", back_populates="report")
    deadline: Mapped[Deadline | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Report.fellowship_id) == Deadline.fellowship_id,
            foreign(Report.period_id) == Deadline.period_id,
        ),
        viewonly=True,
        uselist=False,
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    def people(self, now: datetime) -> People:
        """Whoever stands around its fellowship."""
        return self.fellowship.people(now)

    @property
    def due_at(self) -> datetime:
        """When it is due in truth: as its period says, or as was granted."""
        return (self.deadline.due_at if self.deadline else None) or self.period.due_at

    @property
    def lateness(self) -> Lateness:
        """How late it was first submitted; one that was not, or of which the fellow is excused, is on time."""
        if self.first_submitted_at is None or (self.deadline is not None and self.deadline.excused):
            return Lateness.ON_TIME
        return margins_of(self.fellowship.cohort).lateness(self.due_at, self.first_submitted_at)

    @property
    def late(self) -> bool:
        """Whether it is called late."""
        return self.lateness.is_late


class Revision(Base):
    """One saved version of a report's text by one author. Frozen once `submitted_at` is set.

    `body` is the text for everyone, by the key of its section. What is not for everyone is in `aside`, which a query
    gets only if it asks for it: the sections for the research manager, and what was ticked off the plan before.
    `words` and `fellow_words` are how many words of a sent body are new, and how many of these are the fellow's;
    None until they are counted.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("report_id", "number"), Index(None, "words", "submitted_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    body: Mapped[dict[str, str]] = mapped_column(JSON)
    aside: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, deferred=True)
    words: Mapped[int | None]
    fellow_words: Mapped[int | None]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report: Mapped[Report] = relationship(back_populates="revisions")
    author: Mapped[Account] = relationship()


class Ask(Base):
    """A question or request to the mentor; open until it is answered."""

    __tablename__ = "ask"
    __table_args__ = (Index(None, "report_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    report: Mapped[Report] = relationship(back_populates="asks")
    answered_by: Mapped[Account | None] = relationship()


class PlanItem(Base):
    """Something that a report plans until the next one, which says what became of it."""

    __tablename__ = "plan_item"
    __table_args__ = (Index(None, "report_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    report: Mapped[Report] = relationship(back_populates="plan")
