"""The Celery application: `celery -A workers.app worker`, `celery -A workers.app beat`."""

from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_init
from flask import Flask

from program.app import create_app
from program.config import Settings
from program.extensions import db
from workers.schedule import schedule

flask_app: Flask = create_app()
settings: Settings = flask_app.extensions["settings"]


class DatabaseTask(Task):  # type: ignore[type-arg]  # Celery's task is generic only in its stubs
    """A task inside the application, in one transaction that is committed at its end."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it; whatever it raises rolls back, and the next tick tries again."""
        base = str(settings.public_url)
        with flask_app.test_request_context(base_url=base):
            result = super().__call__(*args, **kwargs)
            db.session.commit()
            return result


app = Celery(
    "fellowship",
    broker=settings.redis_url or None,
    task_cls=DatabaseTask,
    include=[
        "workers.logs",
        "workers.delivery",
        "workers.reminders",
        "workers.releases",
        "workers.health",
        "workers.retention",
        "workers.imports",
        "workers.bundles",
        "workers.ramp",
        "workers.digests",
        "workers.alerts",
    ],
)
app.conf.update(
    beat_schedule=schedule(settings.tick_seconds),
    timezone="UTC",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # however long Redis is away
    broker_transport_options={
        "visibility_timeout": 600,
        "socket_timeout": 5.0,
        "socket_connect_timeout": 2.0,
    },
    worker_hijack_root_logger=False,
)


@worker_process_init.connect
def leave_parents_connections(**_: Any) -> None:
    """A forked process must not share its parent's database connections."""
    with flask_app.app_context():
        db.engine.dispose(close=False)
