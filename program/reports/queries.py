"""Reading reports. Readers see what was submitted; drafts are on their writer's desk only."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from program.access import Actor, Permission
from program.cohorts.models import ReportPeriod
from program.columns import AnySelect, Instant
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import (
    deadline_day,
    goes_on,
    is_here,
    is_on_leave,
    visible_to,
)
from program.paging import Page, page_of
from program.reports.models import Ask, Report, ReportState, ReportTemplate, Revision


def get_report(actor: Actor, report_id: int, *, now: datetime) -> Report:
    """A submitted report that the actor may read, with all that is shown beside it. Raises NotFoundError."""
    fellowship = joinedload(Report.fellowship)
    query = (
        select(Report)
        .join(Report.fellowship)
        .where(
            Report.id == report_id,
            Report.submitted_at.is_not(None),
            visible_to(actor, Permission.REPORT_READ, now=now),
        )
        .options(
            joinedload(Report.period),
            fellowship.joinedload(Fellowship.account),
            fellowship.joinedload(Fellowship.cohort),
            fellowship.joinedload(Fellowship.track),
            fellowship.selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
            joinedload(Report.template).selectinload(ReportTemplate.sections),
            selectinload(Report.asks).joinedload(Ask.answered_by),
        )
    )
    report = db.session.scalar(query)
    if report is None:
        raise NotFoundError("There is no such report among those you can read.")
    return report


def submitted_revisions(report_id: int) -> Sequence[Revision]:
    """The submitted revisions of a report, latest first, with their authors."""
    query = select(Revision).where(Revision.report_id == report_id, Revision.submitted_at.is_not(None))
    return db.session.scalars(
        query.order_by(Revision.number.desc()).options(joinedload(Revision.author))
    ).all()


def find_previous(fellowship_id: int, period: ReportPeriod) -> tuple[Report, Revision] | None:
    """The fellowship's last submitted report before the period, with its last submitted revision and its asks."""
    query = (
        select(Report, Revision)
        .join(Report.period)
        .join(Revision, Revision.report_id == Report.id)
        .where(
            Report.fellowship_id == fellowship_id,
            ReportPeriod.number < period.number,
            Revision.submitted_at.is_not(None),
        )
        .order_by(ReportPeriod.number.desc(), Revision.number.desc())
        .options(contains_eager(Report.period), selectinload(Report.asks), selectinload(Report.plan))
        .limit(1)
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


class OwnPeriod(NamedTuple):
    """One line of a fellow's own list."""

    period: ReportPeriod
    report: Report | None
    goes_on: bool
    """Whether it can still be written."""


def list_own_periods(
    account_id: int, *, now: datetime, cursor: str | None, size: int = 30
) -> Page[OwnPeriod]:
    """The account's periods that have opened, the latest first, each with its report if it was begun."""
    page = page_of(
        _own_periods(),
        order=[ReportPeriod.due_at, ReportPeriod.id],
        key=lambda row: [row[0].due_at, row[0].id],
        cursor=cursor,
        size=size,
        newest_first=True,
        values={"account_id": account_id, "now": now},
    )
    return page.map(lambda row: OwnPeriod(*row))


@cache
def _own_periods() -> AnySelect:
    mine = and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id)
    return (
        select(ReportPeriod, Report, goes_on().label("goes_on"))
        .join(Fellowship, Fellowship.cohort_id == ReportPeriod.cohort_id)
        .outerjoin(Report, mine)
        .where(Fellowship.account_id == bindparam("account_id"), ReportPeriod.opens_at <= bindparam("now"))
        .where(or_(is_expected(), Report.id.is_not(None)))
    )


def list_oldest_asks(cohort_id: int, *, before: datetime, limit: int = 10) -> Sequence[Ask]:
    """The cohort's asks that were put before this instant and are still open, the oldest first."""
    to_account = joinedload(Ask.report).joinedload(Report.fellowship).joinedload(Fellowship.account)
    query = (
        select(Ask)
        .join(Ask.report)
        .join(Report.fellowship)
        .where(Fellowship.cohort_id == cohort_id, Ask.answered_at.is_(None), Ask.created_at < before)
        .order_by(Ask.created_at, Ask.id)
        .options(to_account)
    )
    return db.session.scalars(query.limit(limit)).all()


def is_expected() -> ColumnElement[bool]:
    """Whether a fellowship is to report on a period: it falls due on one of its days, and not on leave."""
    due_on = deadline_day()
    return and_(due_on.between(Fellowship.starts_on, Fellowship.ends_on), ~is_on_leave(due_on))


def owed_reports(now: Instant) -> AnySelect:
    """Obligations: each period that has opened and not been submitted, owed by its fellow, but on leave."""
    mine = and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id)
    return (
        select(
            literal("report").label("kind"),
            Fellowship.account_id.label("account_id"),
            ReportPeriod.id.label("subject_id"),
            Fellowship.cohort_id.label("cohort_id"),
            ReportPeriod.due_at.label("due_at"),
            ReportPeriod.number.label("number"),
            case((Report.id.is_not(None), "draft"), else_="").label("about"),
        )
        .join(ReportPeriod, ReportPeriod.cohort_id == Fellowship.cohort_id)
        .outerjoin(Report, mine)
        .where(
            is_here(now),
            ReportPeriod.opens_at <= now,
            is_expected(),
            func.coalesce(Report.state, ReportState.DRAFT.value) == ReportState.DRAFT.value,
        )
    )


def owed_mendings(now: Instant) -> AnySelect:
    """Obligations: each returned report, owed by its fellow, but on leave."""
    return (
        select(
            literal("mending"),
            Fellowship.account_id,
            ReportPeriod.id,
            Fellowship.cohort_id,
            Report.owed_at,
            ReportPeriod.number,
            literal(""),
        )
        .join(Report, Report.fellowship_id == Fellowship.id)
        .join(ReportPeriod, ReportPeriod.id == Report.period_id)
        .where(is_here(now), Report.state == ReportState.RETURNED)
    )
