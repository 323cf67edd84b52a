"""Reading rounds and evaluations. What is not sent is read by its author only; the fellow reads none of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, bindparam, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from program.access import Actor, Permission, Relation, every, own
from program.accounts.models import Account
from program.columns import AccountId, AnySelect, Day, Instant
from program.errors import NotFoundError
from program.evaluations.models import Evaluation, EvaluationRound
from program.evaluations.wording import LATEST, WORDINGS, Dimension
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import goes_on, leads, related, relations_of, visible_to
from program.mentors.models import Mentor
from program.paging import Page, page_of
from program.reports.models import Report


@dataclass(frozen=True, slots=True)
class Desk:
    """What a mentor has in front of them: a round, a fellow of theirs, and what they wrote if they began."""

    round: EvaluationRound
    fellowship: Fellowship
    evaluation: Evaluation | None

    @property
    def version(self) -> int:
        """The save that this page shows."""
        return self.evaluation.version if self.evaluation else 0

    @property
    def wording(self) -> int:
        """The number of the words that are answered."""
        return self.evaluation.wording if self.evaluation else LATEST

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What is asked."""
        return WORDINGS[self.wording]


def get_desk(actor: Actor, round_id: int, fellowship_id: int, *, now: datetime) -> Desk:
    """The actor's own desk for a round that has opened, about a fellow whom they mentor. Raises NotFoundError."""
    mine = and_(
        Evaluation.round_id == EvaluationRound.id,
        Evaluation.fellowship_id == Fellowship.id,
        Evaluation.author_id == actor.id,
    )
    query = (
        select(EvaluationRound, Fellowship, Evaluation)
        .join(Fellowship, Fellowship.cohort_id == EvaluationRound.cohort_id)
        .outerjoin(Evaluation, mine)
        .where(
            EvaluationRound.id == round_id,
            Fellowship.id == fellowship_id,
            EvaluationRound.opens_at <= now,
            visible_to(actor, Permission.EVALUATION_WRITE, now=now),
        )
        .options(
            joinedload(Fellowship.account),
            joinedload(Fellowship.cohort),
            selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
            *_whole(),
        )
    )
    row = db.session.execute(query).unique().first()
    if row is None:
        raise NotFoundError("There is no fellow for you to evaluate here.")
    return Desk(*row)


def _whole() -> list[ORMOption]:
    return [selectinload(Evaluation.scores), selectinload(Evaluation.reports)]


def list_sent_reports(fellowship_id: int) -> Sequence[Report]:
    """The reports that the fellow has submitted, the latest first, bare but for their periods."""
    query = (
        select(Report)
        .join(Report.period)
        .where(Report.fellowship_id == fellowship_id, Report.submitted_at.is_not(None))
        .order_by(Report.submitted_at.desc(), Report.id.desc())
        .options(contains_eager(Report.period))
    )
    return db.session.scalars(query).all()


def get_evaluation(actor: Actor, evaluation_id: int) -> Evaluation:
    """An evaluation that the actor may read, with what is shown beside it. Raises NotFoundError."""
    fellowship, asked_in = joinedload(Evaluation.fellowship), joinedload(Evaluation.round)
    query = select(Evaluation).where(Evaluation.id == evaluation_id, readable(actor))
    found = db.session.scalar(
        query.options(
            fellowship.joinedload(Fellowship.account),
            fellowship.joinedload(Fellowship.cohort),
            fellowship.joinedload(Fellowship.track),
            fellowship.selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
            asked_in.joinedload(EvaluationRound.cohort),
            joinedload(Evaluation.author),
            *_whole(),
        )
    )
    if found is None:
        raise NotFoundError("There is no such evaluation among those you can read.")
    return found


def readable(actor: Actor) -> ColumnElement[bool]:
    """Which evaluations the policy lets this actor read, as a condition: a draft is its author's alone.

    Nobody reads what is said of themself, be they staff by now.
    """
    relations = relations_of(actor, Permission.EVALUATION_READ)
    allowed = or_(False, *(_as_condition(relation, actor.id) for relation in relations))  # noqa: FBT003 - SQL false
    themself = select(Fellowship.id).where(Fellowship.account_id == actor.id)
    return and_(allowed, Evaluation.fellowship_id.not_in(themself))


def _as_condition(relation: Relation, account_id: AccountId) -> ColumnElement[bool]:
    if relation is every:
        return Evaluation.sent_at.is_not(None)
    if relation is own:
        return Evaluation.author_id == account_id
    raise ValueError(f"the relation {relation.__name__} has no condition in SQL")


