"""Whom to look at: explicit facts with known answers, each from its first moment to its last."""

from datetime import timedelta

import pytest

from program.access import Role
from program.accounts.models import AccountRole
from program.board.facts import list_looked, signals_in, signals_of
from program.board.queries import Asked, list_board
from program.board.signals import MEANINGS, Fact, SignalKind, signals_from
from program.cohorts.models import CohortState
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.reviews.models import MentorView, Verdict
from program.reviews.models import Signal as Progress
from tests.factories import NOW, make_leave, make_report, make_review, period_of
from tests.pages import read
from tests.scenarios import more_fellows

DAY, HOUR, MOMENT = timedelta(days=1), timedelta(hours=1), timedelta(milliseconds=2)
GRACE = timedelta(hours=12)
TODAY = NOW.date()


@pytest.fixture
def on_time(cast):
    """Both fellows have sent all that was due, and it was accepted."""
    for fellowship, mentor in (
        (cast.fellowship, cast.mentor),
        (cast.other_fellowship, cast.other_mentor),
    ):
        for number in range(1, 5):
            at = period_of(cast.cohort, number).due_at - HOUR
            make_review(make_report(fellowship, number=number, at=at), mentor, at=at)
    assert signals_in(cast.cohort, now=NOW) == {}
    return cast


def reasons(cast, now=NOW):
    """Why to look at the fellow."""
    db.session.flush()
    own = cast.fellowship.id
    found, everybodys = signals_of(cast.cohort, [own], now=now), signals_in(cast.cohort, now=now)
    assert found == {place: said for place, said in everybodys.items() if place == own}
    return [signal.reason for signal in found.get(own, [])]


def at_due(cast, number):
    return period_of(cast.cohort, number).due_at


@pytest.mark.parametrize(
    ("sent", "missing", "reason"),
    [
        (1, 0, None),
        (0, 1, None),
        (2, 0, "2 reports sent late"),
        (0, 2, "2 reports late and not sent"),
        (1, 2, "3 reports late: 1 sent, 2 not"),
    ],
)
def test_late_twice_is_of_what_was_sent_late_and_of_what_is_missing(cast, sent, missing, reason):
    make_reports_but(cast, sent, missing)
    late = [one for one in reasons(cast) if "late" in one]
    assert late == ([reason] if reason else [])


def make_reports_but(cast, sent, missing):
    """Of four, so many come a moment after the grace and so many not at all."""
    for number in range(1, 5 - missing):
        late = GRACE + MOMENT if number <= sent else GRACE
        report = make_report(cast.fellowship, number=number, at=at_due(cast, number) + late)
        make_review(report, cast.mentor, at=report.submitted_at)


def test_what_is_due_becomes_late_after_its_moment(on_time):
    cast = on_time
    missing = [at_due(cast, number) for number in (5, 6)]
    assert reasons(cast, missing[1] + GRACE) == []
    assert reasons(cast, missing[1] + GRACE + MOMENT) == ["2 reports late and not sent"]
    make_leave(cast.fellowship, missing[0].date())
    assert reasons(cast, missing[1] + GRACE + MOMENT) == [], "on leave it was not owed"


def test_returned_twice_is_of_one_report_or_of_the_last_two(on_time):
    cast = on_time

    def send(number, *, back):
        for _ in range(back):
            report = make_report(cast.fellowship, number=number, done=f"Once more {number}")
            make_review(report, cast.mentor, verdict=Verdict.RETURN)

    send(5, back=1)
    assert reasons(cast) == []
    with_next = at_due(cast, 5) + DAY
    report = make_report(cast.fellowship, number=6, at=with_next)
    make_review(report, cast.mentor, verdict=Verdict.RETURN, at=with_next)
    assert reasons(cast, with_next) == ["the last 2 reports returned twice"]
    report = make_report(cast.fellowship, number=6, at=with_next, done="Again")
    make_review(report, cast.mentor, verdict=Verdict.RETURN, at=with_next)
    assert reasons(cast, with_next) == ["the last 2 reports returned 3 times"]
    later = at_due(cast, 6) + DAY
    make_report(cast.fellowship, number=7, at=later)
    assert reasons(cast, later)[:1] == ["the report for week 6 returned twice"], (
        "week 5 is not of the last two"
    )
    make_report(cast.fellowship, number=8, at=later + 7 * DAY)
    assert not any("returned" in one for one in reasons(cast, later + 7 * DAY))


def test_an_ask_is_old_after_ten_days(on_time):
    cast = on_time
    report = make_report(cast.fellowship, number=5, at=NOW, asks="One?")
    make_review(report, cast.mentor)
    asks = [one for one in reasons(cast, NOW + 10 * DAY) if "ask" in one]
    assert asks == []
    assert "ask open 10 days" in reasons(cast, NOW + 10 * DAY + MOMENT)
    report.asks[0].answered_at = NOW
    assert not any("ask" in one for one in reasons(cast, NOW + 11 * DAY))


