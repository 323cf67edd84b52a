"""The facts that signals are made of, of some fellows or of a whole cohort: one query, each kind a part of it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

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
    select,
    union_all,
)

from program.accounts.models import Account
from program.board.signals import (
    LATE_TIMES,
    LATEST_REPORTS,
    LEAVE_SOON,
    OLD_ASK,
    RETURNED_TIMES,
    Fact,
    Signal,
    SignalKind,
    signals_from,
)
from program.clock import today
from program.cohorts.models import Cohort, ReportPeriod
from program.cohorts.queries import period_title
from program.columns import AnySelect, UtcDateTime
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, granted, is_asked_of, is_expected, is_late
from program.extensions import db
from program.fellows.models import Fellowship, Leave
from program.fellows.queries import goes_on
from program.reports.models import Ask, Report, ReportState
from program.reviews.models import Review, Verdict
from program.reviews.queries import is_led

NOW, OLD = (bindparam(name, type_=UtcDateTime) for name in ("now", "old"))
DAY, SOON, TODAY = (bindparam(name, type_=Date) for name in ("day", "soon", "today"))
NO_REPORT: Any = cast(null(), Integer)
NO_NAME: Any = literal("", String)
NO_INSTANT: Any = cast(null(), UtcDateTime)
NO_DAY: Any = cast(null(), Date)


class Looked(NamedTuple):
    """Somebody to look at, and why."""

    fellowship_id: int
    name: str
    signals: Sequence[Signal]


def signals_of(cohort: Cohort, fellowship_ids: Collection[int], *, now: datetime) -> dict[int, list[Signal]]:
    """The signals of these fellowships of the cohort, by fellowship; none of those that do not go on."""
    values = {"fellowship_ids": list(fellowship_ids), **_at(cohort, now)}
    return _signals(db.session.execute(_facts_of_some(), values), cohort, now)


def signals_in(cohort: Cohort, *, now: datetime) -> dict[int, list[Signal]]:
    """The same of the whole cohort."""
    values = {"cohort_id": cohort.id, **_at(cohort, now)}
    return _signals(db.session.execute(_facts_of_cohort(), values), cohort, now)


def list_looked(cohort: Cohort, *, now: datetime) -> Sequence[Looked]:
    """Whom of the cohort to look at: who has what is said first before the others, and then by name."""
    facts = _facts_of_cohort().subquery("fact")
    query = select(facts, Account.name, Account.folded).join(
        Fellowship, Fellowship.id == facts.c.fellowship_id
    )
    rows = db.session.execute(
        query.join(Account, Account.id == Fellowship.account_id), {"cohort_id": cohort.id, **_at(cohort, now)}
    ).all()
    names = {row.fellowship_id: (row.folded, row.name) for row in rows}
    found = _signals((row[:-2] for row in rows), cohort, now)
    order = list(SignalKind)
    return sorted(
        (Looked(own, names[own][1], signals) for own, signals in found.items()),
        key=lambda one: (order.index(one.signals[0].kind), names[one.fellowship_id]),
    )


def _signals(rows: Iterable[Any], cohort: Cohort, now: datetime) -> dict[int, list[Signal]]:
    return signals_from([Fact(*row) for row in rows], day=today(now, cohort.time_zone), now=now)


def _at(cohort: Cohort, now: datetime) -> dict[str, object]:
    day: date = today(now, cohort.time_zone)
    return {"now": now, "old": now - OLD_ASK, "today": now.date(), "day": day, "soon": day + LEAVE_SOON}


@cache
def _facts_of_some() -> AnySelect:
    return _facts(Fellowship.id.in_(bindparam("fellowship_ids", expanding=True)))


@cache
def _facts_of_cohort() -> AnySelect:
    return _facts(Fellowship.cohort_id == bindparam("cohort_id"))


def _facts(among: ColumnElement[bool]) -> AnySelect:
    """Each part in the order of the fields of `Fact`."""
    here = and_(among, goes_on())
    sent = _reports(here).where(Report.state == ReportState.SUBMITTED)
    parts = (
        _first(SignalKind.UNREAD, sent.where(~is_led(TODAY)), Report.submitted_at),
        _first(SignalKind.WAITS, sent.where(Report.owed_at < NOW), Report.owed_at),
        _late(here),
        _returned(here),
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
    """A part whose columns are the fields of `Fact`."""
    columns = zip(Fact._fields, (literal(kind.value), *values), strict=True)
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