def list_sent_by(actor: Actor, *, cursor: str | None) -> Page[Evaluation]:
    """What the actor has sent, the latest first."""
    fellowship = joinedload(Evaluation.fellowship)
    query = select(Evaluation).where(Evaluation.author_id == actor.id, Evaluation.sent_at.is_not(None))
    query = query.options(
        fellowship.joinedload(Fellowship.account),
        joinedload(Evaluation.round).joinedload(EvaluationRound.cohort),
    )
    order = [Evaluation.id]
    return page_of(query, order=order, key=lambda one: [one.id], cursor=cursor, newest_first=True)


class ToWrite(NamedTuple):
    """A fellow whom a mentor can evaluate in a round, and whether they began."""

    round: EvaluationRound
    fellowship: Fellowship
    begun: bool


def list_to_write(actor: Actor, *, now: datetime) -> list[ToWrite]:
    """Whom the actor can evaluate today and has not, as they fall due.

    In rounds that are open; in those that have been due, whom nobody who led them has evaluated either.
    """
    values = {"account_id": actor.id, "day": now.date(), "now": now}
    rows = db.session.execute(_to_write(relations_of(actor, Permission.EVALUATION_WRITE)), values)
    return [ToWrite(*row) for row in rows]


@cache
def _to_write(relations: frozenset[Relation]) -> AnySelect:
    theirs = related(relations, account_id=bindparam("account_id"), day=bindparam("day"))
    mine = and_(
        Evaluation.round_id == EvaluationRound.id,
        Evaluation.fellowship_id == Fellowship.id,
        Evaluation.author_id == bindparam("account_id"),
    )
    missing = and_(_is_led(bindparam("account_id"), bindparam("day")), ~_was_led())
    still = or_(EvaluationRound.due_at > bindparam("now"), missing)
    return (
        select(EvaluationRound, Fellowship, Evaluation.id.is_not(None))
        .join(Fellowship, Fellowship.cohort_id == EvaluationRound.cohort_id)
        .join(Fellowship.account)
        .outerjoin(Evaluation, mine)
        .where(EvaluationRound.opens_at <= bindparam("now"), theirs, Evaluation.sent_at.is_(None), still)
        .order_by(EvaluationRound.due_at, Account.folded, Fellowship.id)
        .options(contains_eager(Fellowship.account), joinedload(EvaluationRound.cohort))
    )


def _is_led(account_id: AccountId, day: Day) -> ColumnElement[bool]:
    """Whether the account leads the fellow on this day."""
    query = (
        select(Assignment.id)
        .join(Assignment.mentor)
        .where(Assignment.fellowship_id == Fellowship.id, Mentor.account_id == account_id, leads(day))
    )
    return query.correlate(Fellowship).exists()


def _was_led() -> ColumnElement[bool]:
    """Whether a mentor who led the fellow has sent theirs in the round."""
    sent = aliased(Evaluation)
    query = select(sent.id).where(
        sent.round_id == EvaluationRound.id,
        sent.fellowship_id == Fellowship.id,
        sent.sent_at.is_not(None),
        sent.led.is_(True),
    )
    return query.correlate(EvaluationRound, Fellowship).exists()


def owed_evaluations(now: Instant, day: Day) -> AnySelect:
    """Obligations: each fellow in a round that has opened, owed by the mentor who leads them on this day.

    The subject is the fellowship, the number that of the round. It is done when a mentor who led the fellow has sent
    theirs, be it one who has handed over since.
    """
    said = and_(
        Evaluation.round_id == EvaluationRound.id,
        Evaluation.fellowship_id == Fellowship.id,
        Evaluation.sent_at.is_not(None),
        or_(Evaluation.led, Evaluation.author_id == Mentor.account_id),
    )
    moment = type_coerce(EvaluationRound.moment, String)
    return (
        select(
            literal("evaluation"),
            Mentor.account_id,
            Fellowship.id,
            Fellowship.cohort_id,
            EvaluationRound.due_at,
            EvaluationRound.id,
            Account.name + ": " + moment + " evaluation",
        )
        .join(EvaluationRound, EvaluationRound.cohort_id == Fellowship.cohort_id)
        .join(Account, Account.id == Fellowship.account_id)
        .join(Assignment, Assignment.fellowship_id == Fellowship.id)
        .join(Mentor, Mentor.id == Assignment.mentor_id)
        .where(
            EvaluationRound.opens_at <= now,
            goes_on(),
            leads(day),
            ~select(Evaluation.id).where(said).exists(),
        )
    )
