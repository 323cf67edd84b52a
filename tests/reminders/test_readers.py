"""Who else hears of what is owed: the coach and staff, of those they look after and while they do; nobody of a concern."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from program.access import Role
from program.delivery.composers import COMPOSERS
from program.extensions import db
from program.notices.models import Notice, NoticeKind
from program.obligations.models import ObligationKind
from program.reminders.defaults import readers_of
from program.reminders.ladder import Reader
from program.reminders.services import sweep
from tests.factories import NOW, make_account, make_report, make_review, period_of

DAY = timedelta(days=1)
TUESDAY, NEXT_FRIDAY = (datetime(2026, 6, day, 16, tzinfo=UTC) for day in (16, 19))
"""Two and five working days after this week's deadline, a Friday."""


@pytest.fixture
def due(cast):
    """This week's deadline, which only the fellow is to miss."""
    for number in range(1, 5):
        make_review(make_report(cast.fellowship, number=number, at=NOW), cast.mentor)
    for number in range(1, 6):
        make_review(make_report(cast.other_fellowship, number=number, at=NOW), cast.other_mentor)
    db.session.query(Notice).delete()
    return period_of(cast.cohort, 5).due_at


def told(account):
    rows = db.session.scalars(select(Notice).filter_by(account_id=account.id, kind=NoticeKind.REMINDER))
    return [(one.rung, one.owner_id) for one in rows.all() if one.subject_kind == "report"]


def composed(account, now):
    notices = db.session.scalars(select(Notice).filter_by(account_id=account.id, subject_kind="report")).all()
    return COMPOSERS[NoticeKind.REMINDER](notices, now)


def test_the_coach_hears_of_it_and_then_staff(cast, due):
    sweep(now=TUESDAY - DAY)
    assert told(cast.manager) == told(cast.staff) == []
    sweep(now=TUESDAY)
    assert told(cast.manager) == [("2 working days after, to the research manager", cast.fellow.id)]
    assert told(cast.staff) == []
    sweep(now=NEXT_FRIDAY)
    assert told(cast.staff) == [("5 working days after, to staff", cast.fellow.id)]
    assert len(told(cast.manager)) == 1


def test_two_fellows_who_owe_the_same_period_are_told_of_each(cast, due):
    db.session.query(Notice).delete()
    from_others = make_account(name="Somebody Else", roles=[Role.STAFF])
    db.session.flush()
    sweep(now=NEXT_FRIDAY)
    assert told(from_others) == told(cast.staff)


def test_whoever_coaches_them_no_more_is_told_nothing(cast, due):
    sweep(now=TUESDAY)
    assert len(composed(cast.manager, TUESDAY)) == 1
    cast.fellowship.research_manager_id = None
    db.session.flush()
    assert composed(cast.manager, TUESDAY) == {}


def test_whoever_is_of_the_staff_no_more_is_told_nothing(cast, due):
    sweep(now=NEXT_FRIDAY)
    assert len(composed(cast.staff, NEXT_FRIDAY)) == 1
    cast.staff.held_roles = []
    db.session.flush()
    assert composed(cast.staff, NEXT_FRIDAY) == {}


def test_once_it_is_done_nobody_is_told(cast, due):
    sweep(now=NEXT_FRIDAY)
    make_report(cast.fellowship, number=5, at=NEXT_FRIDAY)
    assert composed(cast.manager, NEXT_FRIDAY) == composed(cast.staff, NEXT_FRIDAY) == {}


@pytest.mark.parametrize(
    "kind", [ObligationKind.CONCERN, ObligationKind.EXTENSION], ids=lambda kind: kind.value
)
def test_of_some_only_those_who_owe_it_may_hear(kind):
    assert readers_of(kind) == (Reader.OWNER,)


@pytest.mark.parametrize(
    "kind",
    [ObligationKind.SURVEY, ObligationKind.EVALUATION, ObligationKind.NEXT_STEP, ObligationKind.CONCERN],
    ids=lambda kind: kind.value,
)
def test_research_managers_hear_nothing_that_is_staffs_own(kind):
    assert Reader.MANAGER not in readers_of(kind)
