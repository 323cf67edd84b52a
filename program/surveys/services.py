"""Asking a survey, answering it, and closing a wave."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort
from program.errors import ForbiddenStepError
from program.extensions import db, insert_missing
from program.fellows.queries import roster
from program.surveys.disclosure import fixed_groups
from program.surveys.instrument import CAREER_INTEREST, QUESTIONS
from program.surveys.models import (
    Answer,
    Participation,
    Question,
    Questionnaire,
    Response,
    Survey,
    Wave,
    WaveKind,
    WaveState,
)
from program.surveys.pseudonyms import pseudonym


def create_career_survey(cohort: Cohort) -> Questionnaire:
    """The career-interest survey for a cohort, with the first version of its questions."""
    questions = [Question(position=place, **question) for place, question in enumerate(QUESTIONS, start=1)]
    survey = Survey(cohort=cohort, name=CAREER_INTEREST)
    questionnaire = Questionnaire(survey=survey, version=1, questions=questions)
    db.session.add(questionnaire)
    db.session.flush()
    return questionnaire


def plan_wave(
    questionnaire: Questionnaire, *, kind: WaveKind, opens_at: datetime, closes_at: datetime
) -> Wave:
    """A wave that asks this version of the questions."""
    wave = Wave(survey=questionnaire.survey, questionnaire=questionnaire, kind=kind)
    wave.opens_at, wave.closes_at = opens_at, closes_at
    db.session.add(wave)
    db.session.flush()
    return wave


def open_wave(wave: Wave, *, actor: Actor, now: datetime) -> int:
    """Fix the roster and its groups, and begin to ask; how many people are asked. Raises ForbiddenStepError."""
    require(actor, Permission.SURVEY_RUN, wave, now=now)
    _step(wave, WaveState.PLANNED, state=WaveState.OPEN)
    people = roster(wave.survey.cohort_id)
    groups = fixed_groups(track for _id, track in people)
    rows = [
        {"wave_id": wave.id, "fellowship_id": fellowship_id, "group": groups[track], "answered": False}
        for fellowship_id, track in people
    ]
    asked = insert_missing(Participation, rows)
    record(Tag.WAVE_OPEN, actor_id=actor.id, subject=("wave", wave.id), now=now, after={"asked": asked})
    return asked


def close_wave(wave: Wave, *, actor: Actor, now: datetime) -> None:
    """Stop asking, for good. Raises ForbiddenStepError."""
    require(actor, Permission.SURVEY_RUN, wave, now=now)
    _step(wave, WaveState.OPEN, state=WaveState.CLOSED, closed_at=now)
    record(Tag.WAVE_CLOSE, actor_id=actor.id, subject=("wave", wave.id), now=now)


def answer_wave(
    participation: Participation, *, answers: Sequence[Answer], actor: Actor, key: str, now: datetime
) -> None:
    """Put these answers in place of what the person answered before. Raises ForbiddenStepError once it has closed.

    Nothing is audited and no time is kept: either would tie the answers to the person.
    """
    require(actor, Permission.SURVEY_ANSWER, participation, now=now)
    wave = participation.wave
    holding = select(Wave).where(Wave.id == wave.id).with_for_update(read=True)
    held = db.session.scalars(holding, execution_options={"populate_existing": True}).one()
    if not held.takes_answers(now):
        raise ForbiddenStepError(
            "This survey has closed, so the answer was not taken. What you typed is below."
        )
    name = pseudonym(wave.survey_id, participation.fellowship_id, key=key)
    place = {"wave_id": wave.id, "pseudonym": name}
    insert_missing(Response, [place | {"key": secrets.token_hex(16), "group": participation.group}])
    response = db.session.scalars(select(Response).filter_by(**place).with_for_update()).one()
    response.answers.clear()
    db.session.flush()
    response.answers.extend(answers)
    participation.answered = True
    db.session.flush()


def _step(wave: Wave, since: WaveState, **values: Any) -> None:
    step = update(Wave).where(Wave.id == wave.id, Wave.state == since).values(**values)
    step = step.execution_options(synchronize_session="fetch")
    if cast("CursorResult[None]", db.session.execute(step)).rowcount != 1:
        raise ForbiddenStepError(
            f"This wave is {wave.state}: that step was taken before, or is not open from here."
        )
