"""The mentor's queue, and who owes which review."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal, null, select
from sqlalchemy.orm import InstrumentedAttribute

from program.access import Actor, Permission, Relation
from program.accounts.models import Account
from program.cohorts.models import ReportPeriod
from program.cohorts.queries import period_title, report_name
from program.columns import AnySelect, Day
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import goes_on, leads, related, relations_of
from program.mentors.models import Mentor
from program.paging import Page, page_of
from program.reports.models import Ask, Report, ReportState


class Waiting(NamedTuple):
    """One line of the queue."""

    report_id: int
    fellow: str
    title: str
    submitted_at: datetime
    owed_at: datetime
    open_asks: int


def list_queue(actor: Actor, *, now: datetime, cursor: str | None = None, size: int = 30) -> Page[Waiting]:
    """The submitted reports that the actor may review today, the oldest first."""
    page = page_of(
        _queue(relations_of(actor, Permission.REVIEW_WRITE)),
        order=[Report.submitted_at, Report.id],
        key=lambda row: [row[3], row[0]],
        cursor=cursor,
        size=size,
        values={"account_id": actor.id, "day": now.date()},
    )
    return page.map(lambda row: Waiting(*row))


@cache
def _queue(relations: frozenset[Relation]) -> AnySelect:
    open_asks = (
        select(func.count()).where(Ask.report_id == Report.id, Ask.answered_at.is_(None)).scalar_subquery()
    )
    theirs = related(relations, account_id=bindparam("account_id"), day=bindparam("day"))
    return (
        select(Report.id, Account.name, period_title(), Report.submitted_at, Report.owed_at, open_asks)
        .join(Report.fellowship)
        .join(Fellowship.account)
        .join(Report.period)
        .where(Report.state == ReportState.SUBMITTED, theirs)
    )


class Place(NamedTuple):
    """Where a report stands in the queue: the how-manyeth of how many, and its neighbours."""

    position: int
    total: int
    before_id: int | None
    after_id: int | None


def find_place(actor: Actor, report_id: int, *, now: datetime) -> Place | None:
    """Where the report stands in the actor's queue; None if it does not wait for them."""
    query = _places(relations_of(actor, Permission.REVIEW_WRITE))
    values = {"account_id": actor.id, "day": now.date(), "report_id": report_id}
    row = db.session.execute(query, values).first()
    return Place(*row) if row else None


@cache
def _places(relations: frozenset[Relation]) -> AnySelect:
    oldest_first: dict[str, Any] = {"order_by": [Report.submitted_at, Report.id]}
    theirs = related(relations, account_id=bindparam("account_id"), day=bindparam("day"))
    placed = (
        select(
            Report.id.label("own"),
            func.row_number().over(**oldest_first).label("position"),
            func.count().over().label("total"),
            func.lag(Report.id).over(**oldest_first).label("before_id"),
            func.lead(Report.id).over(**oldest_first).label("after_id"),
        )
        .join(Report.fellowship)
        .where(Report.state == ReportState.SUBMITTED, theirs)
        .subquery()
    )
    columns = (placed.c.position, placed.c.total, placed.c.before_id, placed.c.after_id)
    return select(*columns).where(placed.c.own == bindparam("report_id"))


def owed_reviews(day: Day) -> AnySelect:
    """Obligations: each submitted report, owed by the mentor who leads its fellow on this day."""
    query = _reviews(Mentor.account_id).join(Assignment, Assignment.fellowship_id == Fellowship.id)
    return query.join(Mentor, Mentor.id == Assignment.mentor_id).where(leads(day))


def unled_reviews(day: Day) -> AnySelect:
    """The same of each submitted report whose review nobody owes on this day; a co-mentor may give it all the same."""
    return _reviews(null()).where(~is_led(day))


def _reviews(account_id: ColumnElement[Any] | InstrumentedAttribute[Any]) -> AnySelect:
    return (
        select(
            literal("review"),
            account_id,
            Report.id,
            Fellowship.cohort_id,
            Report.owed_at,
            literal(0),
            Account.name + ": " + report_name(),
        )
        .join(Fellowship, Fellowship.id == Report.fellowship_id)
        .join(Account, Account.id == Fellowship.account_id)
        .join(ReportPeriod, ReportPeriod.id == Report.period_id)
        .where(Report.state == ReportState.SUBMITTED, goes_on())
    )


def is_led(day: Day) -> ColumnElement[bool]:
    """Whether somebody owes the reviews of a fellowship's reports on this day."""
    led = select(Assignment.id).join(Assignment.mentor)
    return led.where(Assignment.fellowship_id == Fellowship.id, leads(day)).exists()
