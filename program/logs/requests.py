"""A line for each request, and one number that is on all of its lines and on those of the tasks that it rings for."""

import logging
import time
from typing import Any
from uuid import uuid4

from flask import Flask, g, request
from structlog.contextvars import bind_contextvars, get_contextvars, reset_contextvars
from werkzeug.wrappers import Response

logger = logging.getLogger(__name__)
HEADER = "X-Request-ID"
UNLOGGED = frozenset({"static", "health.live", "health.ready", "health.metrics"})
"""What browsers and monitoring ask for all the time."""


def new_request_id() -> str:
    """As good as never the same twice, and too short to be taken for a token, which it is not."""
    return uuid4().hex[:16]


def current_request_id() -> str | None:
    """The number of the present request or task; None in commands."""
    number: str | None = get_contextvars().get("request_id")
    return number


def _begin() -> None:
    g.began = time.perf_counter()
    route = request.url_rule.rule if request.url_rule else "none"
    g.bound = bind_contextvars(request_id=new_request_id(), method=request.method, route=route)


def _end(response: Response) -> Response:
    response.headers[HEADER] = current_request_id() or ""
    account = g.get("account")
    facts: dict[str, Any] = {"status": response.status_code, "account": account and account.acting.id}
    facts["ms"] = round((time.perf_counter() - g.began) * 1_000, 1)
    quiet = request.endpoint in UNLOGGED and response.status_code < 500
    logger.log(logging.DEBUG if quiet else logging.INFO, "request", extra=facts)
    return response


def _forget(_error: BaseException | None) -> None:
    reset_contextvars(**g.pop("bound", {}))


def _tell_fault(fault: Any) -> None:
    """In place of the framework's line, which holds the path with what people put into it."""
    logger.error("a request broke", exc_info=fault)


def init_request_log(app: Flask) -> None:
    """Before and after everything else that happens in a request."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)
    app.log_exception = _tell_fault  # type: ignore[method-assign, assignment]  # the class's method is replaced on this one application
