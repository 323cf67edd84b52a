"""When to look at some fellows, or at those of a whole cohort: one query."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    bindparam,
    select,
)

from program.accounts.models import Account
from program.board.parts import facts_among
from program.board.signals import (
    LEAVE_SOON,
    OLD_ASK,
    Fact,
    Signal,
    SignalKind,
    signals_from,
)
from program.clock import today
from program.cohorts.models import Cohort
from program.columns import AnySelect
from program.extensions import db
from program.fellows.models import Fellowship


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
    return facts_among(Fellowship.id.in_(bindparam("fellowship_ids", expanding=True)))


@cache
def _facts_of_cohort() -> AnySelect:
    return facts_among(Fellowship.cohort_id == bindparam("cohort_id"))
