"""The demo's career-interest survey: an intake that is closed and summarised, a midpoint that is half answered."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import insert, select

from program import clock
from program.config import Settings
from program.demo.interests import Interests, interests
from program.demo.people import CAST
from program.demo.roster import Demo, Place
from program.demo.setting import DAY
from program.demo.texts import seeded
from program.extensions import db
from program.organisations.models import Organisation
from program.organisations.queries import list_organisations
from program.releases.services import claim_job, close_and_summarise, summarise
from program.surveys.models import (
    Answer,
    Participation,
    Question,
    QuestionKind,
    Questionnaire,
    Response,
    Wave,
    WaveKind,
)
from program.surveys.pseudonyms import pseudonym
from program.surveys.services import create_career_survey, open_wave, plan_wave

INTAKE_ANSWERS, MIDPOINT_ANSWERS = 52, 31
"""Of 63: the usual four of five at intake, and half while the midpoint is open."""

Row = dict[str, Any]


def career_survey(demo: Demo) -> list[Wave]:
    """The survey with its three waves: one closed, one open, one to come."""
    questionnaire = create_career_survey(demo.cohort)
    return [
        closed_intake(demo, questionnaire),
        open_midpoint(demo, questionnaire),
        planned_exit(demo, questionnaire),
    ]


def closed_intake(demo: Demo, questionnaire: Questionnaire) -> Wave:
    """Asked around the first days, answered by most, closed and released."""
    starts_on = demo.cohort.starts_on
    opens_at = clock.deadline(starts_on - 3 * DAY, time(9), demo.cohort.time_zone)
    closes_at = clock.deadline(starts_on + 10 * DAY, time(17), demo.cohort.time_zone)
    wave = plan_wave(questionnaire, kind=WaveKind.INTAKE, opens_at=opens_at, closes_at=closes_at)
    open_wave(wave, actor=demo.administrator, now=opens_at)
    answer_some(demo, wave, count=INTAKE_ANSWERS)
    close_and_summarise(wave, actor=demo.administrator, now=closes_at)
    release(now=closes_at + timedelta(minutes=1))
    return wave


def open_midpoint(demo: Demo, questionnaire: Questionnaire) -> Wave:
    """Asked three days ago, open for ten more, answered by half; not by those who are signed in as."""
    opens_at = clock.deadline((demo.now - 3 * DAY).date(), time(9), demo.cohort.time_zone)
    closes_at = demo.periods[5].due_at + 8 * DAY
    wave = plan_wave(questionnaire, kind=WaveKind.MIDPOINT, opens_at=opens_at, closes_at=closes_at)
    open_wave(wave, actor=demo.administrator, now=opens_at)
    cast = {member.email for member in CAST}
    answer_some(demo, wave, count=MIDPOINT_ANSWERS, except_for=cast)
    return wave


def planned_exit(demo: Demo, questionnaire: Questionnaire) -> Wave:
    """To be asked around the last days."""
    opens_at = clock.deadline(demo.cohort.ends_on - 7 * DAY, time(9), demo.cohort.time_zone)
    closes_at = clock.deadline(demo.cohort.ends_on + 7 * DAY, time(17), demo.cohort.time_zone)
    return plan_wave(questionnaire, kind=WaveKind.EXIT, opens_at=opens_at, closes_at=closes_at)


def release(*, now: datetime) -> None:
    """The release of the wave that waits for one, as a worker would make it."""
    job = claim_job(lease=timedelta(minutes=1), now=now)
    if job is not None:
        list(summarise(job, now=now))
        db.session.flush()


def answer_some(demo: Demo, wave: Wave, *, count: int, except_for: Collection[str] = ()) -> None:
    """So many of the roster answer, whoever the seed picks; rows are shuffled, so that their order says nothing."""
    rng = seeded(f"answers:{wave.kind}")
    places = {place.fellowship.id: place for place in demo.places}
    asked = select(Participation).filter_by(wave_id=wave.id).order_by(Participation.id)
    roster = [
        participation
        for participation in db.session.scalars(asked)
        if places[participation.fellowship_id].person.email not in except_for
    ]
    chosen = rng.sample(roster, min(count, len(roster)))
    catalogue = {organisation.name: organisation for organisation in list_organisations()}
    responses, answers = [], []
    for participation in chosen:
        participation.answered = True
        place = places[participation.fellowship_id]
        key = f"{rng.getrandbits(128):032x}"
        responses.append(_response(wave, participation, key))
        given = _given(wave, place, catalogue)
        answers += _answers(wave.questionnaire.questions, given, key, catalogue)
    db.session.flush()
    rng.shuffle(answers)
    db.session.execute(insert(Response), responses)
    db.session.execute(insert(Answer), answers)


def _given(wave: Wave, place: Place, catalogue: dict[str, Organisation]) -> Interests:
    sectors = {name: organisation.sector for name, organisation in catalogue.items()}
    ranking = next(q for q in wave.questionnaire.questions if q.kind is QuestionKind.RANKING)
    return interests(
        place.person.track,
        wave=wave.kind,
        seed=place.seed,
        sectors=sectors,
        places=ranking.options["places"],
    )


def _response(wave: Wave, participation: Participation, key: str) -> Row:
    settings: Settings = current_app.extensions["settings"]
    name = pseudonym(wave.survey_id, participation.fellowship_id, key=settings.survey_key)
    return {"key": key, "wave_id": wave.id, "pseudonym": name, "group": participation.group}


def _answers(
    questions: Sequence[Question], given: Interests, key: str, catalogue: dict[str, Organisation]
) -> list[Row]:
    """The rows of one person, in the shape that every question gives them."""
    blank = {"response_key": key, "position": 1, "organisation_id": None, "option": None, "number": None}
    rows = []
    for question in questions:
        row = {**blank, "question_id": question.id}
        match question.kind:
            case QuestionKind.RANKING:
                ids = [catalogue[name].id for name in given.organisations]
                rows += [{**row, "position": n, "organisation_id": id_} for n, id_ in enumerate(ids, start=1)]
            case QuestionKind.CHOICE if given.next_step is not None:
                rows.append({**row, "option": given.next_step})
            case QuestionKind.SCALE if given.scales[question.key] is not None:
                rows.append({**row, "number": given.scales[question.key]})
    return rows
