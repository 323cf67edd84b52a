"""Starts `fellowship` commands as a person does, and stops them again."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from program.up.instance import DEMO_DATABASE
from program.up.ports import HOST, free_port
from tests.databases import KEYS, dispose, other_app

COMMAND = (sys.executable, "-c", "from program.cli import main; main()")
READY = "Ctrl-C stops everything"
PATIENCE = 60.0
DATABASES = {"demo": DEMO_DATABASE, "up": "fellowship.sqlite"}


@dataclass(eq=False)
class Programme:
    """One that runs: where it is, and who is known to have signed in to it."""

    address: str
    instance: Path
    app: Flask
    sign_ins: dict[str, Any] = field(default_factory=dict)

    def inside(self) -> AbstractContextManager[Any]:
        """In an application of this process on the same data, for what no page does or shows."""
        return self.app.test_request_context(base_url=self.address)


@contextmanager
def running(word: str, *, instance: Path, host: str = HOST, **settings: str) -> Iterator[Programme]:
    """`fellowship demo` or `fellowship up` with these settings, until the block is left.

    `up` may be told that people know this machine by another name.
    """
    instance.mkdir(parents=True)
    port = free_port()
    address = f"http://{host}:{port}"
    if host != HOST:
        settings["public_url"] = address
    command = [*COMMAND, word, "--instance", str(instance), "--port", str(port)]
    with _started(command, log=instance / "said", settings={**KEYS, **settings}):
        database_url = f"sqlite:///{instance / DATABASES[word]}"
        with other_app(instance, database_url=database_url, public_url=address) as app:
            pass  # made, and what all applications share is given back at once
        try:
            yield Programme(address, instance, app)
        finally:
            dispose(app)


@contextmanager
def _started(command: list[str], *, log: Path, settings: Mapping[str, str]) -> Iterator[None]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FELLOWSHIP_")}
    given = {f"FELLOWSHIP_{name.upper()}": value for name, value in settings.items()}
    environment = {**inherited, **given, "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _await(process, log)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _await(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while READY not in log.read_text():
        assert process.poll() is None, f"it ended at once:\n{log.read_text()}"
        assert time.monotonic() < deadline, f"it is not ready after {PATIENCE:.0f} s:\n{log.read_text()}"
        time.sleep(0.1)
