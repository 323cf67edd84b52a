"""What the workers log: a line for each task that did something, under the number of the request that rang for it."""

import logging
from time import perf_counter
from typing import Any

from celery.signals import setup_logging, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, clear_contextvars

from program.logs.requests import new_request_id

logger = logging.getLogger(__name__)


@setup_logging.connect
def keep_our_lines(**_: Any) -> None:
    """Loading the application has said how lines are made; Celery is not to say it anew."""


@task_prerun.connect
def begin(task: Any, **_: Any) -> None:
    """The number of the request that rang; the clock's own bells get one of theirs."""
    clear_contextvars()
    bind_contextvars(
        request_id=(task.request.headers or {}).get("request_id") or new_request_id(), task=task.name
    )
    task.request.update(began=perf_counter())


@task_postrun.connect
def end(task: Any, retval: Any, state: str | None, **_: Any) -> None:
    """What found nothing to do says so only to who debugs. What failed is logged with its fault by Celery."""
    if state == "SUCCESS":
        facts = {"done": retval, "ms": round((perf_counter() - task.request.get("began")) * 1_000, 1)}
        logger.log(logging.INFO if retval else logging.DEBUG, "task", extra=facts)
    clear_contextvars()
