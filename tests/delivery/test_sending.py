"""A message goes out once; what goes wrong with it stays with it."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from program.delivery import composers, letters
from program.delivery.failures import MAX_ATTEMPTS, back_off
from program.extensions import db
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.services import Message, post
from program.sign_in.services import make_link, request_link
from program.up.ports import free_port
from tests.delivery.conftest import remind
from tests.delivery.post_office import HANG_UP
from tests.factories import NOW, make_report

BUSY, NO = "450 later", "550 no such person"


def states(notices):
    return [notice.state.value for notice in notices]


def test_sent_once(sender, office, reminders):
    [notice] = reminders(1)
    assert (sender.send(), sender.send()) == (1, 0)
    assert (notice.state, notice.sent_at, notice.attempts) == (NoticeState.SENT, NOW, 1)
    assert notice.lease_token is None
    assert office.record.read() == {notice.message_id: 1}


def test_one_connection_carries_all_batches(sender, office, reminders):
    notices = reminders(7)
    assert sender.send(batch=3) == 7
    assert set(states(notices)) == {"sent"}
    assert office.record.read().total() == 7
    assert office.connections == 1


def test_a_run_ends_after_as_many_as_it_may(sender, reminders):
    reminders(5)
    assert sender.send(batch=2, most=3) == 4


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "TEXT"])
def test_a_temporary_refusal_is_tried_again_later(sender, office, reminders, command):
    first, second = reminders(2)
    office.answers[command] = [BUSY]
    assert sender.send() == 1
    assert states([first, second]) == ["pending", "sent"]
    assert first.handoff_at is None
    assert first.last_error == BUSY
    assert timedelta(seconds=20) <= first.not_before - NOW <= timedelta(seconds=25)
    sender.wait(seconds=19)
    assert sender.send() == 0
    sender.wait(seconds=6)
    assert sender.send() == 1
    assert (first.state, first.attempts, first.last_error) == (NoticeState.SENT, 2, "")


@pytest.mark.parametrize("command", ["RCPT", "DATA", "TEXT"])
def test_a_final_refusal_ends_that_message_only(sender, office, reminders, command):
    notices = reminders(3)
    office.answers[command] = [None, NO]
    assert sender.send() == 2
    assert states(notices) == ["sent", "failed", "sent"]
    assert notices[1].last_error == NO
    assert office.connections == 1


def test_a_message_that_is_refused_for_hours_fails(sender, office, reminders):
    [notice] = reminders(1)
    office.refused[notice.account.email] = BUSY
    for _attempt in range(MAX_ATTEMPTS):
        assert notice.state is NoticeState.PENDING
        sender.send()
        sender.wait(hours=2)
    assert (notice.state, notice.attempts) == (NoticeState.FAILED, MAX_ATTEMPTS)


def test_back_off_doubles_up_to_an_hour():
    waits = [back_off(attempts).total_seconds() for attempts in range(MAX_ATTEMPTS + 5)]
    assert all(20 <= wait <= 25 for wait in waits[:2])
    assert 40 <= waits[2] <= 50
    assert all(3_600 <= wait <= 4_500 for wait in waits[9:])


def test_without_a_relay_everything_waits_and_nothing_fails(sender, relay, office, reminders):
    notices = reminders(3)
    there = relay.settings
    relay.settings = there.model_copy(update={"smtp_port": free_port()})
    for _attempt in range(MAX_ATTEMPTS + 2):
        assert sender.send() == 0
        sender.wait(hours=2)
    assert states(notices) == ["pending"] * 3
    assert "no answer from the mail relay" in notices[0].last_error
    relay.settings = there
    assert sender.send() == 3
    assert office.record.read().total() == 3


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_connection_that_breaks_before_the_text_puts_the_rest_back(sender, office, reminders, command):
    notices = reminders(4)
    office.answers[command] = [None, HANG_UP, HANG_UP]
    assert sender.send() == 1
    assert states(notices) == ["sent", "pending", "pending", "pending"]
    assert {notice.handoff_at for notice in notices[1:]} == {None}
    assert {notice.doubts for notice in notices} == {0}
    office.answers[command] = []
    sender.wait(seconds=30)
    assert sender.send() == 3
    assert set(office.record.read().values()) == {1}


def test_a_kept_connection_that_the_relay_gave_up_is_replaced(sender, office, desk, reminders):
    first, second, third = reminders(3)
    third.not_before = second.not_before = NOW + timedelta(minutes=6)
    assert sender.send() == 1
    desk.hang_up()
    sender.wait(minutes=6)
    assert sender.send() == 2
    assert states([first, second, third]) == ["sent"] * 3
    assert (second.attempts, office.connections) == (1, 2)


def test_a_relay_that_takes_few_messages_on_one_connection_is_connected_to_again(sender, office, reminders):
    notices = reminders(3)
    office.answers["MAIL"] = [None, "421 enough for now"]
    assert sender.send() == 3
    assert [notice.attempts for notice in notices] == [1, 1, 1]
    assert office.connections == 2


def test_a_relay_that_closes_makes_all_wait(sender, office, reminders):
    notices = reminders(3)
    office.answers["MAIL"] = ["421 closing"]
    assert sender.send() == 0
    assert states(notices) == ["pending"] * 3


def test_what_is_done_by_now_is_not_reminded_of(sender, office, cast):
    notice = remind(cast.fellow)
    make_report(cast.fellowship, number=1)
    kept = remind(cast.other_fellow)
    db.session.commit()
    sender.send()
    assert notice.state is NoticeState.CANCELLED
    assert kept.state is NoticeState.SENT
    assert notice.message_id not in office.record.read()


def test_a_link_that_cannot_be_used_any_more_is_not_sent(sender, office, cast):
    request_link(cast.fellow.email, now=NOW)
    used = make_link(cast.mentor, now=NOW)
    used.redeemed_at = NOW
    post([Message(NoticeKind.SIGN_IN_LINK, cast.mentor.id, "sign_in_link", used.id)], now=NOW)
    sender.wait(minutes=10)
    assert sender.send() == 0
    assert {notice.state for notice in db.session.query(Notice)} == {NoticeState.CANCELLED}
    assert not office.record.raw


def test_nobody_writes_to_a_disabled_account(sender, office, cast):
    notice = remind(cast.fellow)
    cast.fellow.disabled_at = NOW
    assert sender.send() == 0
    assert notice.state is NoticeState.CANCELLED
    assert not office.record.raw


@pytest.mark.parametrize("name", ["Eve\nBcc: all@people.example", "Eve\r\n\r\nHello", "Eve\rX: y"])
def test_a_line_break_in_a_name_ends_that_message_only(sender, office, reminders, name):
    notices = reminders(3)
    notices[1].account.name = name
    assert sender.send() == 2
    assert states(notices) == ["sent", "failed", "sent"]
    assert "not a mail" in notices[1].last_error
    assert not any("all@people.example" in str(mail) for mail in office.record.mails)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b.example>",
        "grüße@b.example",
        "a@b\r\n.example",
        "<",
        "a@b@c",
        '"',
        "a,b@c.example",
    ],
)
def test_an_address_that_is_none_ends_that_message_only(sender, office, reminders, address):
    notices = reminders(3)
    office.refused[address] = NO
    notices[1].account.email = address
    assert sender.send() == 2
    assert states(notices) == ["sent", "failed", "sent"]


def break_for(unlucky, monkeypatch, error):
    """Have the template of the mails to this address raise the error."""
    kept = letters.render_mail

    def render(name, *, to_address, **context):
        if to_address == unlucky:
            raise error
        return kept(name, to_address=to_address, **context)

    monkeypatch.setattr(letters, "render_mail", render)


def test_a_template_that_breaks_ends_that_message_only(sender, office, reminders, monkeypatch):
    notices = reminders(3)
    break_for(notices[1].account.email, monkeypatch, ZeroDivisionError("by chance"))
    assert sender.send() == 2
    assert states(notices) == ["sent", "failed", "sent"]
    assert "ZeroDivisionError" in notices[1].last_error


def test_all_that_can_be_wrong_in_a_batch_stays_with_whom_it_is_wrong_for(
    sender, office, reminders, monkeypatch
):
    """A broken address, one that the relay does not know, a head in a name, a template: the others get theirs."""
    notices = reminders(9)
    broken, unknown, forged, unlucky = (notices[place].account for place in (1, 3, 5, 7))
    broken.email, forged.name = "no body@@nowhere", "Eve\r\nBcc: all@people.example\r\n\r\nHello"
    office.refused[unknown.email] = NO
    break_for(unlucky.email, monkeypatch, ZeroDivisionError("by chance"))
    assert sender.send() == 5
    assert states(notices) == ["sent", "failed"] * 4 + ["sent"]
    others = [[notice.account.email] for notice in notices[::2]]
    assert office.record.recipients == others, "and nobody else, by whatever head"
    assert [mail.get_all("To") for mail in office.record.mails] == [
        [f"{notice.account.name} <{notice.account.email}>"] for notice in notices[::2]
    ]
    assert not any("Bcc" in mail for mail in office.record.mails)
    sender.wait(hours=2)
    assert sender.send() == 0, "what is final is not tried again"


def test_a_message_that_cannot_be_looked_up_ends_alone(sender, reminders, monkeypatch):
    """What is written about all messages of a kind at once breaks for one of them only."""
    notices = reminders(3)
    unlucky, kept = notices[1].id, composers.COMPOSERS[NoticeKind.REMINDER]

    def compose(some, now):
        if unlucky in {notice.id for notice in some}:
            raise LookupError("gone")
        return kept(some, now)

    monkeypatch.setitem(composers.COMPOSERS, NoticeKind.REMINDER, compose)
    assert sender.send() == 2
    assert states(notices) == ["sent", "failed", "sent"]
    assert "LookupError" in notices[1].last_error


@pytest.mark.parametrize("place", ["composer", "template"])
def test_a_database_that_goes_away_meanwhile_fails_no_message(sender, reminders, monkeypatch, place):
    """They are tried again when the lease has ended."""
    notices = reminders(2)
    away = OperationalError("SELECT", {}, ConnectionError("gone"))

    def compose(_some, _now):
        raise away

    with monkeypatch.context() as meanwhile:
        if place == "composer":
            meanwhile.setitem(composers.COMPOSERS, NoticeKind.REMINDER, compose)
        else:
            break_for(notices[0].account.email, meanwhile, away)
        with pytest.raises(OperationalError):
            sender.send()
    sender.wait(seconds=91)
    assert sender.send() == 2
    assert states(notices) == ["sent", "sent"]
