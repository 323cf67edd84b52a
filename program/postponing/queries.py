"""Whose deadlines there are to change."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, with_expression
from sqlalchemy.orm.interfaces import ORMOption

from program.access import Role
from program.accounts.models import Account
from program.accounts.queries import has_role
from program.cohorts.models import Cohort, ReportPeriod
from program.cohorts.queries import period_title, report_name
from program.columns import AnySelect, UtcDateTime
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, granted, is_asked_of, is_expected, is_late
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.fellows.queries import deadline_day, goes_on
from program.paging import PAGE_SIZE, Page, page_of
from program.postponing.changes import Change, Slot, Wish, change_of
from program.postponing.models import ExtensionRequest, RequestState
from program.reports.models import Report


def find_change(cohort: Cohort, wish: Wish) -> Change:
    """What becomes of the cohort's deadlines with this wish, as they stand now. Raises NotFoundError."""
    period = get_period(cohort, wish.period_id)
    query = _slots().where(Fellowship.cohort_id == cohort.id, _from(period) if wish.cascade else _is(period))
    if wish.fellowship_ids is not None:
        query = query.where(Fellowship.id.in_(sorted(wish.fellowship_ids)))
    slots = (_slot(row) for row in db.session.execute(query))
    return change_of(slots, wish, zone_name=cohort.deadline_zone)


def get_period(cohort: Cohort, period_id: int) -> ReportPeriod:
    """A period of the cohort, with its phase. Raises NotFoundError."""
    query = select(ReportPeriod).where(ReportPeriod.id == period_id, ReportPeriod.cohort_id == cohort.id)
    period = db.session.scalar(query.options(joinedload(ReportPeriod.phase)))
    if period is None:
        raise NotFoundError("There is no such report in this cohort.")
    return period


def list_fellows(cohort_id: int) -> Sequence[tuple[int, str]]:
    """The fellowships of the cohort that are active, with the fellows' names, by name."""
    query = select(Fellowship.id, Account.name).join(Fellowship.account)
    query = query.where(Fellowship.cohort_id == cohort_id, Fellowship.stage == FellowshipStage.ACTIVE)
    rows = db.session.execute(query.order_by(Account.folded, Fellowship.id))
    return [(own, name) for own, name in rows]


def list_periods(cohort: Cohort, fellowship_id: int | None) -> Sequence[ReportPeriod]:
    """What the cohort reports on, and this fellow alone, in the order of the deadlines."""
    query = select(ReportPeriod).where(ReportPeriod.cohort_id == cohort.id)
    query = query.where(
        or_(ReportPeriod.fellowship_id.is_(None), ReportPeriod.fellowship_id == (fellowship_id or 0))
    )
    return db.session.scalars(query.order_by(ReportPeriod.due_at, ReportPeriod.id)).all()


def requests_of(fellowship_id: int, period_id: int) -> Sequence[ExtensionRequest]:
    """What the fellow asked for of this report, the latest first."""
    query = select(ExtensionRequest).where(
        ExtensionRequest.fellowship_id == fellowship_id, ExtensionRequest.period_id == period_id
    )
    query = query.options(with_expression(ExtensionRequest.needless, ~_needed()))
    return db.session.scalars(query.order_by(ExtensionRequest.id.desc())).all()


def list_requests(
    *, state: RequestState | None, cursor: str | None, size: int = PAGE_SIZE
) -> Page[ExtensionRequest]:
    """All requests, or those in a state, the latest first; of the open ones, those that wait."""
    query = select(ExtensionRequest).options(*_around_request())
    if state is not None:
        query = query.where(waits() if state is RequestState.OPEN else ExtensionRequest.state == state)
    order = [ExtensionRequest.id]
    return page_of(query, order=order, key=lambda one: [one.id], cursor=cursor, size=size, newest_first=True)


