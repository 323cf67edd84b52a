"""Many workers share one outbox: what is leased belongs to one of them, and for a time only."""

from datetime import timedelta

import pytest

from program.delivery import claims
from program.extensions import db
from program.notices.models import NoticeState
from tests.delivery.conftest import LEASE
from tests.factories import NOW

PENDING, SENDING = NoticeState.PENDING, NoticeState.SENDING
LATER = NOW + LEASE + timedelta(seconds=1)


def claim(*, limit=10, now=NOW):
    token = claims.claim(limit=limit, lease=LEASE, now=now)
    notices = claims.list_held(token)
    return token, [notice.id for notice in notices]


def ids(notices):
    return [notice.id for notice in notices]


def test_two_claims_share_nothing(app, reminders):
    notices = reminders(5)
    _first, some = claim(limit=3)
    _second, others = claim(limit=3)
    assert some + others == ids(notices)
    assert claim()[1] == []


def test_the_one_that_has_waited_longest_comes_first(app, reminders):
    first, second, third = reminders(3)
    third.not_before = NOW - timedelta(minutes=1)
    second.not_before = NOW + timedelta(seconds=1)
    db.session.flush()
    assert claim()[1] == ids([third, first])


@pytest.fixture
def taken_over(app, reminders):
    """A message that one worker claimed and another took over: the notice and the first one's token."""
    [notice] = reminders(1)
    old, _ids = claim()
    claims.free_expired(now=LATER)
    new, _ids = claim(now=LATER)
    db.session.refresh(notice)
    assert notice.lease_token == new != old
    return notice, old


@pytest.mark.parametrize(
    "change",
    [
        lambda notice, token: claims.mark_handoff([notice], token, lease=LEASE, now=LATER),
        lambda notice, token: claims.mark_sent([notice], token, now=LATER),
        lambda notice, token: claims.mark_ended([notice], token, state=NoticeState.FAILED, now=LATER),
        lambda notice, token: claims.mark_ended([notice], token, state=NoticeState.AMBIGUOUS, now=LATER),
        lambda notice, token: claims.put_back([notice], token, error="late", not_before=LATER),
    ],
    ids=["hand-off", "sent", "failed", "doubt", "put back"],
)
def test_whose_lease_was_taken_over_changes_nothing(taken_over, change):
    notice, old = taken_over
    columns = [column.key for column in notice.__table__.columns]
    before = [getattr(notice, column) for column in columns]
    assert not change(notice.id, old)
    db.session.refresh(notice)
    assert [getattr(notice, column) for column in columns] == before


def test_a_handoff_begins_the_lease_anew(app, reminders):
    first, second = reminders(2)
    token, _ids = claim()
    almost = NOW + timedelta(seconds=89)
    assert claims.mark_handoff([first.id], token, lease=LEASE, now=almost)
    claims.free_expired(now=LATER)
    db.session.expire_all()
    assert (first.state, second.state) == (SENDING, PENDING)


def test_to_be_held_in_vain_is_no_attempt(sender, office, reminders):
    """Else a message behind a slow relay would fail at the first temporary refusal."""
    [notice] = reminders(1)
    for turn in range(20):
        claim(now=NOW + turn * 2 * LEASE)
        claims.free_expired(now=NOW + (turn * 2 + 1) * LEASE + timedelta(seconds=1))
    db.session.commit()
    sender.wait(hours=2)
    office.refused[notice.account.email] = "450 later"
    sender.send()
    assert (notice.state, notice.attempts) == (PENDING, 1)


def test_no_handoff_after_the_end_of_the_lease(app, reminders):
    [notice] = reminders(1)
    token, _ids = claim()
    assert not claims.mark_handoff([notice.id], token, lease=LEASE, now=NOW + LEASE)
    db.session.refresh(notice)
    assert notice.handoff_at is None


def test_a_worker_that_is_too_slow_leaves_the_rest_to_others(sender, office, reminders, monkeypatch):
    notices = reminders(4)
    kept = claims.mark_handoff

    def slow(notice_ids, token, **times):
        if notice_ids == [notices[2].id]:
            sender.wait(seconds=91)
            times["now"] = sender.now
        return kept(notice_ids, token, **times)

    monkeypatch.setattr(claims, "mark_handoff", slow)
    assert sender.send() == 2
    assert [notice.state for notice in notices[2:]] == [SENDING, SENDING]
    monkeypatch.undo()
    assert sender.send() == 2
    assert set(office.record.read().values()) == {1}
    assert {notice.doubts for notice in notices} == {0}


def test_nothing_is_locked_while_the_relay_is_talked_to(sender, office, reminders, monkeypatch):
    """Not even when messages are refused, in doubt or called off."""
    notices = reminders(8)
    notices[6].account.disabled_at = NOW
    office.answers["RCPT"] = [None, "450 later", "550 no", None, None]
    office.answers["TEXT"] = [None, "450 later", "hang up"]
    looked = []

    class Watched(type(sender.relay)):
        def _connect(self):
            smtp = super()._connect()
            for name in ("putcmd", "send", "getreply"):
                monkeypatch.setattr(smtp, name, watch(getattr(smtp, name)))
            return smtp

    def watch(talk):
        def talking(*words, **options):
            looked.append(db.session().in_transaction())
            return talk(*words, **options)

        return talking

    sender.relay.__class__ = Watched
    sender.send()
    sender.wait(seconds=91)
    sender.send()
    assert looked
    assert not any(looked)
    assert {notice.state.value for notice in notices} == {"sent", "failed", "cancelled"}
