"""What is asked for beside the calendar of a cohort, and of whom it can be."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import joinedload

from program.accounts.models import Account
from program.cohorts.models import ReportPeriod
from program.cohorts.queries import period_title
from program.columns import AnySelect
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.fellows.queries import is_on_leave
from program.notices.models import GONE_OUT, Notice, NoticeKind
from program.paging import PAGE_SIZE, Page, page_of
from program.reports.models import Report, ReportTemplate


class Beside(NamedTuple):
    """A period beside the calendar: whose alone it is (None: all of the cohort), its template's name, who began it."""

    period: ReportPeriod
    fellow: str | None
    template: str | None
    begun: int


class Candidate(NamedTuple):
    """An active fellow, and whether a report of a day would be owed by them."""

    account_id: int
    fellowship_id: int
    name: str
    is_there: bool
    is_away: bool

    @property
    def owes(self) -> bool:
        """Whether they would owe it."""
        return self.is_there and not self.is_away


def list_beside(cohort_id: int, *, cursor: str | None, size: int = PAGE_SIZE) -> Page[Beside]:
    """All of a cohort, the one that is due last first."""
    page = page_of(
        _beside().where(ReportPeriod.cohort_id == cohort_id),
        order=[ReportPeriod.due_at, ReportPeriod.id],
        key=lambda row: [row[0].due_at, row[0].id],
        cursor=cursor,
        size=size,
        newest_first=True,
    )
    return page.map(lambda row: Beside(*row))


def get_beside(period_id: int) -> Beside:
    """One of them, with its cohort. Raises NotFoundError, for a week of the calendar too."""
    query = _beside().where(ReportPeriod.id == period_id).options(joinedload(ReportPeriod.cohort))
    row = db.session.execute(query).first()
    if row is None:
        raise NotFoundError("There is no such report beside a calendar.")
    return Beside(*row)


def lock_beside(period: ReportPeriod) -> None:
    """Nobody begins it, and nobody else changes it, before this transaction is over. Raises NotFoundError."""
    held = select(ReportPeriod).where(ReportPeriod.id == period.id, ReportPeriod.number.is_(None))
    found = db.session.scalar(held.with_for_update(), execution_options={"populate_existing": True})
    if found is None:
        raise NotFoundError("This report was taken back by somebody else.")


def count_begun(period_id: int) -> int:
    """How many have begun it."""
    return db.session.scalar(select(func.count()).where(Report.period_id == period_id)) or 0


def is_called_so(
    cohort_id: int, title: str, fellowship_ids: Collection[int] | None, *, apart_from: int | None = None
) -> bool:
    """Whether somebody of these (None: all of the cohort) is asked for another report of this title."""
    query = select(ReportPeriod.id).where(
        ReportPeriod.cohort_id == cohort_id,
        ReportPeriod.number.is_(None),
        func.lower(period_title()) == title.lower(),
    )
    if fellowship_ids is not None:
        query = query.where(_is_for(fellowship_ids))
    if apart_from is not None:
        query = query.where(ReportPeriod.id != apart_from)
    return db.session.scalar(query.limit(1)) is not None


def count_most(cohort_id: int, fellowship_ids: Collection[int] | None) -> int:
    """How many a cohort has for all of it; with fellowships, how many that one has which has most for itself."""
    query = select(func.count().label("times")).where(
        ReportPeriod.cohort_id == cohort_id, ReportPeriod.number.is_(None)
    )
    if fellowship_ids is None:
        return db.session.scalar(query.where(ReportPeriod.fellowship_id.is_(None))) or 0
    own = query.where(ReportPeriod.fellowship_id.in_(fellowship_ids)).group_by(ReportPeriod.fellowship_id)
    return db.session.scalar(select(func.max(own.subquery().c.times))) or 0


def list_candidates(
    cohort_id: int, due_on: date, fellowship_ids: Collection[int] | None = None
) -> Sequence[Candidate]:
    """The active fellows of the cohort, or these of them, by name."""
    day = literal(due_on)
    there = day.between(Fellowship.starts_on, Fellowship.ends_on)
    query = select(Account.id, Fellowship.id, Account.name, there, is_on_leave(day)).join(Fellowship.account)
    query = query.where(Fellowship.cohort_id == cohort_id, Fellowship.stage == FellowshipStage.ACTIVE)
    if fellowship_ids is not None:
        query = query.where(Fellowship.id.in_(fellowship_ids))
    rows = db.session.execute(query.order_by(Account.folded, Fellowship.id))
    return [
        Candidate(account, own, name, bool(is_there), bool(is_away))
        for account, own, name, is_there, is_away in rows
    ]


def list_told(period: ReportPeriod) -> Sequence[int]:
    """The accounts that were told of it, as it is now or as it was."""
    query = select(Notice.account_id).where(
        Notice.kind == NoticeKind.REPORT_ASKED,
        Notice.subject_kind == "period",
        Notice.subject_id == period.id,
        Notice.state.in_(GONE_OUT),
    )
    return db.session.scalars(query.distinct()).all()


def _beside() -> AnySelect:
    begun = select(func.count()).where(Report.period_id == ReportPeriod.id).scalar_subquery()
    return (
        select(ReportPeriod, Account.name, ReportTemplate.name, begun)
        .outerjoin(Fellowship, Fellowship.id == ReportPeriod.fellowship_id)
        .outerjoin(Account, Account.id == Fellowship.account_id)
        .outerjoin(ReportTemplate, ReportTemplate.id == ReportPeriod.template_id)
        .where(ReportPeriod.number.is_(None))
    )


def _is_for(fellowship_ids: Collection[int]) -> ColumnElement[bool]:
    return or_(ReportPeriod.fellowship_id.is_(None), ReportPeriod.fellowship_id.in_(fellowship_ids))