def get_request(request_id: int) -> ExtensionRequest:
    """A request with what is said beside it. Raises NotFoundError."""
    found = db.session.get(ExtensionRequest, request_id, options=_around_request())
    if found is None:
        raise NotFoundError("There is no such request.")
    return found


def waits() -> ColumnElement[bool]:
    """Whether staff have to decide a request."""
    return and_(ExtensionRequest.state == RequestState.OPEN, _needed())


def owed_decisions() -> AnySelect:
    """Obligations: each request that staff have to decide, owed by everybody of them who can sign in."""
    asker = aliased(Account)
    return (
        select(
            literal("extension"),
            Account.id,
            ExtensionRequest.id,
            Fellowship.cohort_id,
            ExtensionRequest.owed_at,
            literal(0),
            asker.name + ": " + report_name(),
        )
        .select_from(ExtensionRequest)
        .join(Account, and_(has_role(Role.STAFF), Account.can_sign_in))
        .join(Fellowship, Fellowship.id == ExtensionRequest.fellowship_id)
        .join(asker, asker.id == Fellowship.account_id)
        .join(ReportPeriod, ReportPeriod.id == ExtensionRequest.period_id)
        .where(waits())
    )


def _needed() -> ColumnElement[bool]:
    """Whether the report is owed at all, and was not sent in time: what is not called late needs no later deadline."""
    mine = and_(Report.fellowship_id == Fellowship.id, Report.period_id == ReportPeriod.id)
    late = is_late(effective_due(), Report.first_submitted_at, Cohort.grace_hours)
    query = (
        select(Fellowship.id)
        .join(Cohort, Cohort.id == Fellowship.cohort_id)
        .join(ReportPeriod, ReportPeriod.cohort_id == Cohort.id)
        .outerjoin(Deadline, granted())
        .outerjoin(Report, mine)
        .where(
            Fellowship.id == ExtensionRequest.fellowship_id,
            ReportPeriod.id == ExtensionRequest.period_id,
            goes_on(),
            is_expected(),
            or_(Report.first_submitted_at.is_(None), late),
        )
    )
    return query.correlate(ExtensionRequest).exists()


def _around_request() -> list[ORMOption]:
    place = joinedload(ExtensionRequest.fellowship)
    return [
        with_expression(ExtensionRequest.needless, ~_needed()),
        place.joinedload(Fellowship.account),
        place.joinedload(Fellowship.cohort),
        joinedload(ExtensionRequest.period).joinedload(ReportPeriod.phase),
        joinedload(ExtensionRequest.decided_by),
    ]


def _is(period: ReportPeriod) -> ColumnElement[bool]:
    return ReportPeriod.id == period.id


def _from(period: ReportPeriod) -> ColumnElement[bool]:
    here = tuple_(literal(period.due_at, UtcDateTime), literal(period.id))
    return tuple_(ReportPeriod.due_at, ReportPeriod.id) >= here


def _slots() -> AnySelect:
    """Of active fellows, each period that falls on one of their days, person by person."""
    mine = and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id)
    return (
        select(
            Fellowship.id,
            Account.id,
            Account.name,
            ReportPeriod.id,
            period_title(),
            ReportPeriod.due_at,
            Deadline.due_at,
            Deadline.excused,
            Report.first_submitted_at,
        )
        .join(Account, Account.id == Fellowship.account_id)
        .join(ReportPeriod, and_(ReportPeriod.cohort_id == Fellowship.cohort_id, is_asked_of()))
        .outerjoin(Deadline, granted())
        .outerjoin(Report, mine)
        .where(
            Fellowship.stage == FellowshipStage.ACTIVE,
            deadline_day().between(Fellowship.starts_on, Fellowship.ends_on),
        )
        .order_by(Account.folded, Fellowship.id, ReportPeriod.due_at, ReportPeriod.id)
    )


def _slot(row: Sequence[Any]) -> Slot:
    own, account, name, period, title, planned, due_at, excused, sent_at = row
    return Slot(own, account, name, period, title, planned, due_at, bool(excused), sent_at)
