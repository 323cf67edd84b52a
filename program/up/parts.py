"""What runs: the command and the environment of each part, with nothing left to what happens to be set."""

import os
import sys
from collections.abc import Sequence

from program.config import Settings
from program.up.ports import HOST
from program.up.supervisor import Part

PREFIX = "FELLOWSHIP_"


def environment(settings: Settings) -> dict[str, str]:
    """Return these settings, every one of them, in place of whatever this process was given."""
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    given = {
        f"{PREFIX}{name.upper()}": str(value) for name, value in settings.model_dump(mode="json").items()
    }
    return {**inherited, **given, "PYTHONUNBUFFERED": "1"}


def web(settings: Settings, *, port: int) -> Part:
    """Return the web server: two processes, one request each, from one loading of the application."""
    arguments = (
        "--workers",
        "2",
        "--bind",
        f"{HOST}:{port}",
        "--graceful-timeout",
        "2",
        "--no-control-socket",
    )
    return _part("web", settings, "gunicorn", "--config", "python:program.server", *arguments)


def worker(settings: Settings) -> Part:
    """Return one worker of two processes, without the talk between workers that one alone does not need."""
    alone = ("--without-mingle", "--without-gossip", "--without-heartbeat")
    arguments = ("worker", "--concurrency", "2", "--loglevel", "WARNING", *alone)
    return _part("worker", settings, *_celery(*arguments))


def beat(settings: Settings) -> Part:
    """Return the clock of the programme, which remembers its last ticks in the instance folder."""
    schedule = str(settings.instance / "beat-schedule")
    return _part("beat", settings, *_celery("beat", "--loglevel", "WARNING", "--schedule", schedule))


def smtp(settings: Settings) -> Part:
    """Return the demo's own mail server."""
    arguments = ("--port", str(settings.smtp_port), "--maildir", str(settings.mail_dir))
    return _part("smtp", settings, "program.up.smtp", *arguments, foundation=True)


def _celery(*arguments: str) -> Sequence[str]:
    return ("celery", "--app", "workers.app", "--quiet", *arguments)


def _part(name: str, settings: Settings, module: str, *arguments: str, foundation: bool = False) -> Part:
    command = (sys.executable, "-m", module, *arguments)
    return Part(name, command, environment(settings), settings.instance, foundation)
