"""A story as it is read: chapters of reports, with nothing in them that their reader may not see. Not stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from program.attachments.models import Attachment
from program.fellows.models import Fellowship
from program.reports.models import Ask, PlanItem, Report, SectionKind
from program.reviews.models import Review


@dataclass(frozen=True, slots=True)
class Section:
    """A section that says something, as it was asked."""

    prompt: str
    kind: SectionKind
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One report as it was last sent, what became of its plan, its asks, the files that went with it, and the reviews
    that the reader may see.
    """

    report: Report
    version: int
    sent_at: datetime
    sections: Sequence[Section]
    plan: Sequence[PlanItem]
    asks: Sequence[Ask]
    files: Sequence[Attachment]
    reviews: Sequence[Review]

    @property
    def title(self) -> str:
        """The period: "Week 5"."""
        return title_of(self.report)


@dataclass(frozen=True, slots=True)
class Story:
    """The reports of a fellowship in their order: some chapters of `contents`, which names all."""

    fellowship: Fellowship
    contents: Sequence[Report]
    chapters: Sequence[Chapter]
    part: int = 1
    parts: int = 1
    only: Report | None = None
    """The one report that it is of, where it is not of all."""

    @property
    def name(self) -> str:
        """Whose it is."""
        return self.fellowship.account.name

    @property
    def title(self) -> str:
        """What it is called on paper: of one report, its period as well."""
        return f"{self.name}: {self.only.period.title}" if self.only else f"{self.name}: reports"


def title_of(report: Report) -> str:
    """A report's period as a heading."""
    title = report.period.title
    return title[:1].upper() + title[1:]
