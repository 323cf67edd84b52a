"""The web server with a safeguard off: who sends from two devices is told off by the slower one."""

from program.app import create_app
from program.reports import services

__all__ = ["create_app"]

services.already_sent = lambda _desk, **_given: False
