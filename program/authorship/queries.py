"""Which mode a report is written in, in SQL."""

from sqlalchemy import ColumnElement, case, func, literal, select

from program.authorship.models import AuthorshipOverride
from program.cohorts.models import AuthorshipMode, Phase, ReportPeriod
from program.columns import enum_column
from program.fellows.models import Fellowship
from program.fellows.queries import deadline_day


def mode_of_report() -> ColumnElement[AuthorshipMode]:
    """The mode in which a `Fellowship` writes on a `ReportPeriod`.

    That of the latest override that had begun when the period falls due on the calendar, else that of its phase.
    Without a research manager the fellow writes alone.
    """
    override = (
        select(AuthorshipOverride.mode)
        .where(
            AuthorshipOverride.fellowship_id == Fellowship.id, AuthorshipOverride.starts_on <= deadline_day()
        )
        .order_by(AuthorshipOverride.starts_on.desc())
        .limit(1)
        .correlate(Fellowship, ReportPeriod)
        .scalar_subquery()
    )
    phase = select(Phase.authorship).where(Phase.id == ReportPeriod.phase_id).correlate(ReportPeriod)
    alone = literal(AuthorshipMode.FELLOW_WRITES, enum_column(AuthorshipMode))
    planned = func.coalesce(override, phase.scalar_subquery(), type_=enum_column(AuthorshipMode))
    return case((Fellowship.research_manager_id.is_(None), alone), else_=planned)
