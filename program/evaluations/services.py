"""Asking mentors about their fellows, and what they say."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import cast

from sqlalchemy import CursorResult, delete, select

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.clock import deadline, today, written_day
from program.cohorts.models import Cohort
from program.cohorts.queries import lock_cohort
from program.cohorts.states import check_changeable
from program.errors import ConflictError, DomainError, ForbiddenStepError, NotFoundError
from program.evaluations.models import (
    Evaluation,
    EvaluationRound,
    EvaluationScore,
    Moment,
    supporting_report,
)
from program.evaluations.queries import Desk, list_sent_reports
from program.evaluations.rules import Answers, Fault, days_wrong, faults
from program.evaluations.standing import find_round
from program.extensions import db, flush_or_conflict
from program.fellows.models import AssignmentKind
from program.fellows.queries import hold_fellowship

DUE_TIME = time(17)
SAVED_MEANWHILE = (
    "This evaluation was saved in another tab after you opened it here. Nothing was overwritten."
)
BEGUN = "A mentor has begun to answer, so the round stays. Give it other days instead. Nothing was changed."


class RoundError(DomainError):
    """The days of a round cannot be those; `field` says which of them."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class IncompleteError(DomainError):
    """What is missing before an evaluation can be sent."""

    def __init__(self, missing: Iterable[Fault]) -> None:
        self.faults = tuple(missing)
        super().__init__(" ".join(fault.message for fault in self.faults))


def set_round(
    cohort: Cohort, *, moment: Moment, opens_on: date, due_on: date, actor: Actor, now: datetime
) -> EvaluationRound:
    """Ask the cohort's mentors at this moment, or give the round that there is other days.

    It opens as the day begins and is due at 17:00, both where the cohort's deadlines stand. Raises RoundError.
    """
    require(actor, Permission.EVALUATION_RUN, cohort, now=now)
    check_changeable(cohort.state)
    lock_cohort(cohort)
    wrong = next(days_wrong(opens_on, due_on, starts_on=cohort.starts_on, ends_on=cohort.ends_on), None)
    if wrong is not None:
        raise RoundError(wrong[1], field=wrong[0])
    found = find_round(cohort.id, moment)
    asked = found or EvaluationRound(cohort_id=cohort.id, moment=moment)
    before = _days(asked) if found else {}
    asked.opens_at = deadline(opens_on, time(), cohort.deadline_zone)
    asked.due_at = deadline(due_on, DUE_TIME, cohort.deadline_zone)
    _check_order(cohort, asked)
    db.session.add(asked)
    db.session.flush()
    subject = ("cohort", cohort.id)
    record(
        Tag.EVALUATION_PLAN, actor_id=actor.id, subject=subject, now=now, before=before, after=_days(asked)
    )
    return asked


def take_round_back(asked: EvaluationRound, *, actor: Actor, now: datetime) -> None:
    """Ask nobody in this round.

    Raises ForbiddenStepError once a mentor has begun to answer, in a draft too, and NotFoundError if it is gone.
    """
    require(actor, Permission.EVALUATION_RUN, asked.cohort, now=now)
    check_changeable(asked.cohort.state)
    lock_cohort(asked.cohort)
    _hold(asked)
    if db.session.scalar(select(Evaluation.id).where(Evaluation.round_id == asked.id).limit(1)) is not None:
        raise ForbiddenStepError(BEGUN)
    subject, before = ("cohort", asked.cohort_id), _days(asked)
    db.session.delete(asked)
    db.session.flush()
    record(Tag.EVALUATION_PLAN, actor_id=actor.id, subject=subject, now=now, before=before)


def _hold(asked: EvaluationRound) -> None:
    """Nobody takes the round back before this transaction is over. Raises NotFoundError if it is gone."""
    held = select(EvaluationRound.id).where(EvaluationRound.id == asked.id).with_for_update()
    if db.session.scalar(held) is None:
        raise NotFoundError("This round was taken back: nobody is asked in it.")


def _check_order(cohort: Cohort, asked: EvaluationRound) -> None:
    """The midpoint is due before the end: a reminder is told from another by its day."""
    midpoint = asked.moment is Moment.MIDPOINT
    with db.session.no_autoflush:
        other = find_round(cohort.id, Moment.FINAL if midpoint else Moment.MIDPOINT)
    if other is None or (asked.due_at < other.due_at if midpoint else asked.due_at > other.due_at):
        return
    day = written_day(today(other.due_at, cohort.deadline_zone))
    side = "before the final round" if midpoint else "after the midpoint round"
    raise RoundError(f"It has to be due {side}, which is due on {day}.", field="due_on")


