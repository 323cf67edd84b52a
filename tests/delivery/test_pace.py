"""No domain gets more in a minute than it is to, from all workers together; one that says wait is left alone."""

from collections import Counter
from datetime import timedelta

import pytest

from program.delivery import claims, pace
from program.delivery.failures import MAX_ATTEMPTS
from program.delivery.models import DomainPace
from program.extensions import db
from program.notices.models import NoticeState
from tests.factories import NOW

PENDING, SENT = NoticeState.PENDING, NoticeState.SENT
MINUTE = timedelta(minutes=1)
TOO_FAST = ["421 4.7.0 too fast", "450 4.2.1 too much for this mailbox", "451 4.7.1 slow down"]


@pytest.fixture
def paced(relay):
    """So many a minute."""

    def most(number):
        relay.settings = relay.settings.model_copy(update={"domain_per_minute": number})

    return most


def elsewhere(notices):
    """To other domains, each to one of its own."""
    for number, notice in enumerate(notices):
        notice.account.email = f"person@d{number}.example"
    db.session.flush()
    return notices


def put_off(mails, per_minute):
    return pace.put_off(mails, slowed={}, per_minute=per_minute, now=NOW)


def states(notices):
    return Counter(notice.state for notice in notices)


def test_so_many_a_minute_and_the_rest_in_the_next_ones(sender, paced, reminders):
    paced(3)
    notices = reminders(8)
    assert [sender.send(batch=2), sender.send()] == [3, 0]
    waiting = [notice for notice in notices if notice.state is PENDING]
    assert [notice.not_before - NOW for notice in waiting] == [MINUTE] * 3 + [2 * MINUTE] * 2
    assert {notice.attempts for notice in waiting} == {0}
    assert {notice.last_error for notice in waiting} == {claims.PACED}
    sender.wait(minutes=1)
    assert [sender.send(), sender.send()] == [3, 0]
    sender.wait(minutes=1)
    assert sender.send() == 2
    assert states(notices) == {SENT: 8}


def test_whatever_comes_meanwhile_no_minute_has_more(sender, paced, office, reminders):
    paced(3)
    notices = reminders(16)
    for notice in notices:
        notice.not_before = NOW + timedelta(hours=1)
    for minute in range(4):
        for notice in notices[4 * minute : 4 * minute + 4]:
            notice.not_before = sender.now
        assert sender.send() == 3
        sender.wait(minutes=1)
    for left in (3, 1, 0):
        assert sender.send() == left
        sender.wait(minutes=1)
    assert set(office.record.read().values()) == {1}


def test_other_domains_do_not_wait_for_it(sender, paced, reminders):
    paced(1)
    *many, one, two, three = reminders(6)
    others = elsewhere([one, two, three])
    assert sender.send() == 4
    assert (states(many), states(others)) == ({SENT: 1, PENDING: 2}, {SENT: 3})


def test_two_workers_share_the_minute(app, reminders):
    mails = [(f"<{number}@x>", "a@one.example") for number in range(4)]
    first = put_off(mails, 5)
    second = put_off([(f"again {message_id}", to) for message_id, to in mails], 5)
    assert (len(first), len(second)) == (0, 3)


def test_a_pace_that_each_worker_keeps_for_itself_is_caught(app, monkeypatch):
    kept = pace._locked

    def forgetful(domain, now):
        row = kept(domain, now)
        row.used = 0
        return row

    monkeypatch.setattr(pace, "_locked", forgetful)
    with pytest.raises(AssertionError):
        test_two_workers_share_the_minute(app, None)


def test_mails_that_travel_together_take_one_place_and_wait_together(sender, paced, reminders):
    paced(1)
    first, second, third = reminders(3)
    third.account_id, third.message_id = second.account_id, second.message_id
    third.carrier_id = second.id
    db.session.commit()
    token = claims.claim(limit=10, lease=MINUTE, now=NOW)
    mails = claims.list_mails(token)
    assert [message_id for message_id, _to in mails] == [first.message_id, second.message_id]
    claims.put_off(put_off(mails, 1), token)
    db.session.expire_all()
    assert (second.state, third.state, second.not_before) == (PENDING, PENDING, third.not_before)


def test_without_a_limit_nothing_is_counted(sender, reminders):
    reminders(9)
    assert sender.send() == 9
    assert db.session.query(DomainPace).count() == 0


@pytest.mark.parametrize("answer", TOO_FAST)
def test_a_domain_that_says_too_fast_is_left_alone_by_all(sender, office, reminders, answer):
    *notices, one, two, late = reminders(7)
    others, late.not_before = elsewhere([one, two]), NOW + timedelta(seconds=1)
    office.answers["RCPT"] = [None, answer]
    assert sender.send() == 3
    assert (states(notices), states(others)) == ({SENT: 1, PENDING: 3}, {SENT: 2})
    assert [notice.attempts for notice in notices] == [1, 1, 0, 0]
    sender.wait(seconds=59)
    assert sender.send() == 0
    assert late.attempts == 0
    sender.wait(seconds=30)
    assert sender.send() == 4


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "452 4.3.1 no room"])
def test_another_refusal_for_now_slows_nobody(sender, office, reminders, answer):
    reminders(3)
    office.answers["RCPT"] = [answer]
    assert sender.send() == 2


def test_it_waits_longer_each_time_and_begins_anew_after_a_good_while(app):
    now, waits = NOW, []
    for _time in range(8):
        until = pace.slow_down("one.example", now=now)
        waits.append((until - now).total_seconds() / 60)
        assert pace.slow_down("one.example", now=now) == until, "two workers hear it at once"
        now = until + timedelta(seconds=1)
    for wait, least in zip(waits, [1, 2, 4, 8, 16, 32, 60, 60], strict=True):
        assert least <= wait <= least * 1.25
    assert pace.slow_down("one.example", now=now + timedelta(hours=2)) - now < timedelta(hours=2, seconds=76)


def test_one_mail_that_is_always_too_much_fails_at_last(sender, office, reminders):
    [notice] = reminders(1)
    office.refused[notice.account.email] = "450 4.2.1 too much for this mailbox"
    for _time in range(MAX_ATTEMPTS):
        sender.send()
        sender.wait(hours=3)
    assert (notice.state, notice.attempts) == (NoticeState.FAILED, MAX_ATTEMPTS)
