"""Asking, answering and closing; and that nothing ties an answer to a person."""

from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select

from program.access import POLICY, Permission, Role, every
from program.audit.models import AuditEvent, Tag
from program.errors import ForbiddenError, ForbiddenStepError, NotFoundError
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.surveys.models import Answer, Participation, Response, Wave, WaveKind, WaveState
from program.surveys.pseudonyms import pseudonym
from program.surveys.queries import count_answered, find_response, get_participation, list_asked, list_waves
from program.surveys.services import answer_wave, close_wave, create_career_survey, open_wave
from tests.databases import KEYS
from tests.factories import (
    NOW,
    make_account,
    make_answers,
    make_cohort,
    make_fellowship,
    make_organisation,
    make_wave,
)
from tests.scenarios import more_fellows


@pytest.fixture
def wave(cast):
    return make_wave(cast.cohort, staff=cast.staff)


def place_of(wave, fellowship):
    return db.session.scalars(
        select(Participation).filter_by(wave_id=wave.id, fellowship_id=fellowship.id)
    ).one()


def stored(wave):
    """The stored answers as (question, position, value)."""
    keys = {question.id: question.key for question in wave.questionnaire.questions}
    rows = db.session.scalars(select(Answer))
    return sorted((keys[a.question_id], a.position, a.organisation_id or a.option or a.number) for a in rows)


def test_opening_fixes_the_roster_of_active_fellows(cast):
    withdrawn = make_account(name="Withdrawn Fellow", roles=[Role.FELLOW])
    make_fellowship(withdrawn, cast.cohort, stage=FellowshipStage.WITHDRAWN)
    wave = make_wave(cast.cohort)
    assert open_wave(wave, actor=cast.staff, now=NOW) == 2
    latecomer = make_account(name="Late Comer", roles=[Role.FELLOW])
    make_fellowship(latecomer, cast.cohort)
    asked = [(row.name, row.answered) for row in list_asked(wave.id, cursor=None).rows]
    assert asked == [("Amara Okafor", False), ("Kwame Boadu", False)]


def test_opening_fixes_groups_of_fifteen(cast):
    more_fellows(cast, 15, track="Interpretability")
    more_fellows(cast, 14, track="Governance")
    wave = make_wave(cast.cohort, staff=cast.staff)
    groups = db.session.execute(
        select(Participation.group, func.count())
        .filter_by(wave_id=wave.id)
        .group_by(Participation.group)
        .order_by(Participation.group)
    ).all()
    assert groups == [("Governance", 15), ("Interpretability", 16)]


def test_a_group_of_many_long_tracks_has_room_for_its_name(cast):
    tracks = [f"{name} and everything that it has to do with" for name in "ABCDEF"]
    cohort = make_cohort(name="Winter 26", tracks=tracks)
    for number, track in enumerate(tracks):
        make_fellowship(make_account(name=f"Fellow {number}", roles=[Role.FELLOW]), cohort, track=track)
    wave = make_wave(cohort, staff=cast.staff)
    assert set(db.session.scalars(select(Participation.group).filter_by(wave_id=wave.id))) == {
        " + ".join(tracks)
    }


def test_opening_and_closing_are_audited(cast, wave):
    close_wave(wave, actor=cast.staff, now=NOW)
    tags = [Tag.WAVE_OPEN, Tag.WAVE_CLOSE]
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.tag.in_(tags)).order_by(AuditEvent.id)
    ).all()
    assert [(e.tag, e.actor_id, e.subject_kind, e.subject_id, e.after) for e in events] == [
        (Tag.WAVE_OPEN, cast.staff.id, "wave", wave.id, {"asked": 2}),
        (Tag.WAVE_CLOSE, cast.staff.id, "wave", wave.id, {}),
    ]


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager"])
def test_only_staff_open_and_close(cast, who):
    planned = make_wave(cast.cohort)
    asked = make_wave(cast.cohort, kind=WaveKind.EXIT, staff=cast.staff)
    with pytest.raises(ForbiddenError):
        open_wave(planned, actor=getattr(cast, who), now=NOW)
    with pytest.raises(ForbiddenError):
        close_wave(asked, actor=getattr(cast, who), now=NOW)
    assert (planned.state, asked.state) == (WaveState.PLANNED, WaveState.OPEN)


