"""Tells the workers that there is something to do. The database holds what it is, so a bell may be lost."""

import logging
import time
from enum import StrEnum
from typing import Any

from celery import Celery
from flask import Flask, current_app
from kombu.exceptions import OperationalError
from sqlalchemy import event
from sqlalchemy.orm import Session

from program.extensions import db
from program.logs.requests import current_request_id

logger = logging.getLogger(__name__)
SILENCE = 15.0
"""Seconds for which no bell is rung after one could not be: a page must not wait for a broken Redis."""


class Bell(StrEnum):
    """The tasks that can be rung for, by their names in the workers."""

    SWEEP = "reminders.sweep"
    DELIVER = "delivery.deliver"
    SUMMARISE = "releases.summarise"
    TICK = "health.tick"
    RETAIN = "retention.delete_old"
    IMPORT = "imports.run_imports"
    BUNDLE = "bundles.make_bundles"
    COUNT_WORDS = "ramp.count_words"
    DIGEST = "digests.sweep_digests"
    ALERT = "alerts.post_alerts"


class Doorbell:
    """A Celery client without tasks of its own."""

    def __init__(self, redis_url: str) -> None:
        self.silent_until = 0.0
        self.celery = Celery("doorbell", broker=redis_url, set_as_current=False)
        self.celery.conf.update(
            task_ignore_result=True,
            broker_transport_options={"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "max_retries": 0},
        )

    def ring(self, bell: Bell) -> None:
        """Ring, or log that it could not be done; never raises and never waits long."""
        if time.monotonic() < self.silent_until:
            return
        try:
            self.celery.send_task(bell.value, headers={"request_id": current_request_id()}, retry=False)
        except (OperationalError, OSError) as error:
            self.silent_until = time.monotonic() + SILENCE
            logger.warning("a bell could not be rung", extra={"bell": bell.value, "error": str(error)})


def init_doorbell(app: Flask, redis_url: str) -> None:
    """Give the app its bell; without Redis the workers' next tick finds the work."""
    app.extensions["doorbell"] = Doorbell(redis_url) if redis_url else None


def ring_after_commit(bell: Bell) -> None:
    """Ring once when the present transaction has been committed, never before."""
    db.session.info.setdefault("bells", set()).add(bell)


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    if session.in_nested_transaction():
        return
    bells: set[Bell] = session.info.pop("bells", set())
    doorbell: Any = current_app.extensions["doorbell"] if bells else None
    for bell in sorted(bells if doorbell else ()):
        doorbell.ring(bell)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("bells", None)
