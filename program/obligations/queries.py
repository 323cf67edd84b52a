"""Who owes what to whom by when: one query over what the features say is owed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Subquery, bindparam, func, literal, select, union_all
from sqlalchemy.orm import aliased

from program.accounts.models import Account
from program.answering.queries import owed_asks
from program.columns import AnySelect, UtcDateTime
from program.concerns.queries import owed_acknowledgements
from program.deadlines.queries import is_late
from program.evaluations.queries import owed_evaluations
from program.extensions import db
from program.mentors.queries import owed_next_steps
from program.obligations.models import USUAL, Obligation, ObligationKind
from program.postponing.queries import owed_decisions
from program.reports.owed import owed_drafts, owed_mendings, owed_reports
from program.reviews.queries import owed_reviews
from program.surveys.queries import owed_answers

BATCH = 5_000
STAFFS_OWN = frozenset(
    {
        ObligationKind.SURVEY,
        ObligationKind.NEXT_STEP,
        ObligationKind.CONCERN,
        ObligationKind.EVALUATION,
        ObligationKind.EXTENSION,
    }
)
BESIDE_THE_QUEUE = frozenset({ObligationKind.EVALUATION, ObligationKind.ASK})
KIND, ACCOUNT, SUBJECT, COHORT, DUE, NUMBER, ABOUT, GRACE = range(8)
NOW, TODAY = bindparam("now", type_=UtcDateTime), bindparam("today", type_=Date)
"""The queries are built once, at first use: they are long, and asked for with every page and every minute."""


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
    values = {"account_ids": list(account_ids), **moment(now)}
    return [_obligation(row) for row in db.session.execute(_owed_by_any(), values)]


@cache
def _owed_by_any() -> AnySelect:
    owed = _owed(lambda columns: columns[ACCOUNT].in_(bindparam("account_ids", expanding=True)))
    return select(owed).order_by(owed.c.due_at, owed.c.kind, owed.c.subject_id)


def list_mentors_own(account_id: int, *, now: datetime) -> Sequence[Obligation]:
    """What the account owes as a mentor beside the reports of its queue, the most urgent first."""
    owed = list_owed_by(account_id, now=now)
    return [obligation for obligation in owed if obligation.kind in BESIDE_THE_QUEUE]


def list_managers_own(account_id: int, *, now: datetime) -> Sequence[Obligation]:
    """What the account owes as a research manager, the most urgent first: reports to draft."""
    owed = list_owed_by(account_id, now=now)
    return [obligation for obligation in owed if obligation.kind is ObligationKind.DRAFT]


def list_coached(account_ids: Collection[int], *, now: datetime) -> Sequence[Obligation]:
    """What these fellows owe, as their research manager sees it: surveys, recruiting and evaluations are staff's."""
    owed = list_owed_by_any(account_ids, now=now)
    return [obligation for obligation in owed if obligation.kind not in STAFFS_OWN]


def iterate_due(first: datetime, last: datetime, *, now: datetime) -> Iterator[Sequence[Obligation]]:
    """All obligations that are due between two instants, in batches, in constant memory."""
    values = {"first": first, "last": last, **moment(now)}
    rows = db.session.execute(_due_between(), values, execution_options={"yield_per": BATCH})
    for part in rows.partitions():
        yield [_obligation(row) for row in part]


@cache
def _due_between() -> AnySelect:
    return select(_owed(lambda columns: columns[DUE].between(bindparam("first"), bindparam("last"))))


def iterate_owed_in(
    cohort_id: int, kind: ObligationKind, first: datetime, last: datetime, *, now: datetime
) -> Iterator[Sequence[Obligation]]:
    """All of one kind that a cohort owes and that is due between two instants, in batches; no concern ever."""
    values = {"cohort_id": cohort_id, "kind": kind.value, "first": first, "last": last, **moment(now)}
    rows = db.session.execute(_owed_of_kind(), values, execution_options={"yield_per": BATCH})
    for part in rows.partitions():
        yield [_obligation(row) for row in part]


@cache
def _owed_of_kind() -> AnySelect:
    owed = owed_in_cohort()
    due = owed.c.due_at.between(bindparam("first"), bindparam("last"))
    return select(owed).where(owed.c.kind == bindparam("kind"), due)


def count_owed_in(cohort_id: int, *, now: datetime) -> dict[ObligationKind, Owing]:
    """How much is owed in a cohort, by kind; no concern, of which only those it is put to may know."""
    rows = db.session.execute(_counts_by_kind(), {"cohort_id": cohort_id, **moment(now)})
    found = {ObligationKind(kind): Owing(count, late) for kind, count, late in rows}
    return {kind: found.get(kind, Owing(0, 0)) for kind in ObligationKind}


@cache
def _counts_by_kind() -> AnySelect:
    owed = owed_in_cohort()
    overdue = func.count().filter(is_late(owed.c.due_at, NOW, owed.c.grace_hours))
    return select(owed.c.kind, func.count(), overdue).group_by(owed.c.kind)


def owed_in_cohort() -> Subquery:
    """What is owed in the cohort `cohort_id` at a `moment`: for those who may count it, so without concerns."""
    return _narrowed(_open_parts(), lambda columns: columns[COHORT] == bindparam("cohort_id"))


def _owed(narrow: Any) -> Subquery:
    return _narrowed([*_open_parts(), owed_acknowledgements()], narrow)


def _open_parts() -> list[AnySelect]:
    """The parts that the features contribute and whoever runs the programme may count."""
    return [
        *(*owed_reports(NOW), *owed_drafts(NOW)),
        *(owed_mendings(NOW), owed_reviews(TODAY), owed_answers(NOW)),
        *(owed_next_steps(), owed_evaluations(NOW, TODAY), owed_asks(TODAY), owed_decisions()),
    ]


def _narrowed(parts: list[AnySelect], narrow: Any) -> Subquery:
    """Each part narrowed by itself, so that its own index serves."""
    narrowed = (_with_margins(_of_somebody(part).where(narrow([*part.selected_columns]))) for part in parts)
    return union_all(*narrowed).subquery("owed")


def _of_somebody(part: AnySelect) -> AnySelect:
    """Nothing is owed by nobody, or by somebody whose account is disabled."""
    owner = aliased(Account)
    theirs = select(owner.id).where(owner.id == part.selected_columns[ACCOUNT], owner.disabled_at.is_(None))
    return part.where(theirs.correlate_except(owner).exists())


def _with_margins(part: AnySelect) -> AnySelect:
    """Only reports have margins of their own; whatever else is owed need not say that it has none."""
    usual = literal(0), literal(USUAL.very_late.days)
    return part if len(part.selected_columns) > GRACE else part.add_columns(*usual)


def moment(now: datetime) -> dict[str, object]:
    """What the queries take for the present."""
    return {"now": now, "today": now.date()}


def _obligation(row: Any) -> Obligation:
    return Obligation(ObligationKind(row[0]), *row[1:])
