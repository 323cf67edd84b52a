"""The reports of one fellow as their research manager has them: how they are written, and how the fellow is."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, undefer

from program.access import Actor, Permission
from program.authorship.modes import WRITERS, Audience
from program.authorship.queries import mode_of_report
from program.cohorts.models import AuthorshipMode, ReportPeriod
from program.deadlines.queries import is_asked_of
from program.fellows.models import Fellowship
from program.fellows.queries import get_fellowship
from program.paging import Page, page_of
from program.reports.models import Report, ReportTemplate, Revision, SectionKind
from program.reports.queries import has_opened


class CoachedPeriod(NamedTuple):
    """A period of the fellow with its report, the version that was sent last, and the mode it is written in."""

    period: ReportPeriod
    report: Report | None
    sent: Revision | None
    mode: AuthorshipMode

    @property
    def writers(self) -> str:
        """Who writes it, in words."""
        return WRITERS[self.mode]

    @property
    def how(self) -> int | None:
        """What the fellow said to their research manager alone, on the first scale of the report for that."""
        sections = self.report.template.sections if self.report and self.sent else ()
        scales = [s for s in sections if s.kind is SectionKind.SCALE and s.audience is Audience.MANAGER]
        said = self.sent.aside.get(scales[0].key) if self.sent and scales else None
        return int(said) if said else None

    @property
    def bar(self) -> dict[str, str | int | None]:
        """It as it is drawn."""
        text = f"{self.how} of 10" if self.how is not None else "not said"
        return {"label": self.period.title, "value": self.how, "text": text}


def list_coached_periods(
    actor: Actor, fellowship_id: int, *, now: datetime, cursor: str | None, size: int = 30
) -> tuple[Fellowship, Page[CoachedPeriod]]:
    """The periods that have opened of a fellow whom the actor coaches, the latest first. Raises NotFoundError."""
    fellowship = get_fellowship(actor, fellowship_id, Permission.REPORT_COACH, now=now)
    theirs = and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id)
    query = (
        select(ReportPeriod, Report, Revision, mode_of_report())
        .join(Fellowship, Fellowship.cohort_id == ReportPeriod.cohort_id)
        .outerjoin(Report, theirs)
        .outerjoin(
            Revision, and_(Revision.report_id == Report.id, Revision.submitted_at == Report.submitted_at)
        )
        .where(Fellowship.id == fellowship.id, has_opened(now), is_asked_of())
        .options(
            undefer(Revision.aside),
            joinedload(Report.template).selectinload(ReportTemplate.sections),
        )
    )
    page = page_of(
        query,
        order=[ReportPeriod.due_at, ReportPeriod.id],
        key=lambda row: [row[0].due_at, row[0].id],
        cursor=cursor,
        size=size,
        newest_first=True,
    )
    return fellowship, page.map(lambda row: CoachedPeriod(*row))
