"""The facts that signals are made of: each kind a part of one query."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from program.access import Role
from program.accounts.models import Account
from program.accounts.queries import has_role
from program.board.signals import (
    LATE_TIMES,
    LATEST_REPORTS,
    RETURNED_TIMES,
    Fact,
    SignalKind,
)
from program.cohorts.models import Cohort, ReportPeriod
from program.cohorts.queries import period_title
from program.columns import AnySelect, UtcDateTime
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, granted, is_asked_of, is_expected, is_late
from program.fellows.models import Fellowship, Leave
from program.fellows.queries import goes_on
from program.reports.models import Ask, Report, ReportState
from program.reviews.models import MentorView, Review, Verdict
from program.reviews.models import Signal as Progress
from program.reviews.queries import is_led

NOW, OLD = (bindparam(name, type_=UtcDateTime) for name in ("now", "old"))
DAY, SOON, TODAY = (bindparam(name, type_=Date) for name in ("day", "soon", "today"))
NO_REPORT: Any = cast(null(), Integer)
NO_NAME: Any = literal("", String)
NO_INSTANT: Any = cast(null(), UtcDateTime)
NO_DAY: Any = cast(null(), Date)


def facts_among(among: ColumnElement[bool]) -> AnySelect:
    """Each part in the order of the fields of `Fact`."""
    here = and_(among, goes_on())
    sent = _reports(here).where(Report.state == ReportState.SUBMITTED)
    parts = (
        _first(SignalKind.UNREAD, sent.where(~is_led(TODAY)), Report.submitted_at),
        _first(SignalKind.WAITS, sent.where(Report.owed_at < NOW), Report.owed_at),
        _late(here),
        _returned(here),
        _progress(here),
        _first(SignalKind.ASKS, _old_asks(here), Ask.created_at),
        _leaves(here),
    )
    return select(union_all(*parts).subquery())


def _reports(here: ColumnElement[bool]) -> AnySelect:
    query = select(Report.id).join(Fellowship, Fellowship.id == Report.fellowship_id)
    return query.join(ReportPeriod, ReportPeriod.id == Report.period_id).where(here)


def _old_asks(here: ColumnElement[bool]) -> AnySelect:
    return (
        _reports(here)
        .join(Ask, Ask.report_id == Report.id)
        .where(Ask.answered_at.is_(None), Ask.created_at < OLD)
    )


def _first(kind: SignalKind, reports: AnySelect, at: Any) -> AnySelect:
    """Of each fellowship the first of these reports by an instant, and how many there are."""
    found = reports.with_only_columns(
        Fellowship.id.label("own"),
        Report.id.label("report_id"),
        period_title().label("report"),
        at.label("at"),
        func.count().over(partition_by=Fellowship.id).label("times"),
        func.row_number().over(partition_by=Fellowship.id, order_by=[at, Report.id]).label("place"),
    ).subquery()
    own, days = found.c, (NO_DAY, NO_DAY)
    return _fact(kind, own.own, own.times, literal(0), own.report_id, own.report, own.at, *days).where(
        own.place == 1
    )


def _fact(kind: SignalKind, *values: Any) -> AnySelect:
    """A part whose columns are the fields of `Fact`; the last is empty where it is not given."""
    said = values if len(values) == len(Fact._fields) - 1 else (*values, NO_NAME)
    columns = zip(Fact._fields, (literal(kind.value), *said), strict=True)
    return select(*(value.label(name) for name, value in columns))


def _late(here: ColumnElement[bool]) -> AnySelect:
    """How many reports were sent late, and how many were to be sent and are not, whose time has passed."""
    sent, excused = Report.first_submitted_at, func.coalesce(Deadline.excused, literal(value=False))
    late = _count(and_(is_late(effective_due(), sent, Cohort.grace_hours), excused.is_(False)))
    overdue = is_late(effective_due(), NOW, Cohort.grace_hours)
    missing = _count(and_(sent.is_(None), overdue, is_expected()))
    own = and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id)
    return (
        _fact(SignalKind.LATE, Fellowship.id, late, missing, NO_REPORT, NO_NAME, NO_INSTANT, NO_DAY, NO_DAY)
        .join(Cohort, Cohort.id == Fellowship.cohort_id)
        .join(ReportPeriod, and_(ReportPeriod.cohort_id == Fellowship.cohort_id, is_asked_of()))
        .outerjoin(Report, own)
        .outerjoin(Deadline, granted())
        .where(here, ReportPeriod.opens_at <= NOW)
        .group_by(Fellowship.id)
        .having(late + missing >= LATE_TIMES)
    )


def _returned(here: ColumnElement[bool]) -> AnySelect:
    """How often the last reports that were sent were returned, and how many of them."""
    latest: list[Any] = [ReportPeriod.due_at.desc(), Report.id.desc()]
    sent = (
        _reports(here)
        .where(Report.first_submitted_at.is_not(None))
        .with_only_columns(
            Fellowship.id.label("own"),
            Report.id.label("report_id"),
            period_title().label("report"),
            func.row_number().over(partition_by=Fellowship.id, order_by=latest).label("place"),
        )
        .subquery()
    )
    returns, reports = func.count(), func.count(sent.c.report_id.distinct())
    what = (func.max(sent.c.report_id), func.max(sent.c.report), NO_INSTANT, NO_DAY, NO_DAY)
    return (
        _fact(SignalKind.RETURNED, sent.c.own, returns, reports, *what)
        .join(Review, Review.report_id == sent.c.report_id)
        .where(sent.c.place <= LATEST_REPORTS, Review.verdict == Verdict.RETURN)
        .group_by(sent.c.own)
        .having(returns >= RETURNED_TIMES)
    )


def _progress(here: ColumnElement[bool]) -> AnySelect:
    """What was last said to staff of how it goes, if it is a concern; never of a fellow who would read it as staff."""
    latest: list[Any] = [Review.id.desc()]
    reads = select(Account.id).where(or_(has_role(Role.STAFF), has_role(Role.ADMIN)))
    said = (
        _reports(and_(here, Fellowship.account_id.not_in(reads)))
        .join(Review, Review.report_id == Report.id)
        .join(MentorView, MentorView.review_id == Review.id)
        .where(MentorView.signal.is_not(None))
        .with_only_columns(
            Fellowship.id.label("own"),
            Report.id.label("report_id"),
            period_title().label("report"),
            Review.created_at.label("at"),
            MentorView.signal.label("signal"),
            func.row_number().over(partition_by=Fellowship.id, order_by=latest).label("place"),
        )
        .subquery()
    )
    own, word = said.c, func.replace(type_coerce(said.c.signal, String), "_", " ")
    what = (literal(1), literal(0), own.report_id, own.report, own.at, NO_DAY, NO_DAY, word)
    concerned = own.signal.in_([Progress.SOME_CONCERN, Progress.OFF_TRACK])
    return _fact(SignalKind.PROGRESS, own.own, *what).where(own.place == 1, concerned)


def _leaves(here: ColumnElement[bool]) -> AnySelect:
    """The first leave of each fellow that runs or begins soon."""
    place = func.row_number().over(partition_by=Leave.fellowship_id, order_by=[Leave.starts_on, Leave.id])
    found = (
        select(Leave.fellowship_id, Leave.starts_on, Leave.ends_on, place.label("place"))
        .join(Fellowship, Fellowship.id == Leave.fellowship_id)
        .where(here, Leave.ends_on >= DAY, Leave.starts_on <= SOON)
        .subquery()
    )
    own, nothing = found.c, (NO_REPORT, NO_NAME, NO_INSTANT)
    days = (own.starts_on, own.ends_on)
    return _fact(SignalKind.LEAVE, own.fellowship_id, literal(1), literal(0), *nothing, *days).where(
        own.place == 1
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
