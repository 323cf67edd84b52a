"""What was done is written down: by whom, to what, from where, and without what is confidential."""

from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.audit.services import origin, record
from program.extensions import db
from tests.factories import NOW, make_account


def test_an_event_says_who_what_when_and_from_where(app):
    account = make_account()
    token = origin.set("2001:db8::1")
    record(Tag.SIGN_IN, actor_id=account.id, subject=("account", 7), now=NOW, before={"a": 1}, after={"a": 2})
    origin.reset(token)
    db.session.flush()
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.SIGN_IN)).one()
    assert (event.actor_id, event.subject_kind, event.subject_id, event.at, event.address) == (
        account.id,
        "account",
        7,
        NOW,
        "2001:db8::1",
    )
    assert (event.before, event.after) == ({"a": 1}, {"a": 2})


def test_what_a_worker_did_has_no_actor_and_no_address(app):
    record(Tag.RELEASE_PUBLISH, actor_id=None, subject=("wave", 1), now=NOW)
    db.session.flush()
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.actor_id, event.address, event.before, event.after) == (None, "", {}, {})


def test_events_live_and_die_with_their_transaction(app):
    db.session.commit()
    record(Tag.RELEASE_PUBLISH, actor_id=None, subject=("wave", 1), now=NOW)
    db.session.rollback()
    assert db.session.scalars(select(AuditEvent)).all() == []


def test_tags_are_three_words_that_fit_their_column():
    assert [tag for tag in Tag if tag.count(":") != 2 or len(tag) > 40] == []
