"""Reading cohorts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from program.cohorts.models import Break, Cohort, CohortState, Phase, ReportPeriod, TrackGroup
from program.cohorts.periods import REPORTS, TITLES, PeriodKind
from program.errors import NotFoundError
from program.extensions import db
from program.paging import PAGE_SIZE, Page, page_of

_parts = [
    selectinload(Cohort.tracks),
    selectinload(Cohort.phases),
    selectinload(Cohort.breaks),
    selectinload(Cohort.periods).joinedload(ReportPeriod.phase),
]


def list_cohorts(
    *, cursor: str | None, state: CohortState | None = None, size: int = PAGE_SIZE
) -> Page[Cohort]:
    """All cohorts, or those in one state, the latest first."""
    query = select(Cohort)
    if state is not None:
        query = query.where(Cohort.state == state)
    order = [Cohort.starts_on, Cohort.id]
    return page_of(
        query, order=order, key=lambda c: [c.starts_on, c.id], cursor=cursor, size=size, newest_first=True
    )


def list_changeable() -> Sequence[Cohort]:
    """All cohorts that are not archived, the latest first, for a form to choose from."""
    query = select(Cohort).where(Cohort.state != CohortState.ARCHIVED)
    return db.session.scalars(query.order_by(Cohort.starts_on.desc(), Cohort.id.desc())).all()


def list_latest(*, also: int | None) -> Sequence[Cohort]:
    """The latest cohorts, and the one that is asked for however early it was, for a list to be narrowed to."""
    latest = select(Cohort.id).order_by(Cohort.starts_on.desc(), Cohort.id.desc()).limit(PAGE_SIZE)
    query = select(Cohort).where(or_(Cohort.id.in_(latest), Cohort.id == also))
    return db.session.scalars(query.order_by(Cohort.starts_on.desc(), Cohort.id.desc())).all()


def get_cohort(cohort_id: int) -> Cohort:
    """A cohort with its tracks, phases, breaks and periods. Raises NotFoundError."""
    return _get(cohort_id, *_parts)


def get_original(cohort_id: int) -> Cohort:
    """A cohort with all that a copy takes over. Raises NotFoundError."""
    return _get(cohort_id, *_parts, selectinload(Cohort.groups).selectinload(TrackGroup.tracks))


def _get(cohort_id: int, *parts: ORMOption) -> Cohort:
    cohort = db.session.get(Cohort, cohort_id, options=parts)
    if cohort is None:
        raise NotFoundError("There is no such cohort.")
    return cohort


def get_phase(phase_id: int) -> Phase:
    """A phase with its cohort. Raises NotFoundError."""
    phase = db.session.get(Phase, phase_id, options=[joinedload(Phase.cohort).options(*_parts)])
    if phase is None:
        raise NotFoundError("There is no such phase.")
    return phase


def get_break(break_id: int) -> Break:
    """A break with its cohort. Raises NotFoundError."""
    pause = db.session.get(Break, break_id, options=[joinedload(Break.cohort).options(*_parts)])
    if pause is None:
        raise NotFoundError("There is no such break.")
    return pause


def find_cohort_called(name: str) -> Cohort | None:
    """The cohort of this name."""
    return db.session.scalar(select(Cohort).where(Cohort.name == name))


def lock_cohort(cohort: Cohort) -> None:
    """Nobody else changes this cohort before this transaction is over; what is known of it is read anew."""
    held = select(Cohort).where(Cohort.id == cohort.id).with_for_update()
    db.session.scalars(held.options(*_parts), execution_options={"populate_existing": True}).one()


def find_current_cohort(now: datetime) -> Cohort | None:
    """The latest cohort that has begun, of those that go on if any do. One that is only planned never is."""
    return db.session.scalars(current_cohort(now)).first()


def current_cohort(now: datetime) -> Select[Cohort]:
    """Selects that one."""
    day = now.date()
    goes_on = and_(Cohort.state.in_((CohortState.OPEN, CohortState.RUNNING)), Cohort.ends_on >= day)
    begun = select(Cohort).where(Cohort.starts_on <= day, Cohort.state != CohortState.PLANNING)
    first = case((goes_on, 0), else_=1)
    return begun.order_by(first, Cohort.starts_on.desc(), Cohort.id.desc()).limit(1)


def find_current_period(cohort: Cohort, now: datetime) -> ReportPeriod | None:
    """The cohort's next period to fall due, of those that all of it report on."""
    query = select(ReportPeriod).where(ReportPeriod.cohort_id == cohort.id, ReportPeriod.due_at > now)
    query = query.where(ReportPeriod.fellowship_id.is_(None))
    return db.session.scalars(query.order_by(ReportPeriod.due_at).limit(1)).first()


def period_title() -> ColumnElement[str]:
    """What a period is called, as `ReportPeriod.title` says it."""
    return _called(TITLES, "week ", "")


def report_name() -> ColumnElement[str]:
    """What the report for a period is called inside a sentence, as `ReportPeriod.report_name` says it."""
    names = {kind: REPORTS[title] for kind, title in TITLES.items()}
    return _called(names, "report for week ", "report for ")


def _called(names: Mapping[PeriodKind, str], of_week: str, of_other: str) -> ColumnElement[str]:
    number = cast(ReportPeriod.number, String)
    own = [(ReportPeriod.kind == kind, name) for kind, name in names.items()]
    return case(
        (ReportPeriod.number.is_not(None), literal(of_week, String) + number),
        (ReportPeriod.called != "", literal(of_other, String) + ReportPeriod.called),
        *own,
        else_="",
    )
