"""The ramp of a fellow and of a cohort, week by week."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload

from program.access import Actor, Permission
from program.authorship.models import AuthorshipOverride
from program.authorship.modes import WRITERS
from program.authorship.queries import mode_of_report
from program.cohorts.models import AuthorshipMode, PeriodKind, Phase, ReportPeriod
from program.deadlines.queries import is_asked_of
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import visible_to
from program.reports.models import Report, Revision
from program.reports.queries import has_opened


class Week(NamedTuple):
    """A period with how it is to be written, and how many of the words that were sent are the fellow's."""

    title: str
    mode: AuthorshipMode
    reports: int
    words: int
    fellow_words: int

    @property
    def planned(self) -> str:
        """How it is to be written, in words."""
        return WRITERS[self.mode]

    @property
    def share(self) -> int | None:
        """The fellow's share in per cent; None while no words were counted."""
        return round(100 * self.fellow_words / self.words) if self.words else None

    @property
    def bar(self) -> dict[str, str | int | None]:
        """The week as it is drawn."""
        text = f"{self.share}%" if self.share is not None else "none"
        return {"label": self.title, "value": self.share, "text": text}


def weeks_of_fellow(fellowship: Fellowship, *, now: datetime) -> list[Week]:
    """The fellow's periods that have opened or are begun, in their order."""
    query = (
        select(ReportPeriod, mode_of_report(), Revision.words, Revision.fellow_words)
        .join(Fellowship, Fellowship.cohort_id == ReportPeriod.cohort_id)
        .outerjoin(Report, and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id))
        .outerjoin(Revision, _sent_last())
        .where(Fellowship.id == fellowship.id, has_opened(now), is_asked_of())
        .order_by(ReportPeriod.due_at, ReportPeriod.id)
    )
    return [
        Week(period.title, mode, 1 if words is not None else 0, words or 0, own or 0)
        for period, mode, words, own in db.session.execute(query)
    ]


def weeks_of_cohort(cohort_id: int, *, now: datetime) -> list[Week]:
    """The cohort's weeks that have opened or are begun: all its fellows' words together, with what the phase plans."""
    counted = (
        select(
            ReportPeriod.id,
            func.count(Revision.words),
            func.coalesce(func.sum(Revision.words), 0),
            func.coalesce(func.sum(Revision.fellow_words), 0),
        )
        .outerjoin(Report, Report.period_id == ReportPeriod.id)
        .outerjoin(Revision, _sent_last())
        .where(ReportPeriod.cohort_id == cohort_id, has_opened(now))
        .group_by(ReportPeriod.id)
    )
    figures = {row[0]: (row[1], row[2] or 0, row[3] or 0) for row in db.session.execute(counted)}
    query = (
        select(ReportPeriod, Phase.authorship)
        .join(ReportPeriod.phase)
        .where(ReportPeriod.id.in_(figures), ReportPeriod.kind == PeriodKind.WEEKLY)
        .order_by(ReportPeriod.due_at, ReportPeriod.id)
    )
    return [Week(period.title, mode, *figures[period.id]) for period, mode in db.session.execute(query)]


def _sent_last() -> ColumnElement[bool]:
    return and_(Revision.report_id == Report.id, Revision.submitted_at == Report.submitted_at)


def find_override(fellowship_id: int, starts_on: date) -> AuthorshipOverride | None:
    """What holds from just this day on."""
    query = select(AuthorshipOverride).filter_by(fellowship_id=fellowship_id, starts_on=starts_on)
    return db.session.scalars(query).one_or_none()


def get_override(actor: Actor, override_id: int, *, now: datetime) -> AuthorshipOverride:
    """What holds from a day on for a fellow whom the actor may change, with the fellowship. Raises NotFoundError."""
    query = (
        select(AuthorshipOverride)
        .join(AuthorshipOverride.fellowship)
        .where(AuthorshipOverride.id == override_id)
        .where(visible_to(actor, Permission.FELLOWSHIP_CHANGE, now=now))
        .options(contains_eager(AuthorshipOverride.fellowship).joinedload(Fellowship.cohort))
        .options(contains_eager(AuthorshipOverride.fellowship).joinedload(Fellowship.account))
    )
    override = db.session.scalar(query)
    if override is None:
        raise NotFoundError("This was taken back, or there never was such a change.")
    return override


def list_overrides(fellowship_id: int) -> Sequence[AuthorshipOverride]:
    """What differs from the phases for this fellow, the latest day first."""
    query = select(AuthorshipOverride).where(AuthorshipOverride.fellowship_id == fellowship_id)
    query = query.options(joinedload(AuthorshipOverride.by)).order_by(AuthorshipOverride.starts_on.desc())
    return db.session.scalars(query).all()
