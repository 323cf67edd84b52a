"""The outbox: one message to one person is one row, however often it is posted."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from program.doorbell import Bell
from program.extensions import db
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.queries import Search, count_by_state, find_oldest_unsent, list_notices
from program.notices.services import Message, post
from tests.factories import NOW, make_account, make_notice

MINUTE = timedelta(minutes=1)
BASE = Message(NoticeKind.REMINDER, 1, "report", 7, NOW, "at due")
OTHERS = [
    replace(BASE, kind=NoticeKind.REPORT_RETURNED),
    replace(BASE, account_id=2),
    replace(BASE, subject_kind="review"),
    replace(BASE, subject_id=8),
    replace(BASE, due_at=NOW + MINUTE),
    replace(BASE, due_at=None),
    replace(BASE, rung="24 h after"),
]
# The words staff read:
WORDS = {
    (NoticeKind.REMINDER, "review", "at due"): "reminder, review, at due",
    (NoticeKind.MENTOR_WITHDRAWN, "engagement_step", "fellow"): "mentor withdrawn, fellow",
    (NoticeKind.REPORT_RETURNED, "review", ""): "report returned",
}
messages = st.builds(
    Message,
    st.sampled_from(NoticeKind),
    st.integers(1, 10**6),
    st.sampled_from(["report", "review", "mending", "survey", "revision", "sign_in_link"]),
    st.integers(1, 2**31 - 1),
    st.none() | st.integers(0, 4 * 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds - 10**9)),
    st.sampled_from(["", "48 h before", "at due", "24 h after"]),
)


def test_what_makes_a_message_another_message():
    assert len({message.dedupe_key for message in [BASE, *OTHERS]}) == 8


@given(messages, messages)
def test_equal_messages_have_equal_keys_and_others_have_not(one, other):
    assert (one == other) is (one.dedupe_key == other.dedupe_key)


@given(messages)
def test_keys_fit_their_column(message):
    assert len(message.dedupe_key) <= 160


def test_a_message_has_the_same_id_whoever_sends_it(app):
    ids = {message.message_id for message in [BASE, replace(BASE), *OTHERS]}
    assert len(ids) == 8
    assert all(re.fullmatch(r"<[0-9a-f]{40}@example\.org>", one) for one in ids)


@pytest.fixture
def account(app):
    return make_account()


def test_posting_twice_is_one_row(account):
    message = Message(NoticeKind.REPORT_RETURNED, account.id, "review", 7)
    assert post([message], now=NOW) == 1
    assert post([message, message], now=NOW + MINUTE) == 0
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.state, notice.created_at, notice.not_before, notice.attempts) == (
        NoticeState.PENDING,
        NOW,
        NOW,
        0,
    )
    assert (notice.message_id, notice.dedupe_key) == (message.message_id, message.dedupe_key)


def test_a_list_with_old_and_new_messages_posts_the_new(account):
    first, second = (Message(NoticeKind.REPORT_RETURNED, account.id, "review", n) for n in (1, 2))
    post([first], now=NOW)
    assert post([first, second, second], now=NOW) == 1
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 2


def test_posting_nothing_is_nothing(account):
    assert post([], now=NOW) == 0
    assert "bells" not in db.session.info or db.session.info["bells"] == set()


def test_posting_many_takes_one_statement(account, count_queries):
    with count_queries() as statements:
        assert (
            post([Message(NoticeKind.REMINDER, account.id, "report", n) for n in range(500)], now=NOW) == 500
        )
    assert len(statements) == 1


def test_the_bell_is_rung_for_what_is_new(account):
    db.session.commit()
    message = Message(NoticeKind.REPORT_RETURNED, account.id, "review", 7)
    post([message], now=NOW)
    assert db.session.info["bells"] == {Bell.DELIVER}
    db.session.commit()
    post([message], now=NOW)
    assert "bells" not in db.session.info


def test_counts_and_the_oldest_unsent(account):
    assert (count_by_state(), find_oldest_unsent()) == ({}, None)
    states = [NoticeState.SENT, NoticeState.PENDING, NoticeState.SENDING, NoticeState.FAILED]
    for number, state in enumerate(states):
        make_notice(account, subject=("report", number), at=NOW + number * MINUTE).state = state
    assert count_by_state() == dict.fromkeys(states, 1)
    assert find_oldest_unsent() == NOW + MINUTE


def test_messages_are_listed_the_newest_first_and_by_state(account):
    notices = [make_notice(account, subject=("report", number)) for number in range(35)]
    for notice in notices[:3]:
        notice.state = NoticeState.FAILED
    first = list_notices(Search(), cursor=None)
    second = list_notices(Search(), cursor=first.next_cursor)
    assert [n.id for n in (*first.rows, *second.rows)] == [n.id for n in reversed(notices)]
    failed = list_notices(Search(state=NoticeState.FAILED), cursor=None)
    assert [n.id for n in failed.rows] == [n.id for n in reversed(notices[:3])]


def test_what_a_message_is_about_is_said_in_words():
    said = {key: Notice(kind=key[0], subject_kind=key[1], rung=key[2]).what for key in WORDS}
    assert said == WORDS
