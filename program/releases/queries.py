"""Jobs, releases, and the counts that a release is made from."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased

from program.extensions import db
from program.organisations.models import Organisation
from program.releases.models import JobState, Release, SummaryJob
from program.surveys.models import Answer, Participation, Question, QuestionKind, Response


class Count(NamedTuple):
    """How many respondents of one group gave one answer. Never shown as it is."""

    group: str
    label: str
    respondents: int


class Measure(NamedTuple):
    """One thing that is counted about a question, and the query that counts it."""

    title: str
    counts: Select[str, str, int]


def find_job(wave_id: int) -> SummaryJob | None:
    """The summary job of a wave."""
    return db.session.scalar(select(SummaryJob).where(SummaryJob.wave_id == wave_id))


def find_release(wave_id: int) -> Release | None:
    """The latest release of a wave."""
    query = select(Release).where(Release.wave_id == wave_id).order_by(Release.version.desc()).limit(1)
    return db.session.scalar(query)


def waiting_jobs(now: datetime) -> Select[int]:
    """The jobs that nobody works on: queued, or left behind by a worker whose lease ran out."""
    left = (SummaryJob.state == JobState.RUNNING) & (SummaryJob.lease_until < now)
    query = select(SummaryJob.id).where(or_(SummaryJob.state == JobState.QUEUED, left))
    return query.order_by(SummaryJob.id).limit(1).with_for_update(skip_locked=True)


def count_respondents(wave_id: int) -> dict[str, int]:
    """How many responses each fixed group has; a group in which nobody answered is there with 0."""
    query = select(Response.group, func.count()).where(Response.wave_id == wave_id).group_by(Response.group)
    groups = select(Participation.group).where(Participation.wave_id == wave_id).distinct()
    return dict.fromkeys(db.session.scalars(groups), 0) | dict(db.session.execute(query).all())


def measures_of(question: Question, wave_id: int) -> list[Measure]:
    """What is counted about a question."""
    match question.kind:
        case QuestionKind.RANKING:
            places = question.options["places"]
            return [
                Measure("First choice", _organisations(question, wave_id).where(Answer.position == 1)),
                Measure(f"Among the first {places}", _organisations(question, wave_id)),
            ]
        case QuestionKind.CHOICE:
            return [Measure("Chosen", _grouped(question, wave_id, Answer.option))]
        case QuestionKind.SCALE:
            bands = case((Answer.number <= 4, "0 to 4"), (Answer.number <= 7, "5 to 7"), else_="8 to 10")
            return [Measure("Interest from 0 to 10", _grouped(question, wave_id, bands))]


def _organisations(question: Question, wave_id: int) -> Select[str, str, int]:
    """What was merged counts as the entry that it was merged into: once for who had named both."""
    chosen = aliased(Organisation)
    query = _grouped(question, wave_id, Organisation.name, func.count(Response.key.distinct()))
    query = query.join(chosen, chosen.id == Answer.organisation_id)
    return query.join(Organisation, Organisation.id == func.coalesce(chosen.merged_into_id, chosen.id))


def _grouped(
    question: Question, wave_id: int, label: Any, count: ColumnElement[int] | None = None
) -> Select[str, str, int]:
    """Respondents by fixed group and answer: counted by the database, a respondent once for each answer."""
    return (
        select(Response.group, label, func.count() if count is None else count)
        .select_from(Answer)
        .join(Response, Response.key == Answer.response_key)
        .where(Answer.question_id == question.id, Response.wave_id == wave_id)
        .group_by(Response.group, label)
    )
