"""The application with a safeguard off: without Redis nothing is counted, and that is an error or goes unseen."""

from flask import Flask

from program.app import create_app
from program.extensions import limiter


def failing() -> Flask:
    app = create_app()
    limiter._in_memory_fallback_enabled = False
    return app


def unseeing() -> Flask:
    app = failing()
    limiter._swallow_errors = True
    return app


def waiting() -> Flask:
    """It waits for Redis as long as that hangs."""
    app = create_app()
    limiter.storage.storage.connection_pool.connection_kwargs["socket_timeout"] = None
    return app
