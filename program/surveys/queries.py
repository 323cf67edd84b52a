"""Reading surveys. Answers are read by their own fellow while the wave is open, and by the summary after."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import joinedload, selectinload

from program.access import Actor, Permission
from program.accounts.models import Account
from program.columns import AnySelect, Instant
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import is_here, visible_to
from program.paging import Page, page_of
from program.surveys.models import (
    Participation,
    Question,
    Questionnaire,
    Response,
    Survey,
    Wave,
    WaveState,
)

_whole_wave = (
    joinedload(Wave.survey).joinedload(Survey.cohort),
    joinedload(Wave.questionnaire).selectinload(Questionnaire.questions),
)


def get_wave(wave_id: int) -> Wave:
    """A wave with its survey, cohort and questions. Raises NotFoundError."""
    wave = db.session.get(Wave, wave_id, options=_whole_wave)
    if wave is None:
        raise NotFoundError("There is no such wave.")
    return wave


def get_participation(actor: Actor, wave_id: int, *, now: datetime) -> Participation:
    """The actor's own place on the roster of an opened wave. Raises NotFoundError."""
    wave = joinedload(Participation.wave)
    query = (
        select(Participation)
        .join(Participation.fellowship)
        .join(Participation.wave)
        .where(
            Participation.wave_id == wave_id,
            Wave.state != WaveState.PLANNED,
            visible_to(actor, Permission.SURVEY_ANSWER, now=now),
        )
        .options(
            wave.joinedload(Wave.survey).joinedload(Survey.cohort),
            wave.joinedload(Wave.questionnaire).selectinload(Questionnaire.questions),
            joinedload(Participation.fellowship),
        )
    )
    participation = db.session.scalars(query).first()
    if participation is None:
        raise NotFoundError("There is no survey for you here.")
    return participation


def find_response(wave_id: int, pseudonym: str) -> Response | None:
    """The answers under this pseudonym."""
    query = select(Response).where(Response.wave_id == wave_id, Response.pseudonym == pseudonym)
    return db.session.scalar(query.options(selectinload(Response.answers)))


class WaveLine(NamedTuple):
    """A wave with how many of its roster have answered."""

    wave: Wave
    asked: int
    answered: int


def list_waves(*, cursor: str | None, cohort_id: int | None = None, size: int = 30) -> Page[WaveLine]:
    """All waves, or those of a cohort, the latest first, with who-has-answered counted."""
    asked = select(func.count()).where(Participation.wave_id == Wave.id).scalar_subquery()
    answered = (
        select(func.count())
        .where(Participation.wave_id == Wave.id, Participation.answered.is_(True))
        .scalar_subquery()
    )
    query = (
        select(Wave, asked, answered)
        .join(Wave.survey)
        .options(joinedload(Wave.survey).joinedload(Survey.cohort))
    )
    if cohort_id is not None:
        query = query.where(Survey.cohort_id == cohort_id)
    order = [Wave.opens_at, Wave.id]
    page = page_of(
        query,
        order=order,
        key=lambda row: [row[0].opens_at, row[0].id],
        cursor=cursor,
        size=size,
        newest_first=True,
    )
    return page.map(lambda row: WaveLine(*row))


class Asked(NamedTuple):
    """One person on a wave's roster."""

    participation_id: int
    name: str
    answered: bool


def list_asked(wave_id: int, *, cursor: str | None) -> Page[Asked]:
    """The roster of a wave, those who have not answered first, then by name."""
    query = (
        select(Participation.id, Account.name, Participation.answered)
        .join(Participation.fellowship)
        .join(Fellowship.account)
        .where(Participation.wave_id == wave_id)
    )
    order = [Participation.answered, Account.name, Participation.id]
    page = page_of(query, order=order, key=lambda row: [row[2], row[1], row[0]], cursor=cursor, size=70)
    return page.map(lambda row: Asked(*row))


def count_answered(wave_id: int) -> tuple[int, int]:
    """How many of the wave's roster have answered, and how many were asked."""
    answered = func.coalesce(func.sum(case((Participation.answered.is_(True), 1), else_=0)), 0)
    row = db.session.execute(select(answered, func.count()).where(Participation.wave_id == wave_id)).one()
    return int(row[0]), int(row[1])


def owed_answers(now: Instant) -> AnySelect:
    """Obligations: each open wave that a fellow on its roster has not answered, due when it closes; none on leave."""
    questions = (
        select(func.count()).where(Question.questionnaire_id == Wave.questionnaire_id).scalar_subquery()
    )
    return (
        select(
            literal("survey"),
            Fellowship.account_id,
            Wave.id,
            Fellowship.cohort_id,
            Wave.closes_at,
            questions,
            Wave.kind,
        )
        .join(Participation, Participation.fellowship_id == Fellowship.id)
        .join(Wave, Wave.id == Participation.wave_id)
        .where(
            is_here(now),
            Participation.answered.is_(False),
            Wave.state == WaveState.OPEN,
            Wave.opens_at <= now,
            Wave.closes_at > now,
        )
    )


def list_open_for(cohort_id: int) -> Sequence[Wave]:
    """The open waves of a cohort."""
    query = select(Wave).join(Wave.survey).where(Survey.cohort_id == cohort_id, Wave.state == WaveState.OPEN)
    return db.session.scalars(query).all()