def _days(asked: EvaluationRound) -> dict[str, str]:
    return {"moment": asked.moment, "opens": asked.opens_at.isoformat(), "due": asked.due_at.isoformat()}


def save_evaluation(desk: Desk, *, answers: Answers, version: int, actor: Actor, now: datetime) -> Evaluation:
    """Keep a draft, complete or not. Raises ConflictError if another tab was quicker."""
    require(actor, Permission.EVALUATION_WRITE, desk.fellowship, now=now)
    if desk.evaluation is not None and desk.evaluation.sent_at is not None:
        raise ForbiddenStepError("This evaluation has been sent. Send it once more to correct it.")
    return _write(desk, answers=answers, version=version, actor=actor, now=now)


def send_evaluation(
    desk: Desk, *, answers: Answers, meant: bool, version: int, actor: Actor, now: datetime
) -> Evaluation:
    """Send it to staff, or correct what was sent while its round has not been due.

    `meant`: its author says that all four scores are alike on purpose. Raises IncompleteError, ConflictError, and
    ForbiddenStepError once it stands.
    """
    require(actor, Permission.EVALUATION_WRITE, desk.fellowship, now=now)
    hold_fellowship(desk.fellowship)
    sent = desk.evaluation if desk.evaluation and desk.evaluation.sent_at else None
    if sent and sent.stands(now):
        raise ForbiddenStepError("The round has been due: this evaluation stands as it was sent.")
    before = sent.answers.scores if sent else None
    if missing := [*faults(answers, desk.dimensions, meant=meant, sent_before=before)]:
        raise IncompleteError(missing)
    evaluation = _write(desk, answers=answers, version=version, actor=actor, now=now, sending=True)
    tag = Tag.EVALUATION_CORRECT if sent else Tag.EVALUATION_SEND
    after = {"fellowship": desk.fellowship.id, "moment": desk.round.moment}
    record(tag, actor_id=actor.id, subject=("evaluation", evaluation.id), now=now, after=after)
    return evaluation


def forget_unsent_evaluations(account_id: int) -> int:
    """Delete what the mentor began and never sent; how many evaluations these were."""
    unsent = Evaluation.author_id == account_id, Evaluation.sent_at.is_(None)
    drafts = select(Evaluation.id).where(*unsent)
    db.session.execute(delete(EvaluationScore).where(EvaluationScore.evaluation_id.in_(drafts)))
    db.session.execute(delete(supporting_report).where(supporting_report.c.evaluation_id.in_(drafts)))
    gone = db.session.execute(delete(Evaluation).where(*unsent))
    return cast("CursorResult[None]", gone).rowcount


def _write(
    desk: Desk, *, answers: Answers, version: int, actor: Actor, now: datetime, sending: bool = False
) -> Evaluation:
    evaluation = desk.evaluation or Evaluation(
        round=desk.round, fellowship=desk.fellowship, author_id=actor.id, wording=desk.wording, version=0
    )
    if evaluation.version != version:
        raise ConflictError(SAVED_MEANWHILE)
    if desk.evaluation is None:
        _hold(desk.round)
    evaluation.version, evaluation.saved_at, evaluation.comment = version + 1, now, answers.comment
    if sending and evaluation.sent_at is None:
        evaluation.sent_at, evaluation.led = now, _is_led_by(desk, actor, now)
    _fill(evaluation, answers)
    db.session.add(evaluation)
    flush_or_conflict(SAVED_MEANWHILE)
    return evaluation


def _fill(evaluation: Evaluation, answers: Answers) -> None:
    kept = {one.dimension: one for one in evaluation.scores}
    for dimension in evaluation.dimensions:
        one = kept.get(dimension.key) or EvaluationScore(dimension=dimension.key)
        one.score = answers.scores.get(dimension.key)
        one.evidence = answers.evidence.get(dimension.key, "")
        if dimension.key not in kept:
            evaluation.scores.append(one)
    evaluation.reports = [
        report for report in list_sent_reports(evaluation.fellowship.id) if report.id in answers.report_ids
    ]


def _is_led_by(desk: Desk, actor: Actor, now: datetime) -> bool:
    """Whether the actor is the fellow's mentor on this day, and does not stand beside."""
    return any(
        one.kind is AssignmentKind.PRIMARY and one.holds_on(now.date()) and one.mentor.account_id == actor.id
        for one in desk.fellowship.assignments
    )