def test_a_wave_goes_from_planned_to_open_to_closed_and_never_back(cast):
    wave = make_wave(cast.cohort)
    with pytest.raises(ForbiddenStepError):
        close_wave(wave, actor=cast.staff, now=NOW)
    open_wave(wave, actor=cast.staff, now=NOW)
    with pytest.raises(ForbiddenStepError):
        open_wave(wave, actor=cast.staff, now=NOW)
    close_wave(wave, actor=cast.staff, now=NOW)
    for step in (open_wave, close_wave):
        with pytest.raises(ForbiddenStepError):
            step(wave, actor=cast.staff, now=NOW)
    db.session.refresh(wave)
    assert (wave.state, wave.closed_at) == (WaveState.CLOSED, NOW)


def test_answers_are_kept_and_the_person_counted(cast, wave):
    one, two = make_organisation(name="One"), make_organisation(name="Two")
    make_answers(wave, cast.fellowship, organisations=[two, one], next_step="phd", lab=0, policy=10)
    assert stored(wave) == [
        ("lab", 1, 0),
        ("next_step", 1, "phd"),
        ("organisations", 1, two.id),
        ("organisations", 2, one.id),
        ("policy", 1, 10),
    ]
    assert count_answered(wave.id) == (1, 2)


def test_answering_again_replaces_everything(cast, wave):
    one, two = make_organisation(name="One"), make_organisation(name="Two")
    make_answers(wave, cast.fellowship, organisations=[two, one], next_step="phd", lab=3)
    make_answers(wave, cast.fellowship, organisations=[one], policy=4)
    assert stored(wave) == [("organisations", 1, one.id), ("policy", 1, 4)]
    assert db.session.scalar(select(func.count()).select_from(Response)) == 1
    assert count_answered(wave.id) == (1, 2)


def test_saying_nothing_is_an_answer_too(cast, wave):
    make_answers(wave, cast.fellowship)
    assert stored(wave) == []
    assert count_answered(wave.id) == (1, 2)


def test_a_closed_wave_takes_no_answer(cast, wave):
    close_wave(wave, actor=cast.staff, now=NOW)
    with pytest.raises(ForbiddenStepError, match="closed"):
        make_answers(wave, cast.fellowship, lab=3)
    assert db.session.scalar(select(func.count()).select_from(Response)) == 0
    assert count_answered(wave.id) == (0, 2)


def test_a_wave_that_closes_behind_an_open_page_takes_no_answer(cast, wave):
    """The state that counts is the database's, not what this transaction read before."""
    place = place_of(wave, cast.fellowship)
    db.session.execute(
        Wave.__table__.update().where(Wave.__table__.c.id == wave.id).values(state=WaveState.CLOSED)
    )
    assert place.wave.state is WaveState.OPEN
    with pytest.raises(ForbiddenStepError):
        answer_wave(place, answers=[], actor=cast.fellow, key=KEYS["survey_key"], now=NOW)


@pytest.mark.parametrize("who", ["other_fellow", "mentor", "manager", "staff"])
def test_nobody_answers_for_somebody_else(cast, wave, who):
    with pytest.raises(ForbiddenError):
        answer_wave(
            place_of(wave, cast.fellowship),
            answers=[],
            actor=getattr(cast, who),
            key=KEYS["survey_key"],
            now=NOW,
        )


def test_the_page_of_a_wave_is_for_those_on_its_roster(cast, wave):
    latecomer = make_account(name="Late Comer", roles=[Role.FELLOW])
    make_fellowship(latecomer, cast.cohort)
    assert get_participation(cast.fellow, wave.id, now=NOW).fellowship_id == cast.fellowship.id
    for who in (latecomer, cast.mentor, cast.manager, cast.staff):
        with pytest.raises(NotFoundError):
            get_participation(who, wave.id, now=NOW)