def test_a_leave_is_said_while_it_runs_and_a_week_before(on_time):
    leave = make_leave(on_time.fellowship, TODAY + 7 * DAY, TODAY + 8 * DAY)
    assert reasons(on_time) == ["on leave from 17 Jun 2026 to 18 Jun 2026"]
    assert reasons(on_time, NOW - DAY) == []
    leave.starts_on, leave.ends_on = TODAY - DAY, TODAY
    assert reasons(on_time) == ["on leave until 10 Jun 2026"]
    assert reasons(on_time, NOW + DAY) == []


def test_a_report_that_nobody_reads_and_a_review_over_its_target(on_time):
    cast = on_time
    report = make_report(cast.fellowship, number=5, at=NOW)
    assert reasons(cast, report.owed_at) == []
    assert reasons(cast, report.owed_at + HOUR) == ["week 5: review less than a day over target"]
    cast.mentorship.account_id = None
    assert reasons(cast) == ["no mentor owes a review of the report for week 5"]
    (signal,) = signals_in(cast.cohort, now=NOW)[cast.fellowship.id]
    assert signal.report_id == report.id


def test_several_facts_are_said_in_their_order_and_lead_to_what_they_are_of():
    facts = [
        Fact("leave", 7, 1, first_day=TODAY, last_day=TODAY),
        Fact("late", 7, 0, 4),
        Fact("asks", 7, 2, 0, 31, "week 2", NOW - 12 * DAY),
        Fact("waits", 7, 3, 0, 32, "week 3", NOW - 2 * DAY),
        Fact("unread", 7, 2, 0, 33, "week 4", NOW),
    ]
    found = signals_from(facts, day=TODAY, now=NOW)
    assert [(signal.reason, signal.report_id) for signal in found[7]] == [
        ("no mentor owes a review of 2 reports", 33),
        ("3 reviews, the oldest 2 days over target", 32),
        ("4 reports late and not sent", None),
        ("2 asks open, the oldest 12 days", 31),
        ("on leave until 10 Jun 2026", None),
    ]
    assert set(MEANINGS) == set(SignalKind), "what each means is said"


def test_nobody_is_looked_at_who_does_not_go_on(cast):
    assert set(signals_in(cast.cohort, now=NOW)) == {cast.fellowship.id, cast.other_fellowship.id}
    cast.fellowship.stage = FellowshipStage.WITHDRAWN
    db.session.flush()
    assert set(signals_in(cast.cohort, now=NOW)) == {cast.other_fellowship.id}
    cast.cohort.state = CohortState.CLOSED
    db.session.flush()
    assert signals_in(cast.cohort, now=NOW) == {}


def test_the_board_and_monday_say_the_same(on_time, client_of):
    cast, browser = on_time, client_of(on_time.staff)
    make_report(cast.fellowship, number=5, at=NOW)
    make_leave(cast.fellowship, TODAY)
    cast.mentorship.account_id = None
    db.session.flush()
    (looked,) = list_looked(cast.cohort, now=NOW)
    said = [signal.reason for signal in looked.signals]
    assert len(said) == 2
    for address in ("/staff", f"/cohorts/{cast.cohort.id}/board"):
        page = read(browser.get(address))
        links = page.select(".look a")
        assert [link.get_text() for link in links] == said, address
        assert [browser.get(link["href"]).status_code for link in links] == [200, 200]
    rows = list_board(cast.cohort, Asked(look=True), now=NOW, cursor=None).rows
    assert [row.who.name for row in rows] == ["Amara Okafor"]
    row = read(browser.get(f"/cohorts/{cast.cohort.id}/board?look=y")).select("tbody tr")
    assert [one.th["abbr"] for one in row] == ["Amara Okafor"]


def test_those_who_have_what_is_said_first_come_first(on_time):
    cast = on_time
    away, unread = more_fellows(cast, 2, mentor=cast.other_mentorship)
    for place in (away, unread):
        place.starts_on = TODAY
    make_leave(away, TODAY), make_leave(cast.fellowship, TODAY)
    make_report(unread, number=5)
    cast.other_mentorship.account_id = None
    db.session.flush()
    names = [one.name for one in list_looked(cast.cohort, now=NOW)]
    assert names == ["Fellow I002", "Amara Okafor", "Fellow I001"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([Progress.OFF_TRACK], "mentor says “off track” of week 5"),
        ([Progress.AHEAD, Progress.SOME_CONCERN], "mentor says “some concern” of week 6"),
        ([Progress.OFF_TRACK, Progress.ON_TRACK], None),
        ([Progress.OFF_TRACK, None], "mentor says “off track” of week 5"),
    ],
)
def test_what_the_mentor_said_last_counts_and_only_a_concern(on_time, said, reason):
    cast, now = on_time, NOW
    for number, signal in enumerate(said, start=5):
        now = NOW if number == 5 else at_due(cast, number) - HOUR
        review = make_review(make_report(cast.fellowship, number=number, at=now), cast.mentor, at=now)
        db.session.add(MentorView(review_id=review.id, signal=signal, line="Not for the fellow."))
    assert reasons(cast, now) == ([reason] if reason else [])
    db.session.add(AccountRole(account_id=cast.fellow.id, role=Role.STAFF))
    assert reasons(cast, now) == [], "who reads the board does not read it of themself"
