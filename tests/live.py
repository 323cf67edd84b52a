"""Real processes of the programme, on a database of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from tests.databases import KEYS, other_app

Process = subprocess.Popen


@dataclass
class Live:
    """The settings of the processes, an application in this process on the same ones, and what was started."""

    app: Flask
    folder: Path
    settings: dict[str, object]
    processes: dict[str, Process] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def on(cls, database_url: str, *, folder: Path, **settings: object) -> Iterator["Live"]:
        """On a migrated database; ends everything that was started."""
        instance = folder / "instance"
        with other_app(instance, database_url=database_url, **settings) as app:
            given = {"instance": instance, "database_url": database_url, **KEYS, **settings}
            live = cls(app, folder, given)
            try:
                yield live
            finally:
                live.stop_all()

    @property
    def environment(self) -> dict[str, str]:
        """The settings as a process is given them."""
        named = {f"FELLOWSHIP_{name.upper()}": str(value) for name, value in self.settings.items()}
        return {**os.environ, **named}

    def set(self, **settings: object) -> None:
        """Settings of the processes that are started from now on; the application here keeps its own."""
        self.settings.update(settings)

    def start(self, name: str, *words: str) -> Process:
        """Start `python -m <words>`; what it says goes to a file of its name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", *words]
            process = Process(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        self.processes[name] = process
        return process

    def start_worker(self, name: str = "worker", *, concurrency: int = 1) -> Process:
        """A Celery worker."""
        options = [f"--concurrency={concurrency}", "--loglevel=INFO", f"--hostname={name}@%h"]
        return self.start(name, "celery", "-A", "workers.app", "worker", *options)

    def said(self, name: str) -> str:
        """What the process has said so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self, name: str) -> None:
        """Ask it to end, and insist after a while."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)

    def stop_all(self) -> None:
        for name in [*self.processes]:
            self.stop(name)


def wait_until(happened: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Look ten times a second; fails with `what` when the time is up."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
