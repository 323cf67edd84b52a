"""The bell is rung after a commit, once, and a page never waits for it."""

import logging
import time

import pytest
from celery import Celery

from program.doorbell import SILENCE, Bell, Doorbell, ring_after_commit
from program.extensions import db
from program.up.ports import HOST, free_port
from tests.factories import make_account, make_notice


@pytest.fixture
def rung(app, monkeypatch):
    """The bells that were rung, in their order."""
    bells = []

    class Recorder:
        def ring(self, bell):
            bells.append(bell)

    monkeypatch.setitem(app.extensions, "doorbell", Recorder())
    return bells


def test_it_rings_after_the_commit_and_not_before(rung):
    ring_after_commit(Bell.DELIVER)
    db.session.flush()
    assert rung == []
    db.session.commit()
    assert rung == [Bell.DELIVER]


def test_it_rings_once_however_often_it_was_asked_to(rung):
    for _ in range(3):
        ring_after_commit(Bell.SUMMARISE)
        ring_after_commit(Bell.DELIVER)
    db.session.commit()
    db.session.commit()
    assert rung == [Bell.DELIVER, Bell.SUMMARISE]


def test_what_was_rolled_back_rings_nothing(rung):
    make_notice(make_account())
    assert db.session.info["bells"] == {Bell.DELIVER}
    db.session.rollback()
    db.session.commit()
    assert rung == []


def test_a_savepoint_inside_does_not_ring_early(rung):
    ring_after_commit(Bell.DELIVER)
    with db.session.begin_nested():
        pass
    assert rung == []
    db.session.commit()
    assert rung == [Bell.DELIVER]


def test_without_redis_nothing_is_rung_and_nothing_breaks(app):
    assert app.extensions["doorbell"] is None
    ring_after_commit(Bell.DELIVER)
    db.session.commit()


def test_a_bell_that_cannot_be_rung_is_logged_and_left_alone_for_a_while(caplog, monkeypatch):
    doorbell = Doorbell(f"redis://{HOST}:{free_port()}/0")
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        doorbell.ring(Bell.DELIVER)
    assert time.monotonic() - began < 3
    [record] = caplog.records
    assert (record.message, record.bell) == ("a bell could not be rung", "delivery.deliver")
    monkeypatch.setattr(doorbell.celery, "send_task", lambda *_a, **_k: pytest.fail("rung too soon"))
    doorbell.ring(Bell.DELIVER)
    assert 0 < doorbell.silent_until - time.monotonic() <= SILENCE


def test_after_the_silence_it_is_tried_again(redis_url, monkeypatch):
    doorbell = Doorbell(redis_url)
    sent = []
    monkeypatch.setattr(doorbell.celery, "send_task", lambda name, **_options: sent.append(name))
    doorbell.silent_until = time.monotonic() + SILENCE
    doorbell.ring(Bell.DELIVER)
    doorbell.silent_until = time.monotonic() - 1
    doorbell.ring(Bell.DELIVER)
    assert sent == ["delivery.deliver"]


def test_a_ring_is_a_message_in_redis(redis_url):
    own_url = redis_url.removesuffix("/0") + "/9"  # pooled by address, and closed below
    doorbell = Doorbell(own_url)
    doorbell.ring(Bell.TICK)
    with Celery(broker=own_url, set_as_current=False).connection_for_read() as connection:
        message = connection.SimpleQueue("celery").get(timeout=5)
        message.ack()
    assert message.headers["task"] == "health.tick"
    assert message.payload[0] == []
    doorbell.celery.pool.force_close_all()
