"""The mentor's queue, and the answers a report has had."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, select
from sqlalchemy.orm import joinedload

from program.access import Actor, Permission, Relation
from program.accounts.models import Account
from program.cohorts.models import ReportPeriod
from program.cohorts.queries import period_title, report_name
from program.columns import AnySelect, Day
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.fellows.queries import assignment_holds, goes_on, related, relations_of
from program.mentors.models import Mentor
from program.paging import Page, page_of
from program.reports.models import Ask, Report, ReportState, Revision
from program.reviews.models import Review


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


def find_review(report_id: int, *, revision_number: int, author_id: int) -> Review | None:
    """What this mentor answered to this revision."""
    query = select(Review).join(Review.revision)
    return db.session.scalar(
        query.where(
            Review.report_id == report_id, Revision.number == revision_number, Review.author_id == author_id
        )
    )


def reviews_of(report_id: int) -> Sequence[Review]:
    """The answers a report has had, the latest first."""
    query = select(Review).where(Review.report_id == report_id).options(joinedload(Review.author))
    return db.session.scalars(query.order_by(Review.id.desc())).all()


def owed_reviews(day: Day) -> AnySelect:
    """Obligations: each submitted report, owed by the mentor who leads its fellow on this day."""
    return (
        select(
            literal("review"),
            Mentor.account_id,
            Report.id,
            Fellowship.cohort_id,
            Report.owed_at,
            literal(0),
            Account.name + ": " + report_name(),
        )
        .join(Fellowship, Fellowship.id == Report.fellowship_id)
        .join(Account, Account.id == Fellowship.account_id)
        .join(ReportPeriod, ReportPeriod.id == Report.period_id)
        .join(Assignment, Assignment.fellowship_id == Fellowship.id)
        .join(Mentor, Mentor.id == Assignment.mentor_id)
        .where(Report.state == ReportState.SUBMITTED, goes_on(), _leads(day))
    )


def _leads(day: Day) -> ColumnElement[bool]:
    """Whether an assignment makes its mentor the one who owes the reviews on this day."""
    primary = Assignment.kind == AssignmentKind.PRIMARY
    return and_(primary, assignment_holds(day), Mentor.account_id.is_not(None))


def is_led(day: Day) -> ColumnElement[bool]:
    """Whether somebody owes the reviews of a fellowship's reports on this day."""
    led = select(Assignment.id).join(Assignment.mentor)
    return led.where(Assignment.fellowship_id == Fellowship.id, _leads(day)).exists()
