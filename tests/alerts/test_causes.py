"""What alerts staff: each cause in its own transaction, and none of them with anybody's name."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.alerts.models import Alert, AlertKind
from program.bounces.models import Why
from program.bounces.services import suppress
from program.delivery import claims
from program.digests.services import post_escalations
from program.extensions import db
from program.health.queries import read_figures
from program.health.services import LATE, record_tick, watch
from program.notices.models import NoticeState
from program.notices.steps import send_again
from tests.factories import NOW, make_channel, make_notice, make_report

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
LEASE = timedelta(seconds=90)


@pytest.fixture(autouse=True)
def channel(staff):
    return make_channel(staff=staff)


def kinds():
    return db.session.scalars(select(Alert.kind).order_by(Alert.id)).all()


def end(notice, state, *, now=NOW):
    """A worker claims the message and finds that it ends so."""
    token = claims.claim(limit=1, lease=LEASE, now=now)
    claims.mark_ended([notice.id], token, state=state, now=now)
    db.session.expire_all()


def fail(person, count, *, state=NoticeState.FAILED, subject="report", now=NOW, first=100):
    for number in range(first, first + count):
        end(make_notice(person, subject=(subject, number), at=now), state, now=now)


def test_messages_that_fail_within_an_hour_are_one_alert_with_their_number(cast, teller, line):
    fail(cast.fellow, 3)
    fail(cast.fellow, 1, state=NoticeState.AMBIGUOUS, first=200)
    fail(cast.fellow, 2, state=NoticeState.CANCELLED, first=300)
    assert kinds() == [AlertKind.MAIL_FAILED]
    assert teller.tell() == 0, "the hour is not over"
    teller.wait(hours=1)
    assert teller.tell() == 1
    [(_address, text)] = line.said
    assert text.startswith(
        "3 messages failed for good within an hour; 1 message may or may not have arrived."
    )
    assert text.endswith("/notices?state=failed")
    assert not any(word in text for word in (cast.fellow.name, cast.fellow.email))


def test_the_next_hour_has_its_own(cast, teller, line):
    fail(cast.fellow, 1)
    fail(cast.fellow, 2, now=NOW + HOUR, first=200)
    teller.wait(hours=2)
    assert teller.tell() == 2
    assert [text.partition(" failed")[0] for _address, text in line.said] == ["1 message", "2 messages"]


def test_what_was_mended_meanwhile_and_what_is_private_is_not_told(cast, teller, line):
    fail(cast.fellow, 1)
    notice = make_notice(cast.fellow, subject=("report", 100))
    send_again(notice, actor=cast.staff, now=NOW)
    fail(cast.fellow, 1, subject="concern")
    teller.wait(hours=1)
    teller.tell()
    assert line.said == []


def test_leases_that_ran_out_in_doubt_are_told(cast):
    notice = make_notice(cast.fellow, subject=("report", 100))
    token = claims.claim(limit=1, lease=LEASE, now=NOW)
    claims.mark_handoff([notice.id], token, lease=LEASE, now=NOW)
    claims.free_expired(now=NOW + MINUTE)
    assert kinds() == []
    claims.free_expired(now=NOW + 2 * MINUTE)
    assert kinds() == [AlertKind.MAIL_FAILED]


def test_addresses_that_mail_came_back_from_are_told_once_an_hour(cast, teller, line):
    for number, person in enumerate((cast.fellow, cast.other_fellow)):
        notice = make_notice(person, subject=("report", number + 100))
        assert suppress(notice, why=Why.BOUNCED, status="5.1.1", now=NOW)
    assert kinds() == [AlertKind.ADDRESS_SUPPRESSED]
    teller.wait(hours=1)
    teller.tell()
    [(_address, text)] = line.said
    assert "at least one address gets no more" in text
    assert cast.fellow.email not in text


def test_silence_is_told_once_it_is_over(app, teller, line):
    watch(now=NOW - 2 * HOUR)
    record_tick(now=NOW - 2 * HOUR)
    watch(now=NOW - 2 * HOUR + LATE)
    assert kinds() == []
    watch(now=NOW), watch(now=NOW)
    assert kinds() == [AlertKind.SILENCE]
    teller.tell()
    assert line.said[0][1].startswith("For 2 hours nothing")


def test_mail_that_is_stuck_is_told_once_an_hour_however_often_it_was_tried(cast):
    notice = make_notice(cast.fellow, at=NOW)
    for minutes in (0, 14, 16, 30):
        now = NOW + minutes * MINUTE
        token = claims.claim(limit=1, lease=LEASE, now=now)
        claims.put_back([notice.id], token, error="away", not_before=now)
        record_tick(now=now)
        watch(now=now)
        assert len(kinds()) == (minutes > 15)
    assert kinds() == [AlertKind.SENDING_STUCK]
    assert read_figures(NOW + 40 * MINUTE).oldest_unsent_seconds == 40 * 60


def test_reviews_that_are_long_overdue_are_told_once_a_day(cast, teller, line):
    make_report(cast.fellowship, number=2, at=NOW - timedelta(days=20))
    assert post_escalations(now=NOW) > 0
    post_escalations(now=NOW)
    assert kinds() == [AlertKind.REVIEWS_OVERDUE]
    teller.tell()
    assert line.said[0][1].startswith("1 review came to be two working days over")
