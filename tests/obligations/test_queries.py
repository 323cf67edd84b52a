"""One query says who owes what to whom by when: exactly this, and nothing else."""

from datetime import timedelta

import pytest

from program.access import Role
from program.cohorts.models import AuthorshipMode
from program.extensions import db
from program.fellows.models import AssignmentKind, FellowshipStage
from program.obligations import queries
from program.obligations.models import Obligation, ObligationKind
from program.obligations.queries import (
    Owing,
    count_owed_in,
    iterate_due,
    list_owed_by,
    list_owed_by_any,
)
from program.reviews.models import Verdict
from program.surveys.services import close_wave
from tests.factories import (
    NOW,
    make_account,
    make_answers,
    make_assignment,
    make_cohort,
    make_draft,
    make_drafted,
    make_fellowship,
    make_mentor,
    make_ramp,
    make_report,
    make_review,
    make_round,
    make_wave,
    period_of,
)
from tests.scenarios import more_fellows

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
REPORT, DRAFT, MENDING, REVIEW, EVALUATION, SURVEY, NEXT_STEP, CONCERN, ASK, EXTENSION = ObligationKind


def owed_by(account, *, now=NOW):
    return [(o.kind, o.subject_id, o.due_at) for o in list_owed_by(account.id, now=now)]


def all_weeks_sent(fellowship, *, until=4):
    """The fellow has sent, and had accepted, every report up to this one."""
    mentor = fellowship.assignments[0].mentor.account
    for number in range(1, until + 1):
        report = make_report(fellowship, number=number, at=NOW - 2 * DAY)
        make_review(report, mentor, at=NOW - DAY)


def test_a_fellow_owes_every_open_period_that_was_not_sent(cast):
    periods = [period_of(cast.cohort, number) for number in range(1, 6)]
    assert owed_by(cast.fellow) == [(REPORT, period.id, period.due_at) for period in periods]


def test_how_late_is_very_late_is_as_the_cohort_says(cast):
    cast.cohort.very_late_days = 2
    due_at = period_of(cast.cohort, 5).due_at
    owed = [one for one in list_owed_by(cast.fellow.id, now=NOW) if one.due_at == due_at]
    assert [one.lateness(due_at + timedelta(days=days)) for one in owed for days in (1, 2)] == [
        "late",
        "very late",
    ]


@pytest.mark.parametrize(("day", "first"), [(-1, 3), (0, 3), (1, 4)])
def test_nothing_is_owed_that_fell_due_before_the_fellowship_began(cast, day, first):
    cast.fellowship.starts_on = period_of(cast.cohort, 3).due_at.date() + day * DAY
    periods = [period_of(cast.cohort, number) for number in range(first, 6)]
    assert owed_by(cast.fellow) == [(REPORT, period.id, period.due_at) for period in periods]


def test_a_draft_is_still_owed(cast):
    all_weeks_sent(cast.fellowship)
    make_draft(cast.fellowship)
    period = period_of(cast.cohort, 5)
    assert owed_by(cast.fellow) == [(REPORT, period.id, period.due_at)]


def test_a_draft_is_owed_by_its_research_manager_until_they_hand_it_over(cast):
    all_weeks_sent(cast.fellowship)
    assert owed_by(cast.manager) == []
    make_ramp(cast.cohort, AuthorshipMode.MANAGER_DRAFTS)
    period = period_of(cast.cohort, 5)
    assert owed_by(cast.manager) == [(DRAFT, cast.fellowship.id, period.due_at)]
    make_drafted(cast.fellowship)
    assert owed_by(cast.manager) == []
    assert owed_by(cast.fellow) == [(REPORT, period.id, period.due_at)]


def test_a_period_is_owed_from_the_moment_it_opens(cast):
    all_weeks_sent(cast.fellowship, until=5)
    period = period_of(cast.cohort, 6)
    assert owed_by(cast.fellow, now=period.opens_at - HOUR) == []
    assert owed_by(cast.fellow, now=period.opens_at) == [(REPORT, period.id, period.due_at)]


