"""Counting tries: in Redis, so that all processes count together, and in each process by itself while that is gone."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, g, request
from redis.backoff import NoBackoff
from redis.retry import Retry

from program.config import Settings
from program.extensions import limiter
from program.forms import clean_line
from program.limits import By, Limit, network_of

View = TypeVar("View", bound=Callable[..., Any])
PATIENCE = 0.5
"""Seconds that Redis may take, once: a page must not wait for one that hangs."""


def limited(*limits: Limit) -> Callable[[View], View]:
    """Refuse (429) who has tried this too often. It belongs under `allow`, next to the view."""

    def declare(view: View) -> View:
        counted: Any = view
        for limit in limits:
            counted = limiter.limit(limit.rate, key_func=KEYS[limit.by])(counted)
        counted.limits = limits
        return cast("View", counted)

    return declare


def limits_of(app: Flask, endpoint: str) -> tuple[Limit, ...]:
    """The limits that the endpoint's view declares."""
    return getattr(app.view_functions[endpoint], "limits", ())


def storage_config(settings: Settings) -> dict[str, Any]:
    """Where tries are counted. A Redis that is gone or hangs is asked again after 1, 2, 4 … 64 seconds."""
    away = bool(settings.redis_url)
    options = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0)}
    return {
        "RATELIMIT_ENABLED": settings.rate_limits,
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        "RATELIMIT_STORAGE_OPTIONS": options if away else {},
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": away,
    }


def _network() -> str:
    return f"network:{network_of(request.remote_addr or '')}"


def _account() -> str:
    """Whoever really sits there, wherever they are."""
    return f"account:{g.account.acting.id}" if g.account else _network()


def _typed() -> str:
    """The address as it is looked up."""
    return "typed:" + (clean_line(request.form.get("email")) or "").lower()


KEYS: dict[By, Callable[[], str]] = {By.NETWORK: _network, By.ACCOUNT: _account, By.TYPED: _typed}
