"""The desk of a writer: a period, the report if it has been begun, and what stands in it so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from program.access import Actor, Permission, Relation
from program.authorship.modes import Audience, Writer, may_see_draft, may_type
from program.authorship.queries import mode_of_report
from program.cohorts.models import AuthorshipMode, ReportPeriod
from program.columns import AnySelect
from program.deadlines.lateness import Lateness, margins_of
from program.deadlines.models import Deadline
from program.deadlines.queries import granted, is_asked_of
from program.errors import ConflictError, NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import related, relations_of
from program.mentors.models import Mentor
from program.reports.models import Report, ReportState, ReportTemplate, Revision, TemplateSection
from program.reports.queries import has_opened
from program.reports.states import WRITABLE
from program.reports.templates import find_published, get_asked, get_template

ASKED_OTHERWISE = (
    "What this report asks for changed after this page was opened. Nothing was saved. What you typed is below: open "
    "the report again, and put it where it belongs now."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a writer has in front of them: a period, the report if it has been begun, and in which part they write."""

    fellowship: Fellowship
    period: ReportPeriod
    report: Report | None
    revision: Revision | None
    template: ReportTemplate
    mode: AuthorshipMode
    writer: Writer
    is_due: bool
    deadline: Deadline | None = None

    @property
    def version(self) -> int:
        """The save that this page shows."""
        return self.report.version if self.report else 0

    @property
    def text(self) -> dict[str, str]:
        """The text so far by section, and what was ticked off the plan before."""
        return {**self.revision.body, **self.revision.aside} if self.revision else {}

    def holds(self, body: Mapping[str, str]) -> bool:
        """Whether the text so far is this, as far as it goes."""
        return all(self.text.get(key, "") == text for key, text in body.items())

    @property
    def is_open(self) -> bool:
        """Whether the text can be changed at all."""
        return self.report is None or self.report.state in WRITABLE

    @property
    def handed_over(self) -> bool:
        """Whether the fellow can change what the research manager drafts."""
        report = self.report
        return self.is_due or (
            report is not None and bool(report.handed_over_at or report.first_submitted_at)
        )

    @property
    def may_send(self) -> bool:
        """Whether this writer can send it: the fellow, once it is theirs to change."""
        return self.writer is Writer.FELLOW and self.may_type(Audience.EVERYONE)

    def may_type(self, audience: Audience) -> bool:
        """Whether this writer types into sections that these people read."""
        return self.is_open and may_type(self.mode, audience, self.writer, handed_over=self.handed_over)

    @property
    def sections(self) -> list[TemplateSection]:
        """The sections that this writer sees."""
        sent = self.report is not None and self.report.state not in (ReportState.DRAFT, ReportState.RETURNED)
        return [one for one in self.template.sections if sent or may_see_draft(one.audience, self.writer)]

    @property
    def due_at(self) -> datetime:
        """When the report is due in truth: as the period says, or as was granted."""
        return (self.deadline.due_at if self.deadline else None) or self.period.due_at

    @property
    def is_excused(self) -> bool:
        """Whether no report is owed; it may be written all the same."""
        return self.deadline is not None and self.deadline.excused

    def lateness(self, at: datetime) -> Lateness:
        """How late it is, or would be if it were sent first at this moment; never, if the fellow is excused."""
        if self.is_excused:
            return Lateness.ON_TIME
        sent_at = self.report.first_submitted_at if self.report else None
        return margins_of(self.fellowship.cohort).lateness(self.due_at, sent_at or at)


def get_desk(actor: Actor, period_id: int, *, now: datetime, template_id: int | None = None) -> Desk:
    """The actor's own desk for a period that has opened, or that they have begun, with the template their page shows.

    Raises NotFoundError, and ConflictError if the report is not written with that one.
    """
    relations = relations_of(actor, Permission.REPORT_WRITE)
    row = _find(_own_desk(relations), actor, period_id, now=now)
    if row is None:
        raise NotFoundError("There is no report of yours to write here yet.")
    return _laid(row, Writer.FELLOW, now, template_id)


def get_coached_desk(
    actor: Actor, fellowship_id: int, period_id: int, *, now: datetime, template_id: int | None = None
) -> Desk:
    """The desk of a fellow whom the actor coaches, for a period that has opened. Raises what `get_desk` raises."""
    relations = relations_of(actor, Permission.REPORT_COACH)
    row = _find(_coached_desk(relations), actor, period_id, now=now, fellowship_id=fellowship_id)
    if row is None:
        raise NotFoundError("There is no report of a fellow of yours here yet.")
    return _laid(row, Writer.MANAGER, now, template_id)


def _find(query: AnySelect, actor: Actor, period_id: int, *, now: datetime, **which: int) -> Any:
    values = {"account_id": actor.id, "period_id": period_id, "now": now, "day": now.date(), **which}
    return db.session.execute(query, values).unique().first()


def _laid(row: Any, writer: Writer, now: datetime, template_id: int | None) -> Desk:
    fellowship, period, report, revision, mode, deadline = row
    template = get_template(report.template_id) if report else get_asked(period.template_id)
    if template_id is not None and template_id != template.id:
        template = _as_shown(template_id, template, begun=report is not None)
    is_due = ((deadline.due_at if deadline else None) or period.due_at) <= now
    return Desk(fellowship, period, report, revision, template, mode, writer, is_due, deadline)


def _as_shown(template_id: int, asked: ReportTemplate, *, begun: bool) -> ReportTemplate:
    """A report is begun with the version that its page showed, though a newer one is asked for meanwhile.

    Raises ConflictError if it was begun with another, or asks for something else altogether.
    """
    template = find_published(template_id)
    if begun or template is None or template.name != asked.name:
        raise ConflictError(ASKED_OTHERWISE)
    return template


@cache
def _own_desk(relations: frozenset[Relation]) -> AnySelect:
    return _desk(relations).where(Fellowship.account_id == bindparam("account_id"))


@cache
def _coached_desk(relations: frozenset[Relation]) -> AnySelect:
    return _desk(relations).where(Fellowship.id == bindparam("fellowship_id"))


def _desk(relations: frozenset[Relation]) -> AnySelect:
    on_desk = and_(Report.fellowship_id == Fellowship.id, Report.period_id == ReportPeriod.id)
    latest = and_(Revision.report_id == Report.id, Revision.number == Report.revision_number)
    theirs = related(relations, account_id=bindparam("account_id"), day=bindparam("day"))
    return (
        select(Fellowship, ReportPeriod, Report, Revision, mode_of_report(), Deadline)
        .join(ReportPeriod, and_(ReportPeriod.cohort_id == Fellowship.cohort_id, is_asked_of()))
        .outerjoin(Report, on_desk)
        .outerjoin(Revision, latest)
        .outerjoin(Deadline, granted())
        .where(ReportPeriod.id == bindparam("period_id"), has_opened(bindparam("now")), theirs)
        .options(
            joinedload(Fellowship.account),
            joinedload(Fellowship.cohort),
            joinedload(Fellowship.research_manager),
            joinedload(Fellowship.assignments)
            .joinedload(Assignment.mentor)
            .load_only(Mentor.account_id, Mentor.name),
            selectinload(Report.asks),
            selectinload(Report.plan),
            undefer(Revision.aside),
        )
    )