def test_a_report_that_was_sent_is_owed_by_its_mentor(cast):
    all_weeks_sent(cast.fellowship)
    report = make_report(cast.fellowship)
    assert owed_by(cast.fellow) == []
    assert owed_by(cast.mentor) == [(REVIEW, report.id, NOW + 5 * DAY)]


def test_a_report_that_was_returned_is_owed_by_its_fellow_again(cast):
    all_weeks_sent(cast.fellowship)
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN, at=NOW + HOUR)
    assert owed_by(cast.fellow, now=NOW + HOUR) == [(MENDING, report.period_id, NOW + HOUR + 5 * DAY)]
    assert owed_by(cast.mentor, now=NOW + HOUR) == []


def test_an_accepted_report_is_owed_by_nobody(cast):
    all_weeks_sent(cast.fellowship)
    make_review(make_report(cast.fellowship), cast.mentor)
    assert owed_by(cast.fellow) == owed_by(cast.mentor) == []


def test_a_survey_is_owed_until_it_is_answered_or_closes(cast):
    all_weeks_sent(cast.fellowship, until=5)
    wave = make_wave(cast.cohort, staff=cast.staff)
    assert owed_by(cast.fellow) == [(SURVEY, wave.id, wave.closes_at)]
    assert owed_by(cast.fellow, now=wave.opens_at - HOUR) == []
    make_answers(wave, cast.fellowship)
    assert owed_by(cast.fellow) == []


def test_a_survey_whose_time_is_up_or_that_was_closed_is_owed_by_nobody(cast):
    all_weeks_sent(cast.fellowship, until=5)
    wave = make_wave(cast.cohort, staff=cast.staff)

    def surveys(now):
        return [kind for kind, *_rest in owed_by(cast.fellow, now=now) if kind is SURVEY]

    assert surveys(wave.closes_at - HOUR) == [SURVEY]
    assert surveys(wave.closes_at) == []
    close_wave(wave, actor=cast.staff, now=NOW)
    assert surveys(NOW) == []


def test_a_planned_survey_is_owed_by_nobody(cast):
    all_weeks_sent(cast.fellowship, until=5)
    make_wave(cast.cohort)
    assert owed_by(cast.fellow) == []


@pytest.mark.parametrize("stage", [stage for stage in FellowshipStage if stage is not FellowshipStage.ACTIVE])
def test_whoever_is_not_active_owes_nothing_and_nothing_is_owed_to_them(cast, stage):
    returned, waiting = make_report(cast.fellowship, number=3), make_report(cast.fellowship, number=4)
    make_review(returned, cast.mentor, verdict=Verdict.RETURN)
    make_wave(cast.cohort, staff=cast.staff)
    assert waiting.id in [subject for _kind, subject, _due in owed_by(cast.mentor)]
    cast.fellowship.stage = stage
    db.session.flush()
    assert owed_by(cast.fellow) == owed_by(cast.mentor) == []


def test_a_review_is_owed_by_the_primary_mentor_of_that_day(cast, session):
    co, former = (make_account(name=name, roles=[Role.MENTOR]) for name in ("Co Mentor", "Former Mentor"))
    make_assignment(cast.fellowship, make_mentor(co), kind=AssignmentKind.CO)
    make_assignment(cast.fellowship, make_mentor(former), ends_on=NOW.date() - DAY)
    report = make_report(cast.fellowship)
    assert owed_by(cast.mentor) == [(REVIEW, report.id, NOW + 5 * DAY)]
    assert owed_by(co) == owed_by(former) == []


def test_a_review_passes_to_the_next_mentor(cast, session):
    report = make_report(cast.fellowship)
    cast.fellowship.assignments[0].ends_on = NOW.date()
    make_assignment(cast.fellowship, cast.other_mentorship, starts_on=NOW.date() + DAY)
    later = NOW + DAY
    assert [subject for kind, subject, _due in owed_by(cast.mentor) if kind is REVIEW] == [report.id]
    assert owed_by(cast.mentor, now=later) == []
    assert owed_by(cast.other_mentor, now=later) == [(REVIEW, report.id, NOW + 5 * DAY)]


