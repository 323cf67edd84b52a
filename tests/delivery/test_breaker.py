"""While the relay is down nobody sends, one worker at a time tries it, and all goes out when it is back."""

from datetime import timedelta

import pytest

from program.delivery import breaker
from program.delivery.breaker import FIRST_WAIT, LONGEST_WAIT, OPENS_AT, PROBE_LEASE, Gate
from program.delivery.models import RelayState
from program.extensions import db
from program.notices.models import NoticeState
from program.relay import Relay
from program.up.ports import free_port
from tests.delivery.conftest import Sender
from tests.delivery.post_office import HANG_UP
from tests.factories import NOW

PENDING, SENT = NoticeState.PENDING, NoticeState.SENT


@pytest.fixture
def away(relay):
    """The relay goes away, and comes back when this is called."""
    there = relay.settings
    relay.settings = there.model_copy(update={"smtp_port": free_port()})

    def back():
        relay.settings = there

    yield back
    back()


def fail(sender):
    """As often as it takes."""
    for _time in range(OPENS_AT):
        sender.send()
        sender.wait(seconds=10)


def states(notices):
    return {notice.state for notice in notices}


def test_nobody_claims_while_it_is_open(sender, office, away, reminders):
    notices = reminders(5)
    fail(sender)
    tries = [notice.attempts for notice in notices]
    assert sum(tries) == OPENS_AT
    away()
    assert sender.now < db.session.get(RelayState, 1).probe_at
    assert sender.send() == 0
    assert [notice.attempts for notice in notices] == tries
    assert (states(notices), office.connections) == ({PENDING}, 0)


def test_a_breaker_that_never_opens_is_caught(sender, away, reminders, monkeypatch):
    monkeypatch.setattr(breaker, "is_open", lambda: False)
    notices = reminders(1)
    fail(sender)
    sender.wait(seconds=30)
    sender.send()
    assert notices[0].attempts > OPENS_AT


def test_all_goes_out_in_one_go_when_it_is_back(sender, office, away, reminders):
    notices = reminders(7)
    fail(sender)
    sender.wait(seconds=10)
    away()
    assert sender.send(batch=2) == 7
    assert set(office.record.read().values()) == {1}
    assert (breaker.is_open(), states(notices)) == (False, {SENT})


@pytest.mark.parametrize("down", [1, 4, 10, 31])
def test_it_sends_again_within_a_minute_of_the_relays_return(sender, away, reminders, down):
    """With a tick a minute, however long it was down and whenever it comes back."""
    notices = reminders(3)
    returned = NOW + timedelta(minutes=down, seconds=1)
    while sender.now < returned:
        sender.send()
        sender.wait(minutes=1)
    away()
    sender.send()
    assert states(notices) == {SENT}
    assert sender.now - returned <= timedelta(minutes=1)


def test_one_worker_tries_it_in_the_name_of_all(sender, away, reminders):
    reminders(1)
    fail(sender)
    moment = sender.now + FIRST_WAIT
    assert [breaker.ask(now=moment) for _worker in range(3)] == [Gate.PROBE, Gate.WAIT, Gate.WAIT]
    assert breaker.ask(now=moment + PROBE_LEASE) is Gate.PROBE, "the first may be dead"


def test_the_waits_double_and_stay_under_a_minute(sender, away, reminders):
    reminders(1)
    fail(sender)
    waits = []
    for _time in range(5):
        sender.wait(minutes=1)
        sender.send()
        waits.append((db.session.get(RelayState, 1).probe_at - sender.now).total_seconds())
    for wait, least in zip(waits, [20, 40, 40, 40, 40], strict=True):
        assert least <= wait <= least * 1.25
    assert timedelta(minutes=1) > LONGEST_WAIT * 1.25


def test_what_was_down_for_a_moment_only_opens_nothing(sender, office, reminders):
    reminders(9)
    for _time in range(4):
        office.answers["RCPT"] = [None, HANG_UP]
        assert sender.send() == 1
        sender.wait(seconds=10)
    assert not breaker.is_open()
    assert db.session.get(RelayState, 1).failures == 1
    office.answers["RCPT"] = []
    sender.send()
    db.session.expire_all()
    assert db.session.get(RelayState, 1).failures == 0


def test_a_message_that_the_relay_hangs_up_at_does_not_hold_up_the_others(sender, office, reminders):
    unlucky, *others = reminders(6)
    office.refused[unlucky.account.email] = HANG_UP
    for _time in range(3):
        sender.send()
        sender.wait(minutes=1)
    assert states(others) == {SENT}
    assert unlucky.state is PENDING


def test_the_relay_is_tried_without_a_transaction(app, sender, relay, away, reminders, monkeypatch):
    reminders(1)
    fail(sender)
    sender.wait(minutes=1)
    away()
    kept, seen = Relay.probe, []

    def probe(self):
        seen.append(db.session().in_transaction())
        kept(self)

    monkeypatch.setattr(Relay, "probe", probe)
    assert sender.send() == 1
    assert seen == [False]


def test_all_workers_know_and_so_does_who_watches(app, sender, relay, away, reminders, client):
    reminders(1)
    assert client.get("/health/ready").json["relay_down_seconds"] is None
    fail(sender)
    other = Sender(app, Relay(relay.settings.model_copy(update={"smtp_port": free_port()})))
    other.now = sender.now
    assert other.send() == 0
    assert client.get("/health/ready").json["relay_down_seconds"] is not None
