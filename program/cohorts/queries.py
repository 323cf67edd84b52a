"""Reading cohorts."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from program.cohorts.models import Cohort, ReportPeriod
from program.errors import NotFoundError
from program.extensions import db
from program.paging import Page, page_of


def list_cohorts(*, cursor: str | None) -> Page[Cohort]:
    """All cohorts, the latest first."""
    order = [Cohort.starts_on, Cohort.id]
    return page_of(
        select(Cohort), order=order, key=lambda c: [c.starts_on, c.id], cursor=cursor, newest_first=True
    )


def get_cohort(cohort_id: int) -> Cohort:
    """A cohort with its tracks, phases and periods. Raises NotFoundError."""
    loads = [selectinload(Cohort.tracks), selectinload(Cohort.phases), selectinload(Cohort.periods)]
    cohort = db.session.get(Cohort, cohort_id, options=loads)
    if cohort is None:
        raise NotFoundError("There is no such cohort.")
    return cohort


def find_current_cohort(now: datetime) -> Cohort | None:
    """The cohort that runs on this day, else the latest that has begun."""
    return db.session.scalars(current_cohort(now)).first()


def current_cohort(now: datetime) -> Select[Cohort]:
    """Selects that one."""
    begun = select(Cohort).where(Cohort.starts_on <= now.date())
    return begun.order_by(Cohort.starts_on.desc(), Cohort.id.desc()).limit(1)


def find_current_period(cohort: Cohort, now: datetime) -> ReportPeriod | None:
    """The cohort's next period to fall due."""
    query = select(ReportPeriod).where(ReportPeriod.cohort_id == cohort.id, ReportPeriod.due_at > now)
    return db.session.scalars(query.order_by(ReportPeriod.due_at).limit(1)).first()
