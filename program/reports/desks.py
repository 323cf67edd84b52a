"""The desk of a writer: a period, the report if it has been begun, and what stands in it so far."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from program.access import Actor, Permission, Relation
from program.authorship.queries import mode_of_report
from program.cohorts.models import AuthorshipMode, ReportPeriod
from program.columns import AnySelect
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import related, relations_of
from program.reports.models import Report, ReportTemplate, Revision


@dataclass(frozen=True, slots=True)
class Desk:
    """What a writer has in front of them: a period of theirs, and the report if it has been begun."""

    fellowship: Fellowship
    period: ReportPeriod
    report: Report | None
    revision: Revision | None
    template: ReportTemplate
    mode: AuthorshipMode

    @property
    def version(self) -> int:
        """The save that this page shows."""
        return self.report.version if self.report else 0

    @property
    def body(self) -> dict[str, str]:
        """The text so far."""
        return self.revision.body if self.revision else {}


def get_desk(actor: Actor, period_id: int, *, now: datetime) -> Desk:
    """The actor's own desk for a period that has opened. Raises NotFoundError."""
    values = {"account_id": actor.id, "period_id": period_id, "now": now, "day": now.date()}
    row = db.session.execute(_desk(relations_of(actor, Permission.REPORT_WRITE)), values).unique().first()
    if row is None:
        raise NotFoundError("There is no report of yours to write here yet.")
    fellowship, period, report, revision, mode = row
    template = get_template(report.template_id if report else None)
    return Desk(fellowship, period, report, revision, template, mode)


@cache
def _desk(relations: frozenset[Relation]) -> AnySelect:
    on_desk = and_(Report.fellowship_id == Fellowship.id, Report.period_id == ReportPeriod.id)
    latest = and_(Revision.report_id == Report.id, Revision.number == Report.revision_number)
    mine = related(relations, account_id=bindparam("account_id"), day=bindparam("day"))
    return (
        select(Fellowship, ReportPeriod, Report, Revision, mode_of_report())
        .join(ReportPeriod, ReportPeriod.cohort_id == Fellowship.cohort_id)
        .outerjoin(Report, on_desk)
        .outerjoin(Revision, latest)
        .where(ReportPeriod.id == bindparam("period_id"), ReportPeriod.opens_at <= bindparam("now"), mine)
        .options(
            joinedload(Fellowship.cohort),
            joinedload(Fellowship.assignments).joinedload(Assignment.mentor),
            selectinload(Report.asks),
        )
    )


def get_template(template_id: int | None) -> ReportTemplate:
    """The template with this id, else the newest version. Raises NotFoundError."""
    newest = (
        select(ReportTemplate.id).order_by(ReportTemplate.version.desc(), ReportTemplate.id.desc()).limit(1)
    )
    query = select(ReportTemplate).where(ReportTemplate.id == (template_id or newest.scalar_subquery()))
    template = db.session.scalars(query.options(joinedload(ReportTemplate.sections))).unique().first()
    if template is None:
        raise NotFoundError(
            "There is no report template: an administrator makes one with `fellowship prepare`."
        )
    return template
