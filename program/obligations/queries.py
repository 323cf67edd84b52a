"""Who owes what to whom by when: one query over what the features say is owed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, func, select, union_all

from program.columns import AnySelect
from program.extensions import db
from program.obligations.models import Obligation, ObligationKind
from program.reports.queries import owed_mendings, owed_reports
from program.reviews.queries import owed_reviews
from program.surveys.queries import owed_answers

BATCH = 1_000
KIND, ACCOUNT, SUBJECT, COHORT, DUE = range(5)


@dataclass(frozen=True, slots=True)
class Owing:
    """How many of one kind are owed in a cohort, and how many of these are overdue."""

    owed: int
    overdue: int


def list_owed_by(account_id: int, *, now: datetime) -> Sequence[Obligation]:
    """What the account owes, the most urgent first."""
    return list_owed_by_any([account_id], now=now)


def list_owed_by_any(account_ids: Collection[int], *, now: datetime) -> Sequence[Obligation]:
    """What these accounts owe, the most urgent first."""
    owed = _owed(now, lambda columns: columns[ACCOUNT].in_(account_ids))
    query = select(owed).order_by(owed.c.due_at, owed.c.kind, owed.c.subject_id)
    return [_obligation(row) for row in db.session.execute(query)]


def list_coached(account_ids: Collection[int], *, now: datetime) -> Sequence[Obligation]:
    """What these fellows owe, as their research manager sees it: who has answered a survey is staff's to know."""
    owed = list_owed_by_any(account_ids, now=now)
    return [obligation for obligation in owed if obligation.kind is not ObligationKind.SURVEY]


def iterate_due(first: datetime, last: datetime, *, now: datetime) -> Iterator[Sequence[Obligation]]:
    """All obligations that are due between two instants, in batches, in constant memory."""
    owed = _owed(now, lambda columns: columns[DUE].between(first, last))
    rows = db.session.execute(select(owed), execution_options={"yield_per": BATCH})
    for part in rows.partitions():
        yield [_obligation(row) for row in part]


def count_owed_in(cohort_id: int, *, now: datetime) -> dict[ObligationKind, Owing]:
    """How much is owed in a cohort, by kind."""
    owed = _owed(now, lambda columns: columns[COHORT] == cohort_id)
    overdue = func.count().filter(owed.c.due_at < now)
    query = select(owed.c.kind, func.count(), overdue).group_by(owed.c.kind)
    found = {ObligationKind(kind): Owing(count, late) for kind, count, late in db.session.execute(query)}
    return {kind: found.get(kind, Owing(0, 0)) for kind in ObligationKind}


def list_often_late(cohort_id: int, *, now: datetime, limit: int = 10) -> Sequence[tuple[int, int]]:
    """Accounts of a cohort that owe two or more reports whose time has passed, with how many, most first."""
    owed = _owed(now, lambda columns: columns[COHORT] == cohort_id)
    late = (owed.c.kind == ObligationKind.REPORT) & (owed.c.due_at < now)
    query = select(owed.c.account_id, func.count().label("times")).where(late).group_by(owed.c.account_id)
    query = query.having(func.count() >= 2).order_by(func.count().desc(), owed.c.account_id)
    return [(account_id, times) for account_id, times in db.session.execute(query.limit(limit))]


def _owed(now: datetime, narrow: Any) -> Subquery:
    """The parts that the features contribute, each narrowed by itself so that its own index serves."""
    parts: list[AnySelect] = [owed_reports(now), owed_mendings(), owed_reviews(now), owed_answers(now)]
    return union_all(*(part.where(narrow([*part.selected_columns])) for part in parts)).subquery("owed")


def _obligation(row: Any) -> Obligation:
    return Obligation(ObligationKind(row[0]), *row[1:])
