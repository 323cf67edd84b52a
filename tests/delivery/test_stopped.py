"""Nothing is sent to an address that takes no mail; whoever gets another one is free of that."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from program.bounces.models import SuppressedAddress, Why
from program.bounces.services import lift_suppression, suppress
from program.extensions import db
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.steps import send_again
from tests.delivery.conftest import remind
from tests.factories import NOW

FAILED, SENT = NoticeState.FAILED, NoticeState.SENT
GONE = "550 5.1.1 no such person"


@pytest.fixture
def stopped(cast):
    """A pending reminder to an address that takes no mail, and one to another."""
    notice, other = remind(cast.fellow), remind(cast.other_fellow)
    suppress(notice, why=Why.BOUNCED, status="5.1.1", now=NOW)
    for news in db.session.scalars(select(Notice).filter_by(kind=NoticeKind.ADDRESS_SUPPRESSED)):
        db.session.delete(news)
    return notice, other


def test_nothing_is_sent_there_and_the_others_get_theirs(sender, office, stopped):
    notice, other = stopped
    assert sender.send() == 1
    assert (notice.state, notice.last_error) == (FAILED, "nothing is sent to this address: bounced")
    assert other.state is SENT
    assert office.record.recipients == [[other.account.email]]


def test_another_address_is_free_of_it(sender, stopped):
    notice, _other = stopped
    notice.account.email = "new@people.example"
    assert sender.send() == 2
    assert notice.state is SENT


def test_what_staff_let_go_of_is_sent_again(cast, sender, stopped):
    notice, _other = stopped
    sender.send()
    lift_suppression(db.session.scalars(select(SuppressedAddress)).one(), actor=cast.staff, now=NOW)
    send_again(notice, actor=cast.staff, now=NOW)
    assert sender.send() == 1


def test_an_address_that_the_relay_refuses_for_good_is_not_tried_again(cast, sender, office):
    first, second = remind(cast.fellow, number=0), remind(cast.fellow, number=1)
    second.not_before = NOW + timedelta(minutes=1)
    office.answers["RCPT"] = [GONE]
    sender.send()
    one = db.session.scalars(select(SuppressedAddress)).one()
    assert (one.address, one.why, one.status) == (cast.fellow.email, Why.REFUSED, "5.1.1")
    assert (first.state, first.last_error) == (FAILED, GONE)
    sender.wait(minutes=1)
    sender.send()
    assert second.state is FAILED
    assert [to for [to] in office.record.recipients] == [cast.staff.email], "staff are told, and once"


@pytest.mark.parametrize("answer", ["550 no such person", "552 5.2.2 mailbox full", "550 5.7.1 no relaying"])
def test_a_refusal_that_is_not_of_the_address_stops_nothing(sender, office, reminders, answer):
    reminders(1)
    office.answers["RCPT"] = [answer]
    sender.send()
    assert db.session.query(SuppressedAddress).count() == 0


def test_a_batch_asks_once_which_addresses_take_none(sender, reminders):
    reminders(5)
    asked = []

    def count(_connection, _cursor, statement, *_rest):
        asked.extend([statement] if "FROM suppressed_address" in statement else [])

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert sender.send() == 5
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(asked) == 1
