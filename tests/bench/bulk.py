"""Many people and many answers, written in bulk: what the programme would have made, in a few statements."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from program import clock
from program.access import Role
from program.accounts.models import Account, AccountRole
from program.cohorts.models import Cohort, CohortState
from program.cohorts.services import TrackTarget, add_phase, create_cohort
from program.columns import Base
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.organisations.models import Organisation
from program.surveys.models import Answer, Participation, QuestionKind, Response, Wave, WaveKind, WaveState
from program.surveys.services import create_career_survey, plan_wave

TRACKS = ("Interpretability", "Governance", "Evaluations")
DAY = timedelta(days=1)
Row = dict[str, Any]


AWAKE = {"wakes_at": 0, "sleeps_at": 23, "weekends": True}
"""Measured at any hour of any day: who is enrolled may be written to but from 23 to 24 o'clock."""


def cohort_due_tomorrow(*, weeks: int) -> Cohort:
    """A cohort whose last period of so many falls due tomorrow."""
    tomorrow = clock.now().date() + DAY
    starts_on, ends_on = tomorrow - timedelta(weeks=weeks) + DAY, tomorrow + DAY
    cohort = create_cohort(
        name="Large",
        time_zone="UTC",
        starts_on=starts_on,
        ends_on=ends_on,
        tracks=[TrackTarget(name, aim=1 / len(TRACKS)) for name in TRACKS],
        state=CohortState.RUNNING,
        actor=None,
        now=clock.now(),
    )
    add_phase(cohort, name="Research", starts_on=starts_on, ends_on=ends_on, weekday=tomorrow.weekday())
    db.session.expire(cohort, ["periods", "phases"])
    return cohort


def enrol(cohort: Cohort, count: int, *, first: int = 0) -> Sequence[int]:
    """So many fellows with an account each, numbered from `first` on; the ids of their fellowships."""
    now, tracks = clock.now(), [track.id for track in cohort.tracks]
    people = [
        {
            "name": f"Fellow {n:05d}",
            "email": f"f{n:05d}@many.example",
            **AWAKE,
            "folded": f"fellow {n:05d} f{n:05d}@many.example",
        }
        | {"created_at": now, "joined_at": now}
        for n in range(first, first + count)
    ]
    accounts = insert_all(Account, people, Account.id)
    insert_all(AccountRole, [{"account_id": account, "role": Role.FELLOW} for account in accounts])
    place = {"cohort_id": cohort.id, "stage": FellowshipStage.ACTIVE, "project": ""}
    place |= {"starts_on": cohort.starts_on, "ends_on": cohort.ends_on}
    return insert_all(
        Fellowship,
        [place | {"account_id": who, "track_id": tracks[n % len(tracks)]} for n, who in enumerate(accounts)],
        Fellowship.id,
    )


def answered_wave(cohort: Cohort, fellowships: Sequence[int]) -> Wave:
    """A closed wave that all of them answered in full, each by chance."""
    now, rng = clock.now(), Random(2)
    questionnaire = create_career_survey(cohort)
    wave = plan_wave(questionnaire, kind=WaveKind.INTAKE, opens_at=now - 9 * DAY, closes_at=now - DAY)
    wave.state, wave.closed_at = WaveState.CLOSED, now - DAY
    keys = [f"{rng.getrandbits(128):032x}" for _ in fellowships]
    groups = [TRACKS[place % len(TRACKS)] for place in range(len(fellowships))]
    named = list(zip(keys, fellowships, groups, strict=True))
    roster = [{"wave_id": wave.id, "fellowship_id": f, "group": g, "answered": True} for _k, f, g in named]
    insert_all(Participation, roster)
    responses = [{"wave_id": wave.id, "key": k, "pseudonym": k * 2, "group": g} for k, _f, g in named]
    insert_all(Response, responses)
    organisations = db.session.scalars(select(Organisation.id)).all()
    blank: Row = {"organisation_id": None, "option": None, "number": None}
    for question in questionnaire.questions:
        rows: list[Row] = []
        for key in keys:
            chosen = _chosen(question.kind, question.options, organisations, rng)
            about = blank | {"response_key": key, "question_id": question.id}
            rows += [about | {"position": place} | value for place, value in enumerate(chosen, start=1)]
        insert_all(Answer, rows)
    return wave


def settle_statistics() -> None:
    """Let the planner know what is in the tables, as it would after a while."""
    db.session.commit()
    db.session.execute(db.text("ANALYZE"))
    db.session.commit()


def _chosen(kind: QuestionKind, options: Row, organisations: Sequence[int], rng: Random) -> list[Row]:
    match kind:
        case QuestionKind.RANKING:
            return [{"organisation_id": entry} for entry in rng.sample(organisations, options["places"])]
        case QuestionKind.CHOICE:
            return [{"option": rng.choice(list(options))}]
        case QuestionKind.SCALE:
            return [{"number": rng.randint(0, 10)}]


def insert_all(model: type[Base], rows: Sequence[Row], key: Any = None) -> Sequence[int]:
    """Insert the rows; their keys, in their order, if one is named."""
    if key is None:
        db.session.execute(insert(model), rows)
        return []
    return db.session.scalars(insert(model).returning(key, sort_by_parameter_order=True), rows).all()
