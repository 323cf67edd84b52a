"""One mail for what one person is told at once: together through every state, whatever breaks, and no part lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.delivery import claims
from program.extensions import db
from program.notices.carrying import carry_together
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.services import Message, post
from program.obligations.models import ObligationKind
from program.obligations.queries import list_owed_by
from program.reminders.ladder import Rung
from program.reminders.readers import Step
from program.reminders.services import reminder
from tests.delivery.conftest import LEASE
from tests.delivery.post_office import HANG_UP
from tests.factories import NOW, make_report
from tests.scenarios import more_fellows

MINUTE = timedelta(minutes=1)


def owed(account):
    return [one for one in list_owed_by(account.id, now=NOW) if one.kind is ObligationKind.REPORT]


def message(obligation):
    return reminder(Step(obligation, obligation.account_id, obligation.due_at, Rung(24)))


@pytest.fixture
def fellowship(cast):
    [fellowship] = more_fellows(cast, 1)
    db.session.flush()
    return fellowship


@pytest.fixture
def together(fellowship):
    """Three reminders of one person that were posted at once."""
    post(map(message, owed(fellowship.account)[:3]), now=NOW)
    carry_together(NoticeKind.REMINDER, now=NOW)
    db.session.expire_all()
    return notices_of(fellowship)


def notices_of(fellowship):
    return db.session.scalars(
        select(Notice).filter_by(account_id=fellowship.account_id).order_by(Notice.id)
    ).all()


def states(fellowship):
    db.session.expire_all()
    return [notice.state.value for notice in notices_of(fellowship)]


def test_the_first_carries_the_others_under_its_id(together):
    first, *others = together
    assert first.carrier_id is None
    assert {one.carrier_id for one in others} == {first.id}
    assert {one.message_id for one in others} == {first.message_id}


def test_each_person_has_a_mail_of_their_own(cast):
    fellowships = more_fellows(cast, 2)
    db.session.flush()
    post((message(one) for each in fellowships for one in owed(each.account)[:2]), now=NOW)
    carry_together(NoticeKind.REMINDER, now=NOW)
    db.session.expire_all()
    for fellowship in fellowships:
        first, second = notices_of(fellowship)
        assert (first.carrier_id, second.carrier_id) == (None, first.id)


def test_they_arrive_as_one_mail_that_names_each(together, fellowship, sender, office):
    assert sender.send() == 3
    [mail] = office.record.mails
    text = mail.get_body(("plain",)).get_content()
    assert all(obligation.title in text for obligation in owed(fellowship.account)[:3])
    assert states(fellowship) == ["sent"] * 3


def test_what_comes_later_travels_with_what_waits(together, fellowship, sender, office):
    later = NOW + MINUTE
    post([message(owed(fellowship.account)[3])], now=later)
    carry_together(NoticeKind.REMINDER, now=later)
    sender.wait(minutes=2)
    assert sender.send() == 4
    assert len(office.record.mails) == 1


def test_what_is_being_sent_or_was_offered_before_takes_nothing_along(together, fellowship):
    claims.claim(limit=10, lease=LEASE, now=NOW)
    later = NOW + MINUTE
    post([message(owed(fellowship.account)[3])], now=later)
    carry_together(NoticeKind.REMINDER, now=later)
    db.session.expire_all()
    assert notices_of(fellowship)[3].carrier_id is None


def test_only_reminders_travel_together(fellowship):
    kinds = (NoticeKind.REPORT_ACCEPTED, NoticeKind.REPORT_RETURNED)
    post([Message(kind, fellowship.account_id, "review", 1) for kind in kinds], now=NOW)
    carry_together(NoticeKind.REMINDER, now=NOW)
    assert {one.carrier_id for one in notices_of(fellowship)} == {None}


@pytest.mark.parametrize("done", [0, 1], ids=["what carries", "what is carried"])
def test_what_was_done_meanwhile_is_left_out(together, fellowship, sender, office, done):
    send_in(fellowship, number=done + 1)
    assert sender.send() == 2
    [mail] = office.record.mails
    assert mail["Message-ID"] == together[0].message_id
    assert mail["Subject"].startswith("You owe 2 things: ")
    expected = ["sent"] * 3
    expected[done] = "cancelled"
    assert states(fellowship) == expected


def send_in(fellowship, *, number):
    """The fellow does the report of a week; nobody is told of it here."""
    make_report(fellowship, number=number, at=NOW)
    db.session.query(Notice).filter(Notice.kind != NoticeKind.REMINDER).delete()


def test_in_doubt_they_are_asked_for_once_and_settled_together(together, fellowship, sender, office):
    office.answers["TAKEN"] = [HANG_UP]
    sender.send()
    assert states(fellowship) == ["ambiguous"] * 3
    sender.wait(minutes=10)
    sender.send()
    assert states(fellowship) == ["sent"] * 3
    assert len(office.record.mails) == 1


def test_in_doubt_with_a_mute_relay_the_same_mail_goes_once_more(together, fellowship, sender, office):
    office.mute, office.answers["TAKEN"] = True, [HANG_UP]
    sender.send()
    sender.wait(minutes=10)
    sender.send()
    assert states(fellowship) == ["sent"] * 3
    assert [*office.record.read().values()] == [2]


def test_what_a_dead_worker_held_comes_back_together(together, fellowship, sender, office):
    claims.claim(limit=1, lease=LEASE, now=NOW)
    assert states(fellowship) == ["sending"] * 3
    sender.wait(minutes=5)
    assert sender.send() == 3
    assert len(office.record.mails) == 1


def test_if_what_carried_was_cancelled_the_others_still_come_back_together(
    together, fellowship, sender, office
):
    """The first is done, and the relay goes down: the two that are left are one mail when it is back."""
    send_in(fellowship, number=1)
    office.answers["MAIL"] = ["421 not now"]
    sender.send()
    db.session.expire_all()
    first, second, third = notices_of(fellowship)
    assert [first.state, second.state, third.state] == [
        NoticeState.CANCELLED,
        NoticeState.PENDING,
        NoticeState.PENDING,
    ]
    assert (second.carrier_id, third.carrier_id) == (None, second.id)
    assert second.message_id == third.message_id == first.message_id
    sender.wait(hours=2)
    assert sender.send() == 2
    assert len(office.record.mails) == 1
