"""A page costs the same number of statements with one row and with thirty."""

from datetime import date, timedelta

from program.access import Role
from program.cohorts.models import Track
from program.extensions import db
from program.notices.models import NoticeKind
from program.releases.services import claim_job, close_and_summarise, summarise
from program.reviews.models import Verdict
from program.surveys.models import WaveKind
from tests.factories import (
    NOW,
    make_account,
    make_assignment,
    make_cohort,
    make_draft,
    make_fellowship,
    make_notice,
    make_organisation,
    make_report,
    make_review,
    make_wave,
)
from tests.scenarios import more_fellows

MINUTE = timedelta(minutes=1)
ASKED = NOW - timedelta(days=14)
MANY = 30


def back_and_forth(report, fellowship, mentor, *, times, start=1):
    """The report is returned and mended so many times, with an ask each."""
    for turn in range(start, start + times):
        make_review(report, mentor, verdict=Verdict.RETURN, comment=f"Turn {turn}.", at=ASKED + turn * MINUTE)
        asks = "\n".join(f"Question {n}?" for n in range(1, turn + 2))
        make_report(fellowship, number=3, at=ASKED + turn * MINUTE, done=f"Turn {turn}.", asks=asks)


def one_of_everything(cast):
    """Pages to look at, by who looks; each list on them has one row or two."""
    report = make_report(cast.fellowship, number=3, at=ASKED, asks="Question 1?")
    back_and_forth(report, cast.fellowship, cast.mentor, times=1)
    make_report(cast.fellowship, number=4, at=NOW)
    draft = make_draft(cast.fellowship, number=5)
    make_organisation(name="Alpha")
    wave = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.INTAKE)
    closed = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.MIDPOINT)
    close_and_summarise(closed, actor=cast.staff, now=NOW)
    list(summarise(claim_job(lease=timedelta(minutes=1), now=NOW), now=NOW))
    pages = {
        "fellow": [
            "/fellow",
            "/reports",
            f"/periods/{draft.period_id}/report",
            f"/waves/{wave.id}/answer",
            "/account",
        ],
        "mentor": ["/mentor", "/reviews", f"/reports/{report.id}"],
        "manager": ["/research-manager", f"/reports/{report.id}"],
        "staff": [
            "/staff",
            "/cohorts",
            f"/cohorts/{cast.cohort.id}",
            f"/cohorts/{cast.cohort.id}/board",
            "/surveys",
            f"/waves/{wave.id}",
            f"/waves/{closed.id}/release",
            "/notices",
            "/notices?state=pending",
            f"/reports/{report.id}",
        ],
    }
    return pages, report


def thirty_of_everything(cast, report):
    fellowships = more_fellows(cast, MANY)
    for fellowship in fellowships:
        sent = make_report(fellowship, number=2, at=ASKED, asks="Old question?")
        make_review(sent, cast.mentor, verdict=Verdict.RETURN, at=ASKED)
        make_report(fellowship, number=3, at=NOW, asks="New question?")
    back_and_forth(report, cast.fellowship, cast.mentor, times=MANY, start=2)
    for number in range(MANY):
        make_organisation(name=f"Organisation {number:02d}")
        db.session.add(
            Track(cohort_id=cast.cohort.id, name=f"Track {number:02d}", target_aim=0.01, position=9)
        )
        db.session.flush()
        cohort = make_cohort(
            name=f"Cohort {number:02d}", starts_on=date(2025, 1, 6), ends_on=date(2025, 1, 31)
        )
        make_wave(cohort, staff=cast.staff)
        make_notice(cast.fellow, subject=("report", 1_000 + number), kind=NoticeKind.REMINDER)
    long = make_cohort(name="Long", starts_on=date(2025, 2, 3), ends_on=date(2026, 3, 1))
    place = make_fellowship(cast.fellow, long, manager=cast.manager)
    make_assignment(place, cast.mentorship, starts_on=long.starts_on)
    for fellowship in more_fellows(cast, 1, first=MANY + 1):
        make_draft(fellowship)


def costs(browsers, pages, count_queries):
    found = {}
    for who, addresses in pages.items():
        for address in addresses:
            with count_queries() as statements:
                response = browsers[who].get(address)
            assert response.status_code == 200, (who, address)
            found[who, address] = len(statements)
    return found


def test_pages_cost_the_same_with_one_row_and_with_thirty(cast, client_of, count_queries):
    pages, report = one_of_everything(cast)
    browsers = {who: client_of(getattr(cast, who)) for who in pages}
    few = costs(browsers, pages, count_queries)
    thirty_of_everything(cast, report)
    assert costs(browsers, pages, count_queries) == few
    assert max(few.values()) <= 16, few


def test_a_page_that_asks_once_for_each_row_is_seen(cast, count_queries):
    """The check above can tell: lazily loaded mentors cost a statement for each fellow."""

    def lazily():
        db.session.flush()
        db.session.expire_all()
        places = db.session.query(type(cast.fellowship)).all()
        return [place.assignments for place in places]

    with count_queries() as few:
        lazily()
    more_fellows(cast, 3)
    with count_queries() as many:
        lazily()
    assert len(many) > len(few)


def test_signing_in_and_the_writes_cost_the_same_with_thirty_fellows(cast, client_of, count_queries):
    make_account(name="Somebody Else", roles=[Role.FELLOW])
    first = make_report(cast.fellowship, asks="One?")
    with count_queries() as few:
        make_review(first, cast.mentor)
    [fellowship, *_rest] = more_fellows(cast, MANY)
    second = make_report(fellowship, asks="One?")
    with count_queries() as many:
        make_review(second, cast.mentor)
    assert len(many) <= len(few) + 2  # the fellowship and its cohort are not in the session yet