def test_the_most_urgent_comes_first(cast):
    all_weeks_sent(cast.fellowship, until=3)
    report = make_report(cast.fellowship, number=4, at=NOW - 7 * DAY)
    make_review(report, cast.mentor, verdict=Verdict.RETURN, at=NOW - 6 * DAY)
    wave = make_wave(cast.cohort, staff=cast.staff, closes_at=NOW + HOUR)
    period = period_of(cast.cohort, 5)
    assert owed_by(cast.fellow) == [
        (MENDING, report.period_id, NOW - DAY),
        (SURVEY, wave.id, NOW + HOUR),
        (REPORT, period.id, period.due_at),
    ]


def test_obligations_of_several_people_come_in_one_list(cast):
    owed = list_owed_by_any([cast.fellow.id, cast.other_fellow.id], now=NOW)
    assert len(owed) == 10
    assert {o.account_id for o in owed} == {cast.fellow.id, cast.other_fellow.id}
    assert list_owed_by_any([], now=NOW) == []


def test_a_cohorts_debts_are_counted_by_kind(cast):
    all_weeks_sent(cast.fellowship)
    report = make_report(cast.other_fellowship, number=1, at=NOW - 7 * DAY)
    make_review(report, cast.other_mentor, verdict=Verdict.RETURN, at=NOW - 6 * DAY)
    make_report(cast.fellowship, at=NOW - 4 * DAY - HOUR)
    make_wave(cast.cohort, staff=cast.staff)
    make_round(cast.cohort)
    elsewhere = make_cohort(name="Winter 26")
    make_fellowship(make_account(name="Jonas Kettler", roles=[Role.FELLOW]), elsewhere)
    assert count_owed_in(cast.cohort.id, now=NOW) == {
        REPORT: Owing(owed=4, overdue=3),
        DRAFT: Owing(0, 0),
        MENDING: Owing(owed=1, overdue=1),
        REVIEW: Owing(owed=1, overdue=1),
        EVALUATION: Owing(owed=2, overdue=0),
        SURVEY: Owing(owed=2, overdue=0),
        NEXT_STEP: Owing(owed=0, overdue=0),
        CONCERN: Owing(owed=0, overdue=0),
        ASK: Owing(owed=0, overdue=0),
        EXTENSION: Owing(owed=0, overdue=0),
    }


def test_an_empty_cohort_owes_nothing(cast):
    empty = make_cohort(name="Winter 26")
    assert count_owed_in(empty.id, now=NOW) == dict.fromkeys(ObligationKind, Owing(0, 0))


@pytest.mark.parametrize("batch", [1, 3, 1_000])
def test_what_is_due_in_a_window_comes_in_batches(cast, monkeypatch, batch):
    monkeypatch.setattr(queries, "BATCH", batch)
    period = period_of(cast.cohort, 5)
    more_fellows(cast, 3)
    parts = list(iterate_due(period.due_at, period.due_at, now=NOW))
    assert [len(part) for part in parts] == {1: [1] * 5, 3: [3, 2], 1_000: [5]}[batch]
    assert {(o.kind, o.due_at) for part in parts for o in part} == {(REPORT, period.due_at)}


def test_what_is_owed_takes_one_statement(cast, count_queries):
    all_weeks_sent(cast.fellowship)
    fellow_id = cast.fellow.id
    with count_queries() as statements:
        list_owed_by(fellow_id, now=NOW)
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("kind", "about", "title", "url"),
    [
        (REPORT, "report for week 5", "Report for week 5", "/periods/7/report"),
        (MENDING, "midterm report", "Midterm report was returned", "/periods/7/report"),
        (REVIEW, "Amara Okafor: report for week 5", "Amara Okafor: report for week 5", "/reports/7"),
        (EVALUATION, "Ada: final evaluation", "Ada: final evaluation", "/evaluation-rounds/5/fellowships/7"),
        (SURVEY, "midpoint", "Midpoint survey, 5 questions", "/waves/7/answer"),
        (NEXT_STEP, "Ada Marsh: write", "Ada Marsh: write", "/engagements/7"),
    ],
)
def test_an_obligation_says_what_it_is_and_where_it_is_done(app, kind, about, title, url):
    obligation = Obligation(kind, 1, 7, 1, NOW, 5, about)
    with app.test_request_context():
        assert (obligation.title, obligation.url) == (title, url)
        assert obligation.action != ""
