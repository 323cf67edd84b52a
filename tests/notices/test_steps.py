"""Holding, releasing and sending again: the whole mail, once, and never behind a worker's back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.delivery.claims import claim, mark_ended
from program.errors import ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.notices.carrying import carry_together
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.queries import find_oldest_unsent
from program.notices.services import Message, post
from program.notices.steps import hold, release, send_again, why_not
from tests.factories import NOW, make_notice

LATER = NOW + timedelta(minutes=1)
LEASE = timedelta(seconds=90)


@pytest.fixture
def mail(cast):
    """Three reminders in one mail."""
    reminders = [Message(NoticeKind.REMINDER, cast.fellow.id, "report", n) for n in (1, 2, 3)]
    post(reminders, now=NOW)
    carry_together(NoticeKind.REMINDER, now=NOW)
    return db.session.scalars(select(Notice).order_by(Notice.id)).all()


def states(mail):
    for notice in mail:
        db.session.refresh(notice)
    return [notice.state for notice in mail]


def events():
    about = select(AuditEvent).filter_by(subject_kind="notice").order_by(AuditEvent.id)
    return db.session.scalars(about).all()


@pytest.mark.parametrize("which", [0, 2])
def test_the_whole_mail_is_held_and_released_whichever_is_pressed(cast, mail, which):
    assert hold(mail[which], actor=cast.staff, now=NOW) == 3
    assert states(mail) == [NoticeState.HELD] * 3
    assert find_oldest_unsent() is None
    mail[0].tried_since = NOW - timedelta(hours=9)
    token = claim(limit=10, lease=LEASE, now=LATER)
    assert token
    assert states(mail) == [NoticeState.HELD] * 3
    assert release(mail[which], actor=cast.staff, now=LATER) == 3
    assert states(mail) == [NoticeState.PENDING] * 3
    assert find_oldest_unsent() == LATER  # nobody is to be alarmed by what staff kept back
    claim(limit=10, lease=LEASE, now=LATER)
    assert states(mail) == [NoticeState.SENDING] * 3


def test_a_second_press_changes_nothing_and_is_written_down_once(cast, mail):
    assert [hold(mail[0], actor=cast.staff, now=NOW) for _press in range(2)] == [3, 0]
    assert [release(mail[0], actor=cast.staff, now=NOW) for _press in range(2)] == [3, 0]
    db.session.commit()
    event, other = events()
    assert (event.tag, other.tag) == (Tag.NOTICE_HOLD, Tag.NOTICE_RELEASE)
    assert (event.subject_id, event.actor_id) == (mail[0].id, cast.staff.id)
    assert (event.before, event.after) == ({"state": "pending"}, {"messages": 3, "to": cast.fellow.id})


def test_what_a_worker_has_taken_meanwhile_is_not_held(cast, mail):
    """The page was read before: what it showed as waiting is with a worker by now."""
    claim(limit=10, lease=LEASE, now=NOW)
    assert mail[0].state is NoticeState.PENDING
    with pytest.raises(ForbiddenStepError, match="being sent right now"):
        hold(mail[0], actor=cast.staff, now=NOW)
    assert states(mail) == [NoticeState.SENDING] * 3


@pytest.mark.parametrize("state", [NoticeState.FAILED, NoticeState.AMBIGUOUS])
def test_a_mail_that_went_wrong_begins_from_the_start(cast, mail, state):
    token = claim(limit=10, lease=LEASE, now=NOW)
    mark_ended([notice.id for notice in mail], token, state=state, now=NOW, error="550 no")
    mail[0].handoff_at = NOW
    assert send_again(mail[1], actor=cast.staff, now=LATER) == 3
    assert states(mail) == [NoticeState.PENDING] * 3
    assert {(one.not_before, one.attempts, one.handoff_at, one.lease_token) for one in mail} == {
        (LATER, 0, None, None)
    }
    assert send_again(mail[1], actor=cast.staff, now=LATER) == 0


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (NoticeState.SENT, "It was sent"),
        (NoticeState.SENDING, "being sent right now"),
        (NoticeState.CANCELLED, "It was cancelled"),
        (NoticeState.HELD, "It is held"),
    ],
)
def test_what_was_sent_is_not_sent_again_and_says_why(cast, state, reason):
    notice = make_notice(cast.fellow)
    notice.state = state
    db.session.flush()
    with pytest.raises(ForbiddenStepError, match=reason):
        send_again(notice, actor=cast.staff, now=NOW)
    assert bool(why_not(notice)) is (state is not NoticeState.HELD)


@pytest.mark.parametrize("kind", [NoticeKind.SIGN_IN_LINK, NoticeKind.SECURITY])
@pytest.mark.parametrize("step", [hold, release, send_again])
def test_staff_have_no_hand_in_how_somebody_signs_in(cast, kind, step):
    notice = make_notice(cast.fellow, kind=kind, subject=("account", cast.fellow.id))
    with pytest.raises(ForbiddenStepError):
        step(notice, actor=cast.staff, now=NOW)
    assert why_not(notice)
    assert notice.state is NoticeState.PENDING


@pytest.mark.parametrize("step", [hold, release, send_again])
def test_only_staff_do(cast, step):
    notice = make_notice(cast.fellow)
    for somebody in (cast.fellow, cast.mentor, cast.manager):
        with pytest.raises(ForbiddenError):
            step(notice, actor=somebody, now=NOW)


def test_a_concern_travels_by_itself_so_that_nobody_holds_it_unseen(cast):
    about = [("report", 1), ("concern", 2), ("report", 3)]
    post([Message(NoticeKind.REMINDER, cast.staff.id, *subject) for subject in about], now=NOW)
    carry_together(NoticeKind.REMINDER, now=NOW)
    first, concern, third = db.session.scalars(select(Notice).order_by(Notice.id))
    assert (concern.carrier_id, third.carrier_id) == (None, first.id)
    hold(first, actor=cast.staff, now=NOW)
    assert states([first, concern, third]) == [NoticeState.HELD, NoticeState.PENDING, NoticeState.HELD]


def test_what_is_let_go_before_its_time_keeps_nothing_else_back(cast):
    early = make_notice(cast.fellow, subject=("report", 1))
    early.not_before = NOW + timedelta(hours=5)
    hold(early, actor=cast.staff, now=NOW)
    release(early, actor=cast.staff, now=NOW)
    post([Message(NoticeKind.REMINDER, cast.fellow.id, "report", 2)], now=LATER)
    carry_together(NoticeKind.REMINDER, now=LATER)
    assert db.session.scalars(select(Notice.carrier_id)).all() == [None, None]
    assert early.not_before == NOW + timedelta(hours=5)
