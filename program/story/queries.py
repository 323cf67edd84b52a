"""Reading a story: a constant number of queries, however long it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from program.access import Actor, Permission
from program.attachments.models import Attachment
from program.attachments.queries import sent_with
from program.cohorts.models import ReportPeriod
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import get_fellowship
from program.reports.models import Ask, Report, ReportTemplate, Revision
from program.reports.queries import get_report, was_sent_last
from program.reviews.models import Review
from program.reviews.several import reviews_of_all
from program.story.models import Chapter, Section, Story

_WORDING = joinedload(Report.template).selectinload(ReportTemplate.sections)
ON_A_PAGE = 8
"""Reports of a page."""


def get_story(actor: Actor, fellowship_id: int, *, now: datetime, part: int | None = None) -> Story:
    """What the fellow sent, all of it or one part, as far as the actor may read it. Raises NotFoundError."""
    fellowship = get_fellowship(actor, fellowship_id, Permission.REPORT_READ, now=now)
    contents = _contents(fellowship)
    parts = max(1, -(-len(contents) // ON_A_PAGE))
    number = min(max(part or 1, 1), parts)
    shown = contents if part is None else contents[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    return Story(fellowship, contents, _chapters(shown, actor, now=now), number, parts)


def get_chapter(actor: Actor, report_id: int, *, now: datetime) -> Story:
    """A story of one report. Raises NotFoundError."""
    report = get_report(actor, report_id, now=now)
    return Story(report.fellowship, [report], _chapters([report], actor, now=now), only=report)


def _contents(fellowship: Fellowship) -> Sequence[Report]:
    query = (
        select(Report)
        .join(Report.period)
        .where(Report.fellowship_id == fellowship.id, Report.submitted_at.is_not(None))
        .order_by(ReportPeriod.due_at, ReportPeriod.id)
    )
    loads = (contains_eager(Report.period), joinedload(Report.deadline), _WORDING)
    return db.session.scalars(query.options(*loads)).unique().all()


def _chapters(reports: Sequence[Report], actor: Actor, *, now: datetime) -> list[Chapter]:
    if not reports:
        return []
    texts, asked = _revisions(reports), _with_items(reports)
    beside, given = sent_with(texts.values()), reviews_of_all(reports, reader=actor, now=now)
    return [
        _chapter(asked[key], texts[key], beside.get(key, []), given.get(key, []))
        for key in (report.id for report in reports)
    ]


def _chapter(
    report: Report, revision: Revision, files: Sequence[Attachment], reviews: Sequence[Review]
) -> Chapter:
    sections = [
        Section(section.prompt, section.kind, text)
        for section in report.template.sections
        if (text := revision.body.get(section.key, ""))
    ]
    sent_at = revision.submitted_at or revision.saved_at
    return Chapter(report, revision.number, sent_at, sections, report.plan, report.asks, files, reviews)


def _revisions(reports: Sequence[Report]) -> Mapping[int, Revision]:
    """What was sent last, by the report."""
    ids = [report.id for report in reports]
    query = select(Revision).where(Revision.report_id.in_(ids), was_sent_last())
    return {revision.report_id: revision for revision in db.session.scalars(query)}


def _with_items(reports: Sequence[Report]) -> Mapping[int, Report]:
    """The same reports with their asks and their plans."""
    query = select(Report).where(Report.id.in_([report.id for report in reports]))
    loads = (selectinload(Report.asks).joinedload(Ask.answered_by), selectinload(Report.plan))
    return {report.id: report for report in db.session.scalars(query.options(*loads))}
