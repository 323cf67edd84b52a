"""Reading reports. Readers see what was submitted; drafts are on their writer's desk only."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload, undefer

from program.access import Actor, Permission, Relation
from program.cohorts.models import Cohort, ReportPeriod
from program.columns import AnySelect, Instant, UtcDateTime
from program.deadlines.lateness import Lateness, Margins, margins_of
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, granted, is_asked_of, is_expected
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import goes_on, related, relations_of
from program.mentors.models import Mentor
from program.paging import Page, page_of
from program.reports.models import Ask, Report, ReportTemplate, Revision


def has_opened(now: Instant) -> ColumnElement[bool]:
    """Whether a period can be written for, where `Report` is joined: it opened, or is begun.

    What is begun stays at hand, though the calendar has it open later now.
    """
    return or_(ReportPeriod.opens_at <= now, Report.id.is_not(None))


def get_report(actor: Actor, report_id: int, *, now: datetime) -> Report:
    """A submitted report that the actor may read, with all that is shown beside it. Raises NotFoundError."""
    query = _readable(relations_of(actor, Permission.REPORT_READ))
    values = {"report_id": report_id, "account_id": actor.id, "day": now.date()}
    report: Report | None = db.session.scalars(query, values).unique().first()
    if report is None:
        raise NotFoundError("There is no such report among those you can read.")
    return report


@cache
def _readable(relations: frozenset[Relation]) -> AnySelect:
    fellowship = joinedload(Report.fellowship)
    theirs = related(relations, account_id=bindparam("account_id"), day=bindparam("day"))
    return (
        select(Report)
        .join(Report.fellowship)
        .where(Report.id == bindparam("report_id"), Report.submitted_at.is_not(None), theirs)
        .options(
            joinedload(Report.period),
            joinedload(Report.deadline),
            fellowship.joinedload(Fellowship.account),
            fellowship.joinedload(Fellowship.cohort),
            fellowship.joinedload(Fellowship.track),
            fellowship.joinedload(Fellowship.assignments)
            .joinedload(Assignment.mentor)
            .load_only(Mentor.account_id),
            joinedload(Report.template).selectinload(ReportTemplate.sections),
            selectinload(Report.asks).joinedload(Ask.answered_by),
            selectinload(Report.plan),
        )
    )


def was_sent_last() -> ColumnElement[bool]:
    """Whether a `Revision` is what was submitted last of its report."""
    other = aliased(Revision)
    sent = (other.report_id == Revision.report_id, other.submitted_at.is_not(None))
    return Revision.number == select(func.max(other.number)).where(*sent).scalar_subquery()


def submitted_revisions(report_id: int) -> Sequence[Revision]:
    """The submitted revisions of a report, latest first, with their authors."""
    return db.session.scalars(_submitted(), {"report_id": report_id}).all()


@cache
def _submitted() -> Select[Revision]:
    query = select(Revision).where(
        Revision.report_id == bindparam("report_id"), Revision.submitted_at.is_not(None)
    )
    return query.order_by(Revision.number.desc()).options(joinedload(Revision.author))


def latest_text(report: Report) -> dict[str, str]:
    """What stands in a report now, for who writes it: by section, and what was ticked off the plan before."""
    query = select(Revision).where(Revision.report_id == report.id, Revision.number == report.revision_number)
    revision = db.session.scalars(query.options(undefer(Revision.aside))).one()
    return {**revision.body, **revision.aside}


def find_previous(
    fellowship_id: int, period: ReportPeriod, *, plan: bool = False
) -> tuple[Report, Revision] | None:
    """The fellowship's last submitted report before the period, with its last submitted revision and its asks.

    With its `plan` instead of its asks, if that is wanted. Before it in the calendar, in the order of the deadlines
    there, whatever was granted.
    """
    values = {"fellowship_id": fellowship_id, "due_at": period.due_at, "period_id": period.id}
    row = db.session.execute(_previous(plan=plan), values).first()
    return (row[0], row[1]) if row else None


@cache
def _previous(*, plan: bool) -> AnySelect:
    there = tuple_(bindparam("due_at", type_=UtcDateTime), bindparam("period_id", type_=Integer))
    return (
        select(Report, Revision)
        .join(Report.period)
        .join(Revision, Revision.report_id == Report.id)
        .where(
            Report.fellowship_id == bindparam("fellowship_id"),
            tuple_(ReportPeriod.due_at, ReportPeriod.id) < there,
            Revision.submitted_at.is_not(None),
        )
        .order_by(ReportPeriod.due_at.desc(), ReportPeriod.id.desc(), Revision.number.desc())
        .options(contains_eager(Report.period), selectinload(Report.plan if plan else Report.asks))
        .limit(1)
    )


class OwnPeriod(NamedTuple):
    """One line of a fellow's own list."""

    period: ReportPeriod
    report: Report | None
    goes_on: bool
    """Whether it can still be written."""
    deadline: Deadline | None
    due_at: datetime
    margins: Margins

    @property
    def excused(self) -> bool:
        """Whether it is not owed, though it may be written."""
        return self.deadline is not None and self.deadline.excused

    def lateness(self, now: datetime) -> Lateness:
        """How late it was sent first, or would be now."""
        if self.excused:
            return Lateness.ON_TIME
        sent_at = self.report.first_submitted_at if self.report else None
        return self.margins.lateness(self.due_at, sent_at or now)


def list_own_periods(
    account_id: int, *, now: datetime, cursor: str | None, size: int = 30
) -> Page[OwnPeriod]:
    """The account's periods that have opened, the latest first, each with its report if it was begun."""
    page = page_of(
        _own_periods(),
        order=[effective_due(), ReportPeriod.id],
        key=lambda row: [row[4], row[0].id],
        cursor=cursor,
        size=size,
        newest_first=True,
        values={"account_id": account_id, "now": now},
    )
    return page.map(_own_period)


def _own_period(row: Any) -> OwnPeriod:
    period, report, going_on, deadline, due_at, cohort = row
    return OwnPeriod(period, report, going_on, deadline, due_at, margins_of(cohort))


@cache
def _own_periods() -> AnySelect:
    mine = and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id)
    return (
        select(
            ReportPeriod, Report, goes_on().label("goes_on"), Deadline, effective_due().label("due"), Cohort
        )
        .join(Fellowship, and_(Fellowship.cohort_id == ReportPeriod.cohort_id, is_asked_of()))
        .join(Cohort, Cohort.id == Fellowship.cohort_id)
        .outerjoin(Report, mine)
        .outerjoin(Deadline, granted())
        .where(Fellowship.account_id == bindparam("account_id"), has_opened(bindparam("now")))
        .where(or_(is_expected(), Deadline.excused, Report.id.is_not(None)))
    )
