"""What the relay answers decides whose trouble it is: the message's, its address's, or the relay's own."""

import pytest

from program.notices.models import NoticeState
from program.smtp_codes import Said, Verdict, is_lasting, judge

PENDING, SENT, FAILED = NoticeState.PENDING, NoticeState.SENT, NoticeState.FAILED
SENDER, RECIPIENT, TEXT = Said
LATER, SLOWER, NEVER, BAD_ADDRESS, RELAY = Verdict


@pytest.mark.parametrize(
    ("answer", "said", "verdict"),
    [
        ("450 4.2.0 greylisted", RECIPIENT, LATER),
        ("451 4.3.0 try again", TEXT, LATER),
        ("452 too many", RECIPIENT, LATER),
        ("552 no room", RECIPIENT, LATER),
        ("552 5.2.2 mailbox full", RECIPIENT, LATER),
        ("550 5.2.2 over quota", TEXT, LATER),
        ("550-5.4.5 the day's limit is reached", RECIPIENT, LATER),
        ("554 5.7.1 relaying denied", RECIPIENT, LATER),
        ("550 4.4.1 cannot say just now", RECIPIENT, LATER),
        ("552 5.3.4 too large", TEXT, NEVER),
        ("550 no such person", RECIPIENT, NEVER),
        ("550 5.0.0 no", RECIPIENT, NEVER),
        ("501 5.5.4 odd words", RECIPIENT, NEVER),
        ("554 5.6.0 no mail at all", TEXT, NEVER),
        ("550 5.1.1 unknown", TEXT, NEVER),
        ("550 5.1.1.1 unknown", RECIPIENT, NEVER),
        *[(f"550 5.{detail} unknown", RECIPIENT, BAD_ADDRESS) for detail in ("1.1", "1.2", "1.3", "1.10")],
        ("553-5.1.1\nunknown", RECIPIENT, BAD_ADDRESS),
        ("550 5.2.1 switched off", RECIPIENT, BAD_ADDRESS),
        ("450 5.1.1 unknown, perhaps", RECIPIENT, LATER),
        ("421 4.7.0 too many from you", RECIPIENT, SLOWER),
        ("450 4.2.1 too much for this mailbox", RECIPIENT, SLOWER),
        ("451 4.7.1 slow down", TEXT, SLOWER),
        ("450 4.1.1 cannot look it up", RECIPIENT, LATER),
        ("530 5.7.0 sign in first", RECIPIENT, RELAY),
        ("535 5.7.8 wrong password", SENDER, RELAY),
        ("454 4.7.0 cannot sign you in just now", SENDER, RELAY),
        ("550 5.7.8 sign in", TEXT, RELAY),
        ("503 bad sequence", RECIPIENT, RELAY),
        ("550 5.1.8 this sender sends nothing", SENDER, RELAY),
        ("554 no", SENDER, RELAY),
    ],
)
def test_whose_trouble_it_is(answer, said, verdict):
    assert judge(int(answer[:3]), answer[4:], said=said) is verdict


def test_a_status_lasts_unless_it_may_pass_or_is_of_a_policy():
    assert [is_lasting(status) for status in ("5.1.1", "5.0.0", "5.4.4")] == [True] * 3
    assert [is_lasting(status) for status in ("5.2.2", "5.7.1", "4.4.7", "2.0.0", "", "5")] == [False] * 6


@pytest.mark.parametrize("answer", ["530 5.7.0 sign in first", "550 5.7.60 not this sender", "550 no"])
def test_a_relay_that_takes_nothing_from_us_fails_no_message(sender, office, reminders, answer):
    notices = reminders(3)
    office.answers["MAIL"] = [answer] * 3
    assert sender.send() == 0
    assert {(notice.state, notice.last_error[-len(answer) :]) for notice in notices} == {(PENDING, answer)}
    office.answers["MAIL"] = []
    sender.wait(minutes=1)
    assert sender.send() == 3


@pytest.mark.parametrize("command", ["RCPT", "TEXT"])
def test_a_mailbox_that_is_full_is_tried_again(sender, office, reminders, command):
    first, second = reminders(2)
    office.answers[command] = ["552 5.2.2 mailbox full"]
    assert sender.send() == 1
    assert (first.state, second.state) == (PENDING, SENT)


def test_a_relay_that_closes_after_the_text_has_not_taken_it(sender, office, reminders):
    first, second = reminders(2)
    office.answers["TEXT"] = ["421 closing"]
    assert sender.send() == 0
    assert {(notice.state, notice.handoff_at) for notice in (first, second)} == {(PENDING, None)}
    sender.wait(minutes=1)
    assert sender.send() == 2
    assert set(office.record.read().values()) == {1}


def test_one_that_hangs_up_because_of_too_much_is_not_down(sender, office, reminders):
    first, second = reminders(2)
    second.account.email = "ada@other.example"
    office.answers["RCPT"] = ["421 4.7.0 too many from you"]
    assert sender.send() == 1
    assert (first.state, second.state) == (PENDING, SENT)
    assert office.connections == 2
