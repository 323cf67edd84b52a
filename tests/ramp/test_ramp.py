"""The ramp: changed for one fellow with a reason, measured for all, and hidden from mentors."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.cohorts.models import AuthorshipMode
from program.errors import ForbiddenError
from program.ramp.queries import list_overrides, weeks_of_cohort, weeks_of_fellow
from program.ramp.services import RampError, change_mode, count_words, take_back_mode
from program.reports.models import Revision
from program.reviews.models import Verdict
from tests.factories import BODY, NOW, make_drafted, make_report, make_request, make_review, period_of
from tests.pages import read, submit

TODAY, DAY, HOUR = NOW.date(), timedelta(days=1), timedelta(hours=1)


def change(cast, day=TODAY, mode=AuthorshipMode.TOGETHER, actor=None):
    change_mode(
        cast.fellowship, starts_on=day, mode=mode, reason="New here.", actor=actor or cast.staff, now=NOW
    )


def test_from_a_day_on_with_a_reason_and_on_record(cast, session):
    change(cast)
    change(cast, mode=AuthorshipMode.MANAGER_DRAFTS)
    [one] = list_overrides(cast.fellowship.id)
    assert (one.starts_on, one.mode, one.reason) == (TODAY, AuthorshipMode.MANAGER_DRAFTS, "New here.")
    events = session.scalars(select(AuditEvent).filter_by(tag=Tag.RAMP_CHANGE).order_by(AuditEvent.id)).all()
    assert [(event.before, event.after["mode"]) for event in events] == [
        ({}, "together"),
        ({"mode": "together"}, "manager_drafts"),
    ]


def test_not_for_days_that_are_over_nor_after_the_end(cast):
    for day in (TODAY - DAY, cast.fellowship.ends_on + DAY):
        with pytest.raises(RampError):
            change(cast, day)


def test_what_is_yet_to_hold_is_taken_back_and_what_holds_is_not(cast):
    change(cast)
    change(cast, TODAY + DAY)
    later, now = list_overrides(cast.fellowship.id)
    take_back_mode(later, actor=cast.staff, now=NOW)
    with pytest.raises(RampError):
        take_back_mode(now, actor=cast.staff, now=NOW)
    assert list_overrides(cast.fellowship.id) == [now]


def test_it_is_staffs_to_change(cast):
    for actor in (cast.manager, cast.mentor, cast.fellow):
        with pytest.raises(ForbiddenError):
            change(cast, actor=actor)


def test_the_share_is_counted_from_the_versions_once(cast, session):
    make_report(cast.fellowship, number=4, plan="Sleep.", at=NOW - DAY)
    make_drafted(cast.fellowship, done="Ran the probe.")
    report = make_report(cast.fellowship, done="Ran the probe twice.", learned="Sleep.")
    assert sum(count_words()) == 2
    assert sum(count_words()) == 0
    last = report.revisions[-1]
    assert (last.words, last.fellow_words) == (10, 1)
    assert [(w.title, w.reports, w.share) for w in weeks_of_fellow(cast.fellowship, now=NOW)][3:] == [
        ("week 4", 1, 100),
        ("week 5", 1, 10),
    ]
    assert [(w.reports, w.words) for w in weeks_of_cohort(cast.cohort.id, now=NOW)][3:] == [(1, 8), (1, 10)]


def test_of_several_versions_the_last_that_was_sent_counts(cast, session):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, done="Short.", at=NOW + DAY)
    list(count_words())
    assert len(session.scalars(select(Revision.words)).all()) == 2
    assert [w.words for w in weeks_of_cohort(cast.cohort.id, now=NOW) if w.words] == [
        report.revisions[-1].words
    ]


def sent_words(report):
    list(count_words())
    return [(one.words, one.fellow_words) for one in report.revisions]


QUOTED = f"You say: {BODY['done']}\n\n{BODY['done']} Then say why."


@pytest.mark.parametrize("late", [False, True])
def test_the_figure_is_the_same_whenever_it_is_counted(cast, late):
    report = make_report(cast.fellowship, at=NOW)
    if not late:
        assert sent_words(report) == [(13, 13)]
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment=QUOTED, at=NOW + HOUR)
    make_report(cast.fellowship, learned="Then say why. It was wrong.", at=NOW + 2 * HOUR)
    assert sent_words(report) == [(13, 13), (16, 16)]


def test_what_was_answered_to_an_ask_first_is_not_the_fellows_and_afterwards_is(cast):
    report = make_report(cast.fellowship, asks="Which layer?", at=NOW)
    [ask] = report.asks
    comment, answers = "Please mend it.", {ask.id: "Take layer nine."}
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment=comment, answers=answers, at=NOW + HOUR)
    make_report(cast.fellowship, learned="Take layer nine. We did.", at=NOW + 2 * HOUR)
    assert sent_words(report) == [(15, 15), (17, 17)]
    report.revisions[0].words = None
    report.revisions[0].body = {**report.revisions[0].body, "learned": "Take layer nine."}
    assert sent_words(report)[0] == (18, 18)


def test_the_report_before_counts_as_it_was_sent_by_then(cast):
    before = make_report(cast.fellowship, number=4, plan="Sleep.", at=NOW)
    report = make_report(cast.fellowship, done="We slept well.", learned="Sleep.", at=NOW + HOUR)
    make_review(before, cast.mentor, verdict=Verdict.RETURN, at=NOW + 2 * HOUR)
    make_report(cast.fellowship, number=4, done="We slept well.", at=NOW + 3 * HOUR)
    assert sent_words(report) == [(9, 9)]


def test_a_batch_costs_as_many_statements_as_one(cast, session, count_queries):
    make_report(cast.fellowship, number=2, at=NOW)
    session.expire_all()
    with count_queries() as few:
        list(count_words())
    for number in (1, 3, 4, 5):
        make_report(cast.fellowship, number=number, at=NOW + number * HOUR)
    session.expire_all()
    with count_queries() as many:
        list(count_words())
    assert len(many) == len(few)


def test_a_week_that_was_written_stays_though_it_opens_later_now_and_anothers_is_not_there(cast):
    make_report(cast.fellowship, at=NOW)
    period_of(cast.cohort, 5).opens_at = NOW + DAY
    make_request(cast.cohort, fellowship=cast.other_fellowship, called="Only theirs")
    titles = [week.title for week in weeks_of_fellow(cast.fellowship, now=NOW)]
    assert titles == [f"week {number}" for number in range(1, 6)]


def test_mentors_see_none_of_it(cast, client_of):
    place, whole = f"/fellowships/{cast.fellowship.id}/authorship", f"/cohorts/{cast.cohort.id}/authorship"
    who = ("mentor", "other_mentor", "other_fellow", "fellow", "manager", "staff")
    found = [[client_of(getattr(cast, one)).get(page).status_code for page in (place, whole)] for one in who]
    assert found == [[404, 404], [404, 404], [404, 404], [200, 404], [200, 404], [200, 200]]


def test_only_staff_read_why(cast, client_of):
    change(cast)
    place = f"/fellowships/{cast.fellowship.id}/authorship"
    assert "New here." in client_of(cast.staff).get(place).text
    assert "New here." not in client_of(cast.fellow).get(place).text


def test_a_day_that_is_over_is_said_beside_its_field(cast, client_of):
    place = f"/fellowships/{cast.fellowship.id}/authorship"
    typed = {"starts_on": "2026-06-01", "mode": "together", "reason": "Ill."}
    answer = submit(client_of(cast.staff), place, place, **typed)
    assert answer.status_code == 422
    assert "Please choose today" in read(answer).select_one("#starts_on-error").text
