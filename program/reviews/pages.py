"""All that the page of a report shows, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from program.access import Permission, can
from program.accounts.models import Account
from program.answering.forms import AnswersOnlyForm, asks_form
from program.answering.services import open_asks
from program.commenting.queries import Apart, find_apart
from program.history.queries import Entry, list_history
from program.reports.models import DECIDED, Ask, Report, ReportState, Revision, SectionKind
from program.reports.queries import find_previous, get_report, submitted_revisions
from program.reviews.differences import SectionChange, section_changes
from program.reviews.forms import ReviewForm, as_data, review_form
from program.reviews.given import Given, find_draft, list_given
from program.reviews.models import ReviewDraft, Verdict
from program.reviews.queries import Place, find_place


@dataclass(frozen=True)
class ReportPage:
    """A report as one reader has it before them."""

    reader: Account
    now: datetime
    report: Report
    revisions: Sequence[Revision]
    """Those that were sent, the latest first."""
    given: Sequence[Given]
    previous: tuple[Report, Revision] | None
    history: Sequence[Entry]

    @property
    def latest(self) -> Revision:
        """The version that is read."""
        return self.revisions[0]

    @cached_property
    def may_review(self) -> bool:
        """Whether the reader mentors this fellow today."""
        return can(self.reader, Permission.REVIEW_WRITE, self.report, now=self.now)

    @cached_property
    def has_answered(self) -> bool:
        """Whether the reader has answered this version."""
        own = (one.review for one in self.given if one.review.author_id == self.reader.id)
        return any(review.revision_id == self.latest.id for review in own)

    @cached_property
    def apart(self) -> Apart | None:
        """What is between the fellow and their research manager, if the reader is one of the two."""
        return find_apart(self.reader, self.report, now=self.now)

    @property
    def waits(self) -> bool:
        """Whether the reader can decide it."""
        return self.may_review and self.report.state is ReportState.SUBMITTED

    @property
    def may_comment(self) -> bool:
        """Whether another has decided it, and the reader can say something beside that."""
        return self.may_review and self.report.state in DECIDED and not self.has_answered

    @property
    def has_place(self) -> bool:
        """Whether there is a place for the reader to answer."""
        return self.waits or self.may_comment

    @property
    def may_mend(self) -> bool:
        """Whether the reader is to write it anew."""
        returned = self.report.state is ReportState.RETURNED
        return returned and can(self.reader, Permission.REPORT_WRITE, self.report, now=self.now)

    @cached_property
    def asks(self) -> list[Ask]:
        """The open asks that are answered with a decision: the report's, and those of the one before."""
        before = open_asks(self.previous[0]) if self.previous else []
        return [*before, *open_asks(self.report)] if self.waits else []

    @cached_property
    def promised(self) -> list[str]:
        """What the report before plans until this one, by its sections for that."""
        if self.previous is None:
            return []
        before, revision = self.previous
        keys = [one.key for one in before.template.sections if one.kind is SectionKind.PLAN]
        return [text for key in keys if (text := revision.body.get(key))]

    @cached_property
    def place(self) -> Place | None:
        """Where it stands in the reader's queue."""
        return find_place(self.reader, self.report.id, now=self.now) if self.waits else None

    @cached_property
    def draft(self) -> ReviewDraft | None:
        """What the reader has typed; not for somebody who only looks at the site as they see it."""
        if not self.has_place or getattr(self.reader, "seen_by", None):
            return None
        return find_draft(self.report.id, author_id=self.reader.id)

    @property
    def verdict(self) -> Verdict | None:
        """What the form is to be checked for, before a button says it."""
        return None if self.waits else Verdict.COMMENT

    def form(self, typed: dict[str, Any] | None = None) -> ReviewForm | None:
        """The place to answer, with what was typed into it, else with the draft; None for who has none."""
        if not self.has_place:
            return None
        kept = typed if typed is not None else self.draft.typed if self.draft else {}
        version = self.draft.version if self.draft else 0
        data = as_data(kept, revision=self.latest.number, version=version)
        return review_form(self.report, self.asks, verdict=None)(formdata=None, data=data)

    def left_over(self, typed: dict[str, Any] | None) -> list[str]:
        """Answers in this text, else in the draft, to asks that are no longer open."""
        kept = typed if typed is not None else self.draft.typed if self.draft else {}
        known = {str(ask.id) for ask in self.asks}
        return [text for ask, text in kept.get("answers", {}).items() if ask not in known]

    def asks_form(self) -> AnswersOnlyForm | None:
        """The place to answer what is still open, where it is not answered with a decision."""
        asks = [] if self.waits else open_asks(self.report)
        if not asks or not can(self.reader, Permission.ASK_ANSWER, self.report, now=self.now):
            return None
        return asks_form(asks)(formdata=None)

    def changes(self, number: int | None) -> tuple[Revision, list[SectionChange]] | None:
        """What the latest version changed since that of this number; None if there is none."""
        before = next((one for one in self.revisions[1:] if one.number == number), None)
        if before is None:
            return None
        return before, section_changes(self.report.template.sections, before.body, self.latest.body)


def open_page(reader: Account, report_id: int, *, now: datetime) -> ReportPage:
    """The page of a report that the reader may read. Raises NotFoundError."""
    report = get_report(reader, report_id, now=now)
    return ReportPage(
        reader=reader,
        now=now,
        report=report,
        revisions=submitted_revisions(report.id),
        given=list_given(report, reader=reader, now=now),
        previous=find_previous(report.fellowship_id, report.period),
        history=list_history(reader, "report", report.id),
    )
