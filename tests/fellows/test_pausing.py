"""A leave pauses what a fellow owes, everywhere at once: what falls due in it is not owed by anybody's account."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import false, select

from program.board.cells import Cell
from program.board.queries import Asked, list_board
from program.clock import deadline
from program.deadlines import queries
from program.delivery.composers import reminders as compose
from program.extensions import db
from program.fellows.models import Fellowship
from program.home.counts import count_weeks
from program.home.queries import weeks_of
from program.notices.models import Notice
from program.obligations.models import ObligationKind
from program.obligations.queries import count_owed_in, list_owed_by
from program.reminders.services import sweep
from program.reports.owed import owed_reports
from program.reports.queries import list_own_periods
from program.reviews.models import Verdict
from tests.factories import (
    NOW,
    make_leave,
    make_report,
    make_review,
    make_wave,
    period_of,
)

DAY = timedelta(days=1)
DUE = date(2026, 6, 12)
"""The day on which the fifth report is due."""
AT_DUE = NOW + 2 * DAY + timedelta(hours=5)


def week_of(obligation):
    """The number of the week that a report is owed for; none for what else is owed."""
    return int(number) if (number := obligation.about.removeprefix("report for week ")).isdigit() else None


def owed(cast, now=NOW):
    return {(o.kind, week_of(o)) for o in list_owed_by(cast.fellow.id, now=now)}


def words_of(cohort, place):
    """The cells of a place, whether what was sent was late or not."""
    rows = {row.who.fellowship_id: row for row in list_board(cohort, Asked(), now=NOW, cursor=None).rows}
    return [cell.word.partition(",")[0] for cell in rows[place.id].cells]


def cells_of(cast):
    """What the board says of the fellow's weeks."""
    return words_of(cast.cohort, cast.fellowship)


@pytest.fixture
def written(cast):
    """The first four reports are sent: only the fifth is owed."""
    for number in range(1, 5):
        make_report(cast.fellowship, number=number)
    assert owed(cast) == {(ObligationKind.REPORT, 5)}
    return cast


def test_what_falls_due_on_leave_is_owed_nowhere(written):
    cast = written
    make_leave(cast.fellowship, DUE - DAY, DUE + DAY)
    assert owed(cast) == owed(cast, NOW + 9 * DAY) - {(ObligationKind.REPORT, 6)} == set()
    theirs = [o for o in count_owed_in(cast.cohort.id, now=AT_DUE).values() if o.overdue]
    assert [o.overdue for o in theirs] == [4]  # the other fellow's
    sweep(now=AT_DUE)
    assert cast.fellow.id not in set(db.session.scalars(select(Notice.account_id).filter_by(kind="reminder")))
    assert [row.period.number for row in list_own_periods(cast.fellow.id, now=NOW, cursor=None).rows] == [
        4,
        3,
        2,
        1,
    ]
    assert [week.label for week in weeks_of([cast.fellowship.id], now=NOW)[cast.fellowship.id]] == list(
        "1234"
    )
    assert count_weeks(cast.cohort.id, now=NOW)[4].expected == 1


def test_the_board_says_that_it_is_a_leave(written):
    make_leave(written.fellowship, DUE)
    written.other_fellowship.ends_on = DUE - DAY
    db.session.flush()
    assert cells_of(written)[3:6] == [Cell.SENT, Cell.ON_LEAVE, Cell.TO_COME]
    assert set(words_of(written.cohort, written.other_fellowship)[4:]) == {Cell.AFTER}


def test_what_fell_due_before_the_leave_waits_until_it_is_over(written):
    """Late as it is: nobody is reminded on leave, and afterwards it is owed as before."""
    cast, during = written, AT_DUE + DAY
    make_leave(cast.fellowship, during.date(), during.date() + DAY)
    assert (ObligationKind.REPORT, 5) in owed(cast, AT_DUE)
    assert owed(cast, during) == set()
    sweep(now=during)
    assert cast.fellow.id not in set(db.session.scalars(select(Notice.account_id).filter_by(kind="reminder")))
    assert (ObligationKind.REPORT, 5) in owed(cast, during + 2 * DAY)


@pytest.mark.parametrize(
    "days", [(DUE - 4 * DAY, DUE - 3 * DAY), (DUE + DAY, DUE + 2 * DAY), (DUE + 7 * DAY,)]
)
def test_a_leave_beside_the_deadline_pauses_nothing(written, days):
    make_leave(written.fellowship, *days)
    assert owed(written) == {(ObligationKind.REPORT, 5)}


def test_a_leave_is_one_fellow_s_own(written):
    make_leave(written.other_fellowship, DUE - 30 * DAY, DUE + 30 * DAY)
    assert owed(written) == {(ObligationKind.REPORT, 5)}
    assert list_owed_by(written.other_fellow.id, now=NOW) == []


def test_a_reminder_that_waits_to_be_sent_is_not_sent_on_leave(written):
    sweep(now=AT_DUE)
    notices = db.session.scalars(
        select(Notice).filter_by(kind="reminder", account_id=written.fellow.id)
    ).all()
    assert len(compose(notices, AT_DUE)) == len(notices) == 1
    make_leave(written.fellowship, DUE)
    assert compose(notices, AT_DUE) == {}


def test_mending_and_surveys_wait_until_the_leave_is_over(written):
    report = make_report(written.fellowship, number=5)
    make_review(report, written.mentor, verdict=Verdict.RETURN)
    make_wave(written.cohort, staff=written.staff)
    both = {ObligationKind.MENDING, ObligationKind.SURVEY}
    leave = make_leave(written.fellowship, NOW.date() - DAY, NOW.date())
    assert owed(written) == set()
    assert both <= {kind for kind, _ in owed(written, NOW + DAY)}
    leave.starts_on = leave.ends_on = NOW.date() + DAY
    db.session.flush()
    assert both <= {kind for kind, _ in owed(written)}


def test_what_falls_due_after_the_fellowship_is_not_owed(written):
    written.fellowship.ends_on = DUE - DAY
    db.session.flush()
    assert owed(written, NOW + 30 * DAY) == set()
    written.fellowship.ends_on = DUE
    db.session.flush()
    assert owed(written, NOW + 30 * DAY) == {(ObligationKind.REPORT, 5)}


@pytest.mark.parametrize(("zone", "everywhere"), [("America/Los_Angeles", False), ("Europe/London", True)])
def test_the_day_is_that_of_the_deadline_where_it_stands(written, zone, everywhere):
    """A minute to midnight there is the next day in UTC: a leave counts by the day that people wrote down."""
    written.cohort.time_zone, written.cohort.anywhere_on_earth = zone, everywhere
    period = period_of(written.cohort, 5)
    period.due_at = deadline(DUE, time(23, 59), written.cohort.deadline_zone)
    assert period.due_at.date() == DUE + DAY
    leave = make_leave(written.fellowship, DUE + DAY)
    assert owed(written) == {(ObligationKind.REPORT, 5)}
    assert cells_of(written)[4] == Cell.NOT_YET
    leave.starts_on = leave.ends_on = DUE
    db.session.flush()
    assert owed(written) == set()
    assert cells_of(written)[4] == Cell.ON_LEAVE


def test_a_query_that_forgets_leaves_would_be_seen(written, monkeypatch):
    make_leave(written.fellowship, DUE)
    theirs = Fellowship.id == written.fellowship.id
    assert db.session.execute(owed_reports(NOW)[0].where(theirs)).all() == []
    monkeypatch.setattr(queries, "is_on_leave", lambda _day: false())
    assert len(db.session.execute(owed_reports(NOW)[0].where(theirs)).all()) == 1
