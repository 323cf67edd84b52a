"""Going out in the next 24 hours: exactly what the sweep then posts and delivery then sends, unless it is held."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.access import Role
from program.errors import ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.notices.models import Notice, NoticeState
from program.notices.steps import hold, release
from program.obligations.models import ObligationKind
from program.obligations.queries import list_owed_by
from program.outbox.coming import list_going_out
from program.reminders.holding import hold_reminders
from program.reminders.services import sweep
from program.reminders.upcoming import count_coming, next_mails
from tests.factories import (
    NOW,
    make_account,
    make_concern,
    make_notice,
    make_report,
    make_review,
    make_wave,
    period_of,
)
from tests.pages import read, token_of, words
from tests.scenarios import more_fellows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def due(cast):
    """This week's deadline, with nothing else owed by anybody."""
    for fellowship in (cast.fellowship, cast.other_fellowship):
        for number in range(1, 5):
            report = make_report(fellowship, number=number, at=NOW)
            make_review(report, fellowship.assignments[0].mentor.account)
    db.session.query(Notice).delete()
    return period_of(cast.cohort, 5).due_at


@pytest.fixture
def start(due):
    """Two hours before it, when the first rung has been told."""
    sweep(now=due - 2 * HOUR)
    db.session.query(Notice).update({"state": NoticeState.SENT})
    return due - 2 * HOUR


def coming(now):
    return next_mails(after=None, size=100, now=now, within=DAY)


def of_fellow(cast, now):
    return next(mail for mail in coming(now) if mail.account_id == cast.fellow.id)


def keep(cast, mail, now):
    owners = {step.obligation.account_id for step in mail.steps}
    return hold_reminders(mail.account_id, mail.moment, owners, actor=cast.staff, now=now)


def test_what_is_held_before_it_is_made_is_made_by_no_sweep(cast, start, due):
    before = count_coming(now=start, within=DAY)
    mail = of_fellow(cast, start)
    held = keep(cast, mail, start)
    assert (held.state, held.not_before, held.rung) == (NoticeState.HELD, due, "at due")
    assert count_coming(now=start, within=DAY) == before - 1
    assert keep(cast, mail, start).id == held.id
    sweep(now=due)
    mine = db.session.scalars(select(Notice).filter_by(account_id=cast.fellow.id, rung="at due")).all()
    assert [one.state for one in mine] == [NoticeState.HELD]
    release(held, actor=cast.staff, now=due)
    assert held.state is NoticeState.PENDING


def test_the_whole_mail_is_held(cast, start, due):
    make_wave(cast.cohort, staff=cast.staff, closes_at=due)
    db.session.query(Notice).filter_by(subject_kind="survey").delete()
    mail = of_fellow(cast, start)
    assert len(mail.steps) == 2
    held = keep(cast, mail, start)
    [other] = db.session.scalars(select(Notice).filter_by(carrier_id=held.id))
    assert (other.state, other.message_id, other.not_before) == (NoticeState.HELD, held.message_id, due)
    assert release(other, actor=cast.staff, now=start) == 2


def test_only_staff_hold_it(cast, start):
    mail = of_fellow(cast, start)
    for somebody in (cast.fellow, cast.mentor, cast.manager):
        with pytest.raises(ForbiddenError):
            hold_reminders(cast.fellow.id, mail.moment, [cast.fellow.id], actor=somebody, now=start)


def test_what_went_out_meanwhile_is_not_held(cast, start, due):
    mail = of_fellow(cast, start)
    sweep(now=due)
    with pytest.raises(ForbiddenStepError):
        keep(cast, mail, due)
    with pytest.raises(ForbiddenStepError, match="It waits to be sent"):
        keep(cast, mail, due - timedelta(seconds=1))


def test_what_is_done_is_not_to_come(cast, start):
    assert cast.fellow.id in {mail.account_id for mail in coming(start)}
    mail = of_fellow(cast, start)
    make_report(cast.fellowship, number=5, at=start)
    assert cast.fellow.id not in {mail.account_id for mail in coming(start)}
    with pytest.raises(ForbiddenStepError, match="Nothing is to go out"):
        keep(cast, mail, start)


def test_pages_in_the_order_of_time_have_each_mail_once(cast, start):
    more_fellows(cast, 7)
    waits = [make_notice(cast.mentor, subject=("report", n), at=start - n * HOUR) for n in (1, 2, 3)]
    hold(waits[1], actor=cast.staff, now=start)
    whole = list_going_out(cursor=None, now=start, size=100)
    assert [one.notice.id for one in whole.rows[:3]] == [one.id for one in reversed(waits)]
    assert whole.rows[1].notice.state is NoticeState.HELD
    seen, cursor = [], None
    for _page in range(len(whole.rows)):
        page = list_going_out(cursor=cursor, now=start, size=2)
        seen += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    told = [(one.moment, one.reader.id, one.notice and one.notice.id) for one in whole.rows]
    assert [(one.moment, one.reader.id, one.notice and one.notice.id) for one in seen] == told
    assert len(told) == len({*told}) == 3 + count_coming(now=start, within=DAY)


def test_a_concern_is_neither_counted_nor_listed_nor_held(cast, due):
    make_concern(cast.fellowship, cast.fellow, cast.staff)
    [owed] = [one for one in list_owed_by(cast.staff.id, now=NOW) if one.kind is ObligationKind.CONCERN]
    before = owed.due_at - HOUR
    assert cast.staff.id not in {mail.account_id for mail in coming(before)}
    with pytest.raises(ForbiddenStepError, match="Nothing is to go out"):
        hold_reminders(cast.staff.id, owed.due_at, [cast.staff.id], actor=cast.staff, now=before)
    sweep(now=owed.due_at)
    assert db.session.scalars(select(Notice).filter_by(subject_kind="concern", rung="at due")).all()


def test_staff_see_and_hold_what_comes(cast, client_of, due):
    staff = client_of(make_account(name="Ada", roles=[Role.STAFF]))
    page = staff.get("/notices/coming")
    assert page.status_code == 200
    assert "Reminder, report, 48 h before Report for week 5 they owe it to come" in words(page)
    first, *_others = read(page).select("form[action$='/coming/hold']")
    sent = {one["name"]: one["value"] for one in first.select("input")}
    for _press in range(2):
        assert staff.post("/notices/coming/hold", data=sent).status_code == 302
    [held] = db.session.scalars(select(Notice).filter_by(state=NoticeState.HELD))
    assert f"/notices/{held.id}" in staff.get("/notices/coming").text
    token = token_of(staff, "/account")
    for wrong in (
        {},
        {"reader": "1", "moment": "soon", "owners": "1"},
        {"reader": "1", "moment": "2026-01-01", "owners": "x"},
    ):
        assert staff.post("/notices/coming/hold", data={"csrf_token": token, **wrong}).status_code == 400