def test_a_planned_wave_is_not_there_yet(cast, session):
    wave = make_wave(cast.cohort)
    session.add(Participation(wave_id=wave.id, fellowship_id=cast.fellowship.id))
    session.flush()
    with pytest.raises(NotFoundError):
        get_participation(cast.fellow, wave.id, now=NOW)


def test_the_scoped_query_follows_the_policy(cast, wave, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.SURVEY_ANSWER, {Role.MENTOR: every})
    assert get_participation(cast.mentor, wave.id, now=NOW) is not None


def test_no_column_of_an_answer_says_who_or_when():
    columns = {column.name for model in (Response, Answer) for column in inspect(model).columns}
    assert columns == {
        "key",
        "wave_id",
        "pseudonym",
        "group_name",
        "response_key",
        "question_id",
        "position",
        "organisation_id",
        "option",
        "number",
    }
    targets = {
        key.column.table.name
        for model in (Response, Answer)
        for key in inspect(model).local_table.foreign_keys
    }
    assert targets == {"wave", "response", "question", "organisation"}


def test_answering_leaves_no_event_and_no_notice(cast, wave, session):
    before = session.scalar(select(func.count()).select_from(AuditEvent))
    make_answers(wave, cast.fellowship, lab=3)
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_keys_are_random_and_pseudonyms_need_the_key(cast, wave):
    make_answers(wave, cast.fellowship)
    make_answers(wave, cast.other_fellowship)
    responses = db.session.scalars(select(Response)).all()
    assert len({response.key for response in responses}) == 2
    expected = {
        pseudonym(wave.survey_id, place.id, key=KEYS["survey_key"])
        for place in (cast.fellowship, cast.other_fellowship)
    }
    assert {response.pseudonym for response in responses} == expected
    assert pseudonym(wave.survey_id, cast.fellowship.id, key="another key") not in expected


def test_a_person_has_one_pseudonym_in_all_waves_of_a_survey_and_others_elsewhere(cast, wave):
    key = KEYS["survey_key"]
    later = make_wave(cast.cohort, kind=WaveKind.EXIT, staff=cast.staff)
    other_survey = create_career_survey(make_cohort(name="Winter 26")).survey
    assert later.survey_id == wave.survey_id
    make_answers(wave, cast.fellowship, lab=1)
    make_answers(later, cast.fellowship, lab=9)
    name = pseudonym(wave.survey_id, cast.fellowship.id, key=key)
    assert find_response(wave.id, name).key != find_response(later.id, name).key
    assert pseudonym(other_survey.id, cast.fellowship.id, key=key) != name


def test_who_has_not_answered_comes_first(cast, wave):
    make_answers(wave, cast.fellowship)
    rows = list_asked(wave.id, cursor=None).rows
    assert [(row.name, row.answered) for row in rows] == [("Kwame Boadu", False), ("Amara Okafor", True)]


def test_a_long_roster_comes_in_pages_without_gap_or_repeat(cast):
    more_fellows(cast, 80)
    wave = make_wave(cast.cohort, staff=cast.staff)
    for place in (cast.fellowship, cast.other_fellowship):
        make_answers(wave, place)
    first = list_asked(wave.id, cursor=None)
    second = list_asked(wave.id, cursor=first.next_cursor)
    assert (len(first.rows), len(second.rows), second.next_cursor) == (70, 12, None)
    assert len({row.participation_id for row in (*first.rows, *second.rows)}) == 82


def test_waves_are_listed_the_latest_first_with_who_answered(cast, wave):
    later = make_wave(cast.cohort, kind=WaveKind.EXIT, opens_at=NOW + timedelta(days=1))
    make_answers(wave, cast.fellowship)
    rows = list_waves(cursor=None).rows
    assert [(row.wave.id, row.asked, row.answered) for row in rows] == [(later.id, 0, 0), (wave.id, 2, 1)]
