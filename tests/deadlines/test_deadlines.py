"""Another deadline, or none: what is owed, what is reminded of, what every page says."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.board.cells import Cell
from program.board.queries import Asked, list_board
from program.clock import today
from program.cohorts.models import PeriodKind, ReportPeriod
from program.cohorts.queries import get_cohort
from program.deadlines.models import Deadline
from program.delivery.composers import reminders as compose
from program.extensions import db
from program.home.queries import weeks_of
from program.notices.models import Notice
from program.obligations.queries import count_owed_in, list_owed_by
from program.reminders.services import sweep
from program.reports.desks import get_desk
from program.reports.queries import find_previous, list_own_periods
from program.timeline.queries import list_course, sight_of
from tests.factories import NOW, make_leave, make_report, period_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def week(cast):
    """The fifth week, due in two days and four hours; the four before it are sent."""
    for number in range(1, 5):
        make_report(cast.fellowship, number=number, at=NOW - 2 * DAY)
    return period_of(cast.cohort, 5)


def grant(fellowship, period, *, due_at=None):
    deadline = Deadline(
        fellowship_id=fellowship.id, period_id=period.id, due_at=due_at, excused=due_at is None
    )
    deadline.at = NOW
    db.session.add(deadline)
    db.session.flush()
    return deadline


def ask_for(cast, *, kind=PeriodKind.MIDTERM, fellowship=None, called="", due_at=NOW + DAY):
    period = ReportPeriod(cohort_id=cast.cohort.id, phase_id=cast.cohort.phases[0].id, kind=kind)
    period.called, period.fellowship_id = called, fellowship.id if fellowship else None
    period.opens_at, period.due_at = NOW - DAY, due_at
    db.session.add(period)
    db.session.flush()
    db.session.expire(cast.cohort, ["periods"])
    return period


def owed(account, now=NOW):
    return [(o.title, o.due_at) for o in list_owed_by(account.id, now=now)]


def reminders_to(account, **which):
    return db.session.scalars(select(Notice).filter_by(account_id=account.id, **which)).all()


def cell_of(cast, fellowship, number, now):
    page = list_board(get_cohort(cast.cohort.id), Asked(), now=now, cursor=None)
    [row] = [row for row in page.rows if row.who.fellowship_id == fellowship.id]
    return row.cells[number - 1].word.partition(",")[0]


def test_what_is_owed_is_due_when_was_granted_and_for_nobody_else(cast, week):
    later = week.due_at + 3 * DAY
    grant(cast.fellowship, week, due_at=later)
    assert owed(cast.fellow) == [("Report for week 5", later)]
    assert owed(cast.other_fellow)[-1] == ("Report for week 5", week.due_at)


def test_who_is_excused_owes_nothing_is_shown_so_and_may_write(cast, week):
    grant(cast.fellowship, week)
    late = week.due_at + 2 * DAY
    assert owed(cast.fellow) == []
    assert cell_of(cast, cast.fellowship, 5, late) == Cell.EXCUSED
    assert weeks_of([cast.fellowship.id], now=late)[cast.fellowship.id][4].state is Cell.EXCUSED
    assert list_own_periods(cast.fellow.id, now=late, cursor=None).rows[1].excused
    assert get_desk(cast.fellow, week.id, now=late).lateness(late) == "on time"
    assert not make_report(cast.fellowship, number=5, at=late).late


def test_the_reminder_of_the_old_date_is_not_sent_and_that_of_the_new_one_is(cast, week):
    make_report(cast.other_fellowship, number=5, at=NOW)
    sweep(now=week.due_at)
    [old] = reminders_to(cast.fellow, rung="at due")
    later = week.due_at + 5 * DAY
    grant(cast.fellowship, week, due_at=later)
    assert compose([old], week.due_at) == {}
    sweep(now=later - 49 * HOUR)
    assert reminders_to(cast.fellow, due_at=later) == []
    sweep(now=later - 47 * HOUR)
    [new] = reminders_to(cast.fellow, rung="48 h before", due_at=later)
    assert [*compose([new], later - 47 * HOUR)] == [new.id]


def test_an_extension_heals_lateness_everywhere(cast, week):
    sent = week.due_at + 2 * DAY
    report = make_report(cast.fellowship, number=5, at=sent)
    assert report.lateness == "late"
    sight = sight_of(cast.staff, cast.fellowship, now=sent)

    def told():
        course = list_course(cast.staff, cast.fellowship, sight, now=sent, cursor=None)
        return [entry.title for entry in course.rows if "week 5 sent" in entry.title]

    assert told() == ["Report for week 5 sent, late"]
    grant(cast.fellowship, week, due_at=sent)
    db.session.expire(report)
    assert report.lateness == "on time"
    assert told() == ["Report for week 5 sent"]
    [own, *_] = list_own_periods(cast.fellow.id, now=sent, cursor=None).rows
    assert own.lateness(sent) == "on time"


@pytest.mark.parametrize(
    ("after", "cell"),
    [(HOUR, Cell.IN_GRACE), (13 * HOUR, Cell.LATE), (7 * DAY, Cell.VERY_LATE)],
)
def test_the_board_and_the_counts_know_grace_late_and_very_late(cast, week, after, cell):
    make_report(cast.other_fellowship, number=5, at=NOW)
    now = week.due_at + after
    assert cell_of(cast, cast.fellowship, 5, now) == cell
    [own] = [o for o in list_owed_by(cast.fellow.id, now=now) if "week 5" in o.title]
    assert own.is_late(now) is (cell is not Cell.IN_GRACE)
    of_the_other = 4
    next_weeks = 2 * (now - period_of(cast.cohort, 6).due_at > 12 * HOUR)
    overdue = count_owed_in(cast.cohort.id, now=now)["report"].overdue
    assert overdue == of_the_other + (cell is not Cell.IN_GRACE) + next_weeks


def test_a_leave_is_looked_at_on_the_day_that_the_report_is_due_in_truth(cast, week):
    make_leave(cast.fellowship, today(week.due_at, "Europe/London"))
    assert owed(cast.fellow) == []
    grant(cast.fellowship, week, due_at=week.due_at + 3 * DAY)
    assert owed(cast.fellow) == [("Report for week 5", week.due_at + 3 * DAY)]
    assert cell_of(cast, cast.fellowship, 5, NOW) == Cell.NOT_YET


def test_an_extension_past_the_last_day_is_still_owed(cast, week):
    cast.fellowship.ends_on = today(week.due_at, "Europe/London")
    grant(cast.fellowship, week, due_at=week.due_at + 5 * DAY)
    assert owed(cast.fellow) == [("Report for week 5", week.due_at + 5 * DAY)]


def test_a_midterm_is_owed_by_all_and_one_on_request_by_one(cast, week):
    midterm = ask_for(cast)
    ask_for(cast, kind=PeriodKind.ON_REQUEST, fellowship=cast.fellowship, called="the board visit")
    titles = [title for title, _ in owed(cast.fellow)]
    assert sorted(titles) == ["Midterm report", "Report for the board visit", "Report for week 5"]
    assert [title for title, _ in owed(cast.other_fellow)][-2:] == ["Midterm report", "Report for week 5"]
    cohort = get_cohort(cast.cohort.id)
    assert midterm in cohort.periods
    assert [period.number for period in cohort.weeks] == list(range(1, 11))


def test_the_report_before_a_midterm_is_that_of_the_week_before(cast, week):
    midterm = ask_for(cast)
    found = find_previous(cast.fellowship.id, midterm)
    assert found is not None
    assert found[0].period.number == 4
