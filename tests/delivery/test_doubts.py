"""When nobody knows whether a message arrived, the relay is asked; if it cannot be, a reminder goes out once more."""

import pytest

from program.extensions import db
from program.notices.models import Notice, NoticeState
from program.notices.steps import send_again
from program.sign_in.services import request_link
from tests.delivery.conftest import LEASE
from tests.delivery.post_office import HANG_UP
from tests.factories import NOW

AMBIGUOUS, SENT = NoticeState.AMBIGUOUS, NoticeState.SENT
TAKEN_OR_NOT = pytest.mark.parametrize("taken", [True, False])


def break_off(office, *, taken):
    """The relay's connection breaks after the text, before its answer."""
    office.answers["TAKEN" if taken else "TEXT"].append(HANG_UP)


@pytest.fixture
def link(cast):
    """A pending sign-in link."""
    request_link(cast.fellow.email, now=NOW)
    return db.session.query(Notice).one()


@TAKEN_OR_NOT
def test_a_connection_that_breaks_after_the_text_leaves_a_doubt(sender, office, reminders, taken):
    first, second = reminders(2)
    break_off(office, taken=taken)
    assert sender.send() == 1
    assert (first.state, first.doubts, first.lease_token) == (AMBIGUOUS, 1, None)
    assert second.state is SENT


@TAKEN_OR_NOT
def test_the_relay_is_asked_and_each_message_arrives_once(sender, office, reminders, taken):
    notices = reminders(2)
    break_off(office, taken=taken)
    sender.send()
    sender.wait(seconds=91)
    assert sender.send() == (0 if taken else 1)
    assert [notice.state for notice in notices] == [SENT, SENT]
    assert set(office.record.read().values()) == {1}
    assert notices[0].doubts == 1, "it stays countable"


def test_the_relay_is_not_asked_while_it_may_still_be_taking_the_message_in(sender, office, reminders):
    [notice] = reminders(1)
    break_off(office, taken=True)
    sender.send()
    sender.wait(seconds=80)
    sender.send()
    assert notice.state is AMBIGUOUS


@TAKEN_OR_NOT
def test_a_link_in_doubt_is_settled_too_when_the_relay_can_be_asked(sender, office, link, taken):
    break_off(office, taken=taken)
    sender.send()
    sender.wait(seconds=91)
    sender.send()
    assert link.state is SENT
    assert office.record.read() == {link.message_id: 1}


def test_a_relay_that_is_down_settles_nothing(sender, office, reminders):
    [notice] = reminders(1)
    break_off(office, taken=True)
    sender.send()
    sender.wait(seconds=91)
    office.answers["NOOP"] = ["421 closing"]
    assert sender.send() == 0
    assert notice.state is AMBIGUOUS
    sender.send()
    assert notice.state is SENT


def test_an_answer_about_something_else_settles_nothing(sender, office, reminders):
    [notice] = reminders(1)
    break_off(office, taken=True)
    sender.send()
    sender.wait(seconds=91)
    office.answers["XHAS"] = ["451 cannot say just now"]
    sender.send()
    assert notice.state is AMBIGUOUS


@TAKEN_OR_NOT
def test_a_mute_relay_gets_a_reminder_once_more_under_the_same_id(sender, office, reminders, taken):
    [notice] = reminders(1)
    office.mute = True
    break_off(office, taken=taken)
    sender.send()
    sender.wait(seconds=91)
    assert sender.send() == 1
    assert notice.state is SENT
    assert office.record.read() == {notice.message_id: 2 if taken else 1}


def test_a_mute_relay_never_gets_a_third(sender, office, reminders):
    [notice] = reminders(1)
    office.mute = True
    break_off(office, taken=True)
    break_off(office, taken=True)
    for _attempt in range(6):
        sender.send()
        sender.wait(minutes=10)
    assert (notice.state, notice.doubts) == (AMBIGUOUS, 2)
    assert office.record.read() == {notice.message_id: 2}


def test_a_mute_relay_never_gets_a_link_again(sender, office, link):
    office.mute = True
    break_off(office, taken=True)
    for _attempt in range(3):
        sender.send()
        sender.wait(seconds=91)
    assert link.state is AMBIGUOUS
    assert office.record.read().total() == 1


def test_links_that_are_held_do_not_keep_reminders_from_going_out_again(sender, office, cast, reminders):
    office.mute = True
    for _link in range(3):
        request_link(cast.fellow.email, now=NOW)
        break_off(office, taken=True)
    sender.send()
    sender.wait(minutes=5)
    [notice] = reminders(1)
    break_off(office, taken=True)
    sender.send(batch=3)
    sender.wait(seconds=91)
    sender.send(batch=3)
    assert notice.state is SENT


def test_somebody_may_send_it_again(cast, sender, office, reminders):
    [notice] = reminders(1)
    office.mute = True
    break_off(office, taken=False)
    break_off(office, taken=False)
    for _attempt in range(3):
        sender.send()
        sender.wait(seconds=91)
    assert notice.state is AMBIGUOUS
    send_again(notice, actor=cast.staff, now=sender.now)
    assert sender.send() == 1
    assert notice.state is SENT


@pytest.mark.parametrize(("handed_over", "state"), [(False, NoticeState.PENDING), (True, AMBIGUOUS)])
def test_what_a_dead_worker_held(sender, office, reminders, handed_over, state):
    [notice] = reminders(1)
    notice.state, notice.lease_token, notice.lease_until = NoticeState.SENDING, "of the dead", NOW + LEASE
    notice.handoff_at = NOW if handed_over else None
    sender.wait(seconds=89)
    sender.send()
    assert notice.state is NoticeState.SENDING
    sender.wait(seconds=2)
    office.answers["MAIL" if state is NoticeState.PENDING else "NOOP"] = ["421 closing"]
    sender.send()
    assert (notice.state, notice.lease_token) == (state, None)
    assert notice.doubts == int(handed_over)
    sender.wait(minutes=5)
    assert sender.send() == 1
    assert notice.state is SENT
