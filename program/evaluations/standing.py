"""How the rounds of a cohort stand, as staff read it: who was evaluated, by whom, and who has nobody to do it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from program.access import Actor
from program.accounts.models import Account
from program.columns import Day
from program.errors import NotFoundError
from program.evaluations.models import Evaluation, EvaluationRound, Moment
from program.evaluations.queries import readable
from program.evaluations.rules import Answers
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import goes_on, leads
from program.mentors.models import Mentor
from program.paging import PAGE_SIZE, Page, page_of
from program.reports.models import Report


def get_round(round_id: int) -> EvaluationRound:
    """A round with its cohort. Raises NotFoundError."""
    found = db.session.get(EvaluationRound, round_id, options=[joinedload(EvaluationRound.cohort)])
    if found is None:
        raise NotFoundError("There is no such round.")
    return found


def find_round(cohort_id: int, moment: Moment) -> EvaluationRound | None:
    """The cohort's round of this moment."""
    query = select(EvaluationRound).where(EvaluationRound.cohort_id == cohort_id)
    return db.session.scalar(query.where(EvaluationRound.moment == moment))


def list_unanswered_rounds(cohort_id: int) -> Sequence[EvaluationRound]:
    """The cohort's rounds in which nothing was sent so far, the first first: they move along with their cohort."""
    sent = select(Evaluation.id).where(
        Evaluation.round_id == EvaluationRound.id, Evaluation.sent_at.is_not(None)
    )
    query = select(EvaluationRound).where(EvaluationRound.cohort_id == cohort_id, ~sent.exists())
    return db.session.scalars(query.order_by(EvaluationRound.due_at)).all()


class Standing(NamedTuple):
    """A round, how many fellows it is about, and of how many of them an evaluation was sent."""

    round: EvaluationRound
    asked: int
    sent: int


def list_standings(cohort_id: int) -> list[Standing]:
    """The cohort's rounds, the first first."""
    asked = select(func.count()).where(Fellowship.cohort_id == EvaluationRound.cohort_id, _is_about())
    sent = select(func.count()).where(Fellowship.cohort_id == EvaluationRound.cohort_id, _was_sent())
    query = select(
        EvaluationRound, *(part.correlate(EvaluationRound).scalar_subquery() for part in (asked, sent))
    )
    query = query.where(EvaluationRound.cohort_id == cohort_id).order_by(EvaluationRound.due_at)
    return [Standing(*row) for row in db.session.execute(query)]


def _is_about() -> ColumnElement[bool]:
    """Whether a fellowship is one that a round is about: it goes on, or was evaluated while it did."""
    return or_(goes_on(), _was_sent())


def _was_sent() -> ColumnElement[bool]:
    sent = select(Evaluation.id).where(
        Evaluation.round_id == EvaluationRound.id,
        Evaluation.fellowship_id == Fellowship.id,
        Evaluation.sent_at.is_not(None),
    )
    return sent.correlate(EvaluationRound, Fellowship).exists()


class RoundLine(NamedTuple):
    """One fellow in a round: what was sent about them, who is to do it today, and whether somebody began."""

    fellowship: Fellowship
    evaluation: Evaluation | None
    mentor: str | None
    begun: bool

    @property
    def author(self) -> str:
        """Who wrote it, or is to."""
        return self.evaluation.author.name if self.evaluation else self.mentor or ""

    @property
    def answers(self) -> Answers:
        """What was sent; nothing where nothing was."""
        return self.evaluation.answers if self.evaluation else Answers()

    @property
    def state(self) -> str:
        """How far it is, in words."""
        if self.evaluation:
            return "sent" if self.evaluation.led else "sent by a co-mentor"
        if not self.mentor:
            return "nobody to evaluate them"
        return "begun" if self.begun else "not begun"


def list_lines(
    actor: Actor, asked_in: EvaluationRound, *, now: datetime, cursor: str | None, size: int = PAGE_SIZE
) -> Page[RoundLine]:
    """The fellows whom a round is about, by name; whom several have evaluated has a line for each of these."""
    of_round = and_(Evaluation.fellowship_id == Fellowship.id, Evaluation.round_id == asked_in.id)
    began = select(Evaluation.id).where(of_round, Evaluation.sent_at.is_(None))
    sent = and_(of_round, Evaluation.sent_at.is_not(None), readable(actor))
    query = (
        select(Fellowship, Evaluation, _mentor(now.date()), began.correlate(Fellowship).exists())
        .join(Fellowship.account)
        .outerjoin(Evaluation, sent)
        .where(Fellowship.cohort_id == asked_in.cohort_id, or_(goes_on(), Evaluation.id.is_not(None)))
        .options(
            contains_eager(Fellowship.account),
            joinedload(Evaluation.author),
            selectinload(Evaluation.scores),
            selectinload(Evaluation.reports).load_only(Report.id),
        )
    )
    order = [Account.folded, Fellowship.id, func.coalesce(Evaluation.id, 0)]
    page = page_of(query, order=order, key=_key, cursor=cursor, size=size)
    return page.map(lambda row: RoundLine(*row))


def _key(row: Sequence[Any]) -> Sequence[object]:
    fellowship, evaluation = row[:2]
    return [fellowship.account.folded, fellowship.id, evaluation.id if evaluation else 0]


def _mentor(day: Day) -> ScalarSelect[str]:
    """The name of whoever owes the evaluation of a fellow on this day."""
    query = select(Mentor.name).join(Assignment, Assignment.mentor_id == Mentor.id)
    query = query.where(Assignment.fellowship_id == Fellowship.id, leads(day))
    return query.order_by(Mentor.id).limit(1).correlate(Fellowship).scalar_subquery()


class Unled(NamedTuple):
    """A fellow whom nobody is there to evaluate."""

    fellowship_id: int
    name: str


def list_unled(asked_in: EvaluationRound, *, now: datetime, limit: int = 30) -> Sequence[Unled]:
    """Fellows of a round about whom nothing was sent and whom no mentor leads who can sign in, by name."""
    said = select(Evaluation.id).where(
        Evaluation.round_id == asked_in.id,
        Evaluation.fellowship_id == Fellowship.id,
        Evaluation.sent_at.is_not(None),
        Evaluation.led.is_(True),
    )
    query = (
        select(Fellowship.id, Account.name)
        .join(Fellowship.account)
        .where(
            Fellowship.cohort_id == asked_in.cohort_id,
            goes_on(),
            _mentor(now.date()).is_(None),
            ~said.correlate(Fellowship).exists(),
        )
        .order_by(Account.folded, Fellowship.id)
    )
    return [Unled(*row) for row in db.session.execute(query.limit(limit))]
