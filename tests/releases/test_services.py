"""From closing a wave to its release: exactly what is shown, once, and nothing more."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from program.audit.models import AuditEvent, Tag
from program.extensions import db
from program.organisations.models import Organisation
from program.releases.models import JobState, Release
from program.releases.queries import count_respondents, find_job, find_release
from program.releases.services import MAX_ATTEMPTS, claim_job, close_and_summarise, fail_job, summarise
from program.surveys.models import Response, WaveState
from program.surveys.queries import get_wave
from tests.factories import NOW, make_answers, make_organisation, make_wave
from tests.scenarios import more_fellows

LEASE = timedelta(seconds=90)
SECOND = timedelta(seconds=1)


@pytest.fixture
def labs(cast):
    return [make_organisation(name=name) for name in ("Alpha", "Beta", "Gamma")]


@pytest.fixture
def wave(cast, labs):
    """Asked of 16 fellows of each of two tracks, answered by 12 and 11 of them."""
    groups = [more_fellows(cast, 15, track=track) for track in ("Interpretability", "Governance")]
    wave = make_wave(cast.cohort, staff=cast.staff)
    alpha, beta, gamma = labs
    for number, fellowship in enumerate(groups[0][:12]):
        chosen = [alpha, beta] if number < 8 else [beta, alpha]
        make_answers(wave, fellowship, organisations=chosen, next_step="continue", lab=10 - number % 3)
    for number, fellowship in enumerate(groups[1][:11]):
        chosen = [gamma] if number < 3 else [beta]
        make_answers(
            wave, fellowship, organisations=chosen, next_step="phd" if number < 6 else None, policy=number
        )
    return wave


def release_of(wave, cast, *, now=NOW):
    close_and_summarise(wave, actor=cast.staff, now=now)
    job = claim_job(lease=LEASE, now=now)
    list(summarise(job, now=now))
    db.session.flush()
    return find_release(wave.id)


def table(content, question, measure=0):
    """A measure as {unit: {label: text}}, in their order."""
    found = next(q for q in content["questions"] if q["key"] == question)
    units = found["measures"][measure]["units"]
    return {unit["name"]: {row["label"]: row["text"] for row in unit["rows"]} for unit in units}


def test_the_release_says_exactly_this(wave, cast):
    content = release_of(wave, cast).content
    head = {key: value for key, value in content.items() if key not in ("questions", "protection", "caution")}
    assert head == {
        "survey": "Career interests",
        "wave": "midpoint",
        "cohort": "Summer 26",
        "mode": "confidential",
        "asked": 32,
        "answered": 23,
        "shown": True,
        "groups": ["Governance", "Interpretability"],
        "groups_shown": True,
    }
    assert [(q["key"], [m["title"] for m in q["measures"]]) for q in content["questions"]] == [
        ("organisations", ["First choice", "Among the first 3"]),
        ("next_step", ["Chosen"]),
        ("lab", ["Interest from 0 to 10"]),
        ("policy", ["Interest from 0 to 10"]),
    ]


def test_first_choices_of_the_cohort_and_its_groups(wave, cast):
    """Beta 4 + 8, Alpha 8 + 0, Gamma 0 + 3."""
    content = release_of(wave, cast).content
    assert table(content, "organisations") == {
        "Whole cohort": {"Alpha": "10", "Beta": "10", "Gamma": "<5"},
        "Governance": {"Beta": "10", "Alpha": "<5", "Gamma": "<5"},
        "Interpretability": {"Alpha": "10", "Beta": "<5", "Gamma": "<5"},
    }
    assert (
        content["questions"][0]["finding"]
        == "First choice: Alpha and Beta, level, with about 10 answers each."
    )


def test_choices_among_the_first_three(wave, cast):
    """Alpha 12 + 0, Beta 12 + 8, Gamma 0 + 3: a respondent counts once for each."""
    assert table(release_of(wave, cast).content, "organisations", 1) == {
        "Whole cohort": {"Beta": "20", "Alpha": "10", "Gamma": "<5"},
        "Governance": {"Beta": "10", "Alpha": "<5", "Gamma": "<5"},
        "Interpretability": {"Alpha": "10", "Beta": "10", "Gamma": "<5"},
    }


def test_choices_are_named_in_the_words_they_were_given_in(wave, cast):
    """Twelve continue; six go on to a PhD; five did not say."""
    content = release_of(wave, cast).content
    assert table(content, "next_step")["Whole cohort"] == {
        "Continue this research agenda": "10",
        "Start or continue a PhD": "5",
        "Join an organisation": "<5",
        "Start a new organisation": "<5",
        "Work independently": "<5",
        "Work in government or policy": "<5",
        "Undecided": "<5",
    }
    assert table(content, "next_step")["Governance"]["Start or continue a PhD"] == "5"
    assert (
        content["questions"][1]["finding"] == "Chosen: Continue this research agenda, with about 10 answers."
    )


def test_scales_are_shown_in_three_bands(wave, cast):
    content = release_of(wave, cast).content
    assert table(content, "lab") == {
        "Whole cohort": {"0 to 4": "<5", "5 to 7": "<5", "8 to 10": "10"},
        "Governance": {"0 to 4": "<5", "5 to 7": "<5", "8 to 10": "<5"},
        "Interpretability": {"0 to 4": "<5", "5 to 7": "<5", "8 to 10": "10"},
    }
    assert table(content, "policy")["Whole cohort"] == {"0 to 4": "5", "5 to 7": "<5", "8 to 10": "<5"}


def test_no_exact_number_of_answers_is_in_a_release(wave, cast):
    content = release_of(wave, cast).content
    values = {
        row["value"]
        for q in content["questions"]
        for m in q["measures"]
        for u in m["units"]
        for row in u["rows"]
    }
    assert values == {None, 5, 10, 20}


def test_groups_are_withheld_when_one_has_nine_answers(wave, cast, session):
    missing = session.scalars(select(Response).filter_by(group="Governance")).all()
    for response in missing[:2]:
        session.delete(response)
    session.flush()
    content = release_of(wave, cast).content
    assert (content["shown"], content["groups"], content["groups_shown"]) == (True, [], "not shown")
    assert [*table(content, "organisations")] == ["Whole cohort"]


def test_groups_are_withheld_when_one_has_no_answer_at_all(cast, labs):
    """A silent group counts as one with no answers, rather than as none."""
    groups = [more_fellows(cast, 15, track=track) for track in ("Interpretability", "Governance")]
    wave = make_wave(cast.cohort, staff=cast.staff)
    for fellowship in groups[0][:12]:
        make_answers(wave, fellowship, organisations=labs[:1])
    assert count_respondents(wave.id) == {"Interpretability": 12, "Governance": 0}
    assert release_of(wave, cast).content["groups"] == []


@pytest.mark.parametrize(("answers", "shown"), [(0, False), (9, False), (10, True)])
def test_nothing_is_shown_below_ten_answers(cast, labs, answers, shown):
    fellowships = more_fellows(cast, 12)
    wave = make_wave(cast.cohort, staff=cast.staff)
    for fellowship in fellowships[:answers]:
        make_answers(wave, fellowship, organisations=labs[:1], lab=9)
    content = release_of(wave, cast).content
    assert content["shown"] is shown
    assert bool(content["questions"]) is shown
    if not shown:
        assert "Alpha" not in str(content)


def test_a_release_carries_its_version_and_a_fingerprint(wave, cast):
    release = release_of(wave, cast)
    assert (release.version, release.published_at, len(release.digest)) == (1, NOW, 64)


def test_closing_asks_for_a_job_in_the_same_step(wave, cast):
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    job = find_job(wave.id)
    assert wave.state is WaveState.CLOSED
    assert (job.state, job.steps_done, job.steps_total, job.attempts) == (JobState.QUEUED, 0, 5, 0)


def test_the_job_counts_its_steps(wave, cast):
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    job = claim_job(lease=LEASE, now=NOW)
    assert (job.state, job.steps_done) == (JobState.RUNNING, 0)
    seen = [(job.state, job.steps_done) for _step in summarise(job, now=NOW)]
    assert seen == [*((JobState.RUNNING, n) for n in range(1, 5)), (JobState.DONE, 5)]
    assert (job.lease_token, job.lease_until, job.finished_at) == (None, None, NOW)


def test_a_job_is_claimed_by_one(wave, cast):
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    assert claim_job(lease=LEASE, now=NOW) is not None
    assert claim_job(lease=LEASE, now=NOW + LEASE) is None


def test_a_job_left_behind_is_taken_over_and_done_from_the_start(wave, cast):
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    first = claim_job(lease=LEASE, now=NOW)
    steps = summarise(first, now=NOW)
    next(steps)
    next(steps)
    later = NOW + LEASE + SECOND
    again = claim_job(lease=LEASE, now=later)
    assert (again.id, again.attempts, again.steps_done) == (first.id, 2, 0)
    list(summarise(again, now=later))
    assert find_release(wave.id).published_at == later


def test_two_workers_on_one_job_make_one_release_and_one_event(wave, cast, session):
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    job = claim_job(lease=LEASE, now=NOW)
    first, second = summarise(job, now=NOW), summarise(job, now=NOW + SECOND)
    next(first)
    list(second)
    list(first)
    assert session.scalar(select(func.count()).select_from(Release)) == 1
    assert len(session.scalars(select(AuditEvent).filter_by(tag=Tag.RELEASE_PUBLISH)).all()) == 1
    assert job.state is JobState.DONE


def test_publishing_is_audited(wave, cast, session):
    release_of(wave, cast)
    event = session.scalars(select(AuditEvent).filter_by(tag=Tag.RELEASE_PUBLISH)).one()
    assert (event.actor_id, event.subject_kind, event.subject_id, event.after) == (
        None,
        "wave",
        wave.id,
        {"version": 1},
    )


def test_a_job_that_breaks_is_tried_again_and_given_up_in_the_end(wave, cast):
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    states = []
    for _ in range(MAX_ATTEMPTS):
        job = claim_job(lease=LEASE, now=NOW)
        fail_job(job.id, job.lease_token, error=ValueError("boom " * 200), now=NOW)
        db.session.flush()
        states.append(job.state)
    assert states == [JobState.QUEUED] * (MAX_ATTEMPTS - 1) + [JobState.FAILED]
    assert len(job.last_error) == 500
    assert claim_job(lease=LEASE, now=NOW) is None


def test_a_job_that_somebody_else_has_by_now_is_left_to_them(wave, cast):
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    job = claim_job(lease=LEASE, now=NOW)
    key, token = job.id, job.lease_token
    later = claim_job(lease=LEASE, now=NOW + 2 * LEASE)
    fail_job(key, token, error=ValueError("too late"), now=NOW + 2 * LEASE)
    assert (later.id, later.state, later.last_error) == (key, JobState.RUNNING, "")
    assert later.lease_token not in (None, token)


def test_an_organisation_nobody_chose_looks_like_one_that_few_chose(wave, cast):
    make_organisation(name="Omega")
    rows = table(release_of(wave, cast).content, "organisations")["Whole cohort"]
    assert rows["Omega"] == rows["Gamma"] == "<5"


def test_a_release_keeps_its_words_when_an_organisation_is_renamed(wave, cast, session):
    release = release_of(wave, cast)
    session.scalars(select(Organisation).filter_by(name="Alpha")).one().name = "Renamed"
    session.commit()
    assert "Renamed" not in str(find_release(wave.id).content)
    assert release.id == find_release(wave.id).id


def test_the_number_of_statements_does_not_grow_with_the_answers(wave, cast, count_queries):
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    wave_id = wave.id
    db.session.expire_all()
    job = claim_job(lease=LEASE, now=NOW)
    with count_queries() as statements:
        list(summarise(job, now=NOW))
    assert len(statements) <= 32, statements
    assert get_wave(wave_id).state is WaveState.CLOSED
