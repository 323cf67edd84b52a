"""Closing a wave, and making its release."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from program.access import Actor
from program.audit.models import Tag
from program.audit.services import record
from program.doorbell import Bell, ring_after_commit
from program.extensions import db, insert_missing
from program.organisations.queries import list_organisations
from program.releases.models import JobState, Release, SummaryJob
from program.releases.queries import Count, Measure, count_respondents, measures_of, waiting_jobs
from program.releases.summary import CAUTION, PROTECTION, digest, finding, protected_rows
from program.surveys.disclosure import NOT_SHOWN, units_shown
from program.surveys.models import Question, QuestionKind, Wave
from program.surveys.queries import count_answered, get_wave
from program.surveys.services import close_wave

SCALE_BANDS = ["0 to 4", "5 to 7", "8 to 10"]
COHORT = "Whole cohort"
MAX_ATTEMPTS = 5


def close_and_summarise(wave: Wave, *, actor: Actor, now: datetime) -> None:
    """Close the wave and ask for its release in the same transaction. Raises ForbiddenStepError."""
    close_wave(wave, actor=actor, now=now)
    db.session.add(
        SummaryJob(wave_id=wave.id, created_at=now, steps_total=1 + len(wave.questionnaire.questions))
    )
    db.session.flush()
    ring_after_commit(Bell.SUMMARISE)


def claim_job(*, lease: timedelta, now: datetime) -> SummaryJob | None:
    """Take a job that nobody works on. Of several who try, one gets it."""
    token = secrets.token_hex(16)
    claim = update(SummaryJob).where(SummaryJob.id == waiting_jobs(now).scalar_subquery())
    claim = claim.values(
        state=JobState.RUNNING,
        lease_token=token,
        lease_until=now + lease,
        steps_done=0,
        attempts=SummaryJob.attempts + 1,
    ).execution_options(synchronize_session=False)
    if cast("CursorResult[None]", db.session.execute(claim)).rowcount != 1:
        return None
    return db.session.scalars(
        select(SummaryJob).where(SummaryJob.lease_token == token).execution_options(populate_existing=True)
    ).one()


def summarise(job: SummaryJob, *, now: datetime) -> Iterator[None]:
    """Make the release, a question at a time; the caller commits after each, so that the page shows progress.

    Safe to run twice or at the same time: one release of a wave is kept, and all would be alike.
    """
    wave = get_wave(job.wave_id)
    respondents = count_respondents(wave.id)
    units = units_shown(respondents)
    questions: list[dict[str, Any]] = []
    inputs: list[Any] = [sorted(respondents.items())]
    for question in wave.questionnaire.questions if units is not None else ():
        counted = [(measure, _counts(question, measure)) for measure in measures_of(question, wave.id)]
        inputs.extend(sorted(counts) for _measure, counts in counted)
        questions.append(_question(question, counted, units or []))
        job.steps_done += 1
        yield
    content = _content(wave, questions, units)
    row = {
        "wave_id": wave.id,
        "version": 1,
        "content": content,
        "digest": digest(inputs),
        "published_at": now,
    }
    if insert_missing(Release, [row]):
        record(Tag.RELEASE_PUBLISH, actor_id=None, subject=("wave", wave.id), now=now, after={"version": 1})
    job.state, job.steps_done, job.finished_at = JobState.DONE, job.steps_total, now
    job.lease_token = job.lease_until = None
    yield


def fail_job(key: int, token: str, *, error: Exception, now: datetime) -> None:
    """Put a job that broke back into the queue, or give it up after some tries; not one that somebody else has."""
    job = db.session.get(SummaryJob, key, populate_existing=True, with_for_update=True)
    if job is None or job.lease_token != token:
        return
    job.state = JobState.FAILED if job.attempts >= MAX_ATTEMPTS else JobState.QUEUED
    job.last_error, job.finished_at, job.lease_token, job.lease_until = repr(error)[:500], now, None, None


def _counts(question: Question, measure: Measure) -> list[Count]:
    """The counts of a measure, each answer in the words that it was given in."""
    wording = question.options if question.kind is QuestionKind.CHOICE else {}
    rows = db.session.execute(measure.counts)
    return [Count(group, wording.get(label, label), count) for group, label, count in rows]


def _content(wave: Wave, questions: list[dict[str, Any]], units: list[str] | None) -> dict[str, Any]:
    """Exactly what may be shown, and nothing more."""
    answered, asked = count_answered(wave.id)
    return {
        "survey": wave.survey.name,
        "wave": wave.kind,
        "cohort": wave.survey.cohort.name,
        "mode": wave.survey.mode,
        "asked": asked,
        "answered": answered,
        "shown": units is not None,
        "groups": units or [],
        "groups_shown": bool(units) or NOT_SHOWN,
        "questions": questions,
        "protection": PROTECTION,
        "caution": CAUTION,
    }


def _question(
    question: Question, counted: list[tuple[Measure, list[Count]]], units: list[str]
) -> dict[str, Any]:
    measures = [_measure(question, measure, counts, units) for measure, counts in counted]
    return {
        "key": question.key,
        "prompt": question.prompt,
        "purpose": question.purpose,
        "finding": finding(measures[0]["title"], measures[0]["units"][0]["rows"]),
        "measures": measures,
    }


def _measure(question: Question, measure: Measure, counts: list[Count], units: list[str]) -> dict[str, Any]:
    labels, ranked = _labels(question), question.kind is not QuestionKind.SCALE
    whole = protected_rows(((c.label, c.respondents) for c in counts), labels, ranked=ranked)
    shown = [{"name": COHORT, "rows": whole}]
    for unit in units:
        rows = protected_rows(
            ((c.label, c.respondents) for c in counts if c.group == unit), labels, ranked=ranked
        )
        shown.append({"name": unit, "rows": rows})
    return {"title": measure.title, "units": shown}


def _labels(question: Question) -> list[str]:
    """Every answer that could have been given, so that what nobody said looks like what few said."""
    match question.kind:
        case QuestionKind.RANKING:
            return [organisation.name for organisation in list_organisations()]
        case QuestionKind.CHOICE:
            return list(question.options.values())
        case QuestionKind.SCALE:
            return SCALE_BANDS
