"""Starts the parts, starts again one that dies, and leaves none behind."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Self

import click

from program.up.leash import Guardian, parent_death_tie
from program.up.logs import begin_log, last_lines, open_log, trim_log

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ROUND = 0.1  # seconds between two looks at the children
PARTS_GRACE = 3.0  # seconds for web, worker and beat to stop by themselves …
FOUNDATION_GRACE = 1.0  # … and then for the servers they need: 4 s, so that 5 s holds


class PartFailedError(click.ClickException):
    """A part could not be kept running; the text carries its last lines."""


@dataclass(frozen=True)
class Part:
    """One program to keep running. `foundation`: the others need it until they have stopped."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    foundation: bool = False


@dataclass
class _Child:
    part: Part
    log: Path
    process: "subprocess.Popen[bytes]"
    deaths: "deque[float]" = field(default_factory=deque)
    restart_at: float | None = None

    @property
    def group(self) -> int:
        return self.process.pid  # each child leads a session of its own


class Supervisor:
    """Use as a context manager, in the main thread of a process that has no other: leaving it stops all.

    SIGINT, SIGTERM and SIGHUP become a KeyboardInterrupt, raised by `start`, `wait_until` and `run`: between two
    rounds and never inside one, where it could leave a child's bookkeeping locked or a child unlisted.
    """

    def __init__(self, logs: Path, *, most: int = 5, within: float = 60.0) -> None:
        self._logs = logs
        self._most, self._within = most, within
        self._children: list[_Child] = []
        self._tie = parent_death_tie()
        self._asked = False
        self._handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        ignored = {number for number in SIGNALS if signal.getsignal(number) is signal.SIG_IGN}
        heeded = set(SIGNALS) - (ignored & {signal.SIGHUP})  # nohup means what it says
        self._handlers = {number: signal.signal(number, self._on_signal) for number in heeded}
        self._guardian = Guardian()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._guardian.close()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def start(self, part: Part) -> None:
        """Start a part, with a log of its own."""
        log = self._logs / f"{part.name}.log"
        begin_log(log)
        try:
            self._children.append(_Child(part, log, self._spawn(part, log)))
        except OSError as error:
            raise PartFailedError(f"{part.name} could not be started: {error}") from error
        self._heed()

    def wait_until(self, true: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Wait for a condition; a part that dies before it holds is an error, not something to restart."""
        deadline = time.monotonic() + seconds
        while not true():
            self._heed()
            for child in self._children:
                if child.process.poll() is not None:
                    raise self._failure(child, f"ended at once ({_ending(child.process)})")
            if time.monotonic() > deadline:
                raise PartFailedError(f"{what} after {seconds:.0f} s; see {self._logs}")
            time.sleep(ROUND / 2)

    def run(self) -> None:
        """Keep all parts running until a signal; raise PartFailedError when one keeps dying."""
        while True:
            self.tend()
            self._heed()
            time.sleep(ROUND)

    def tend(self) -> None:
        """Look at each child once."""
        self._guardian.renew()
        for child in self._children:
            trim_log(child.log)
            if child.restart_at is not None:
                if time.monotonic() >= child.restart_at:
                    self._restart(child)
            elif child.process.poll() is not None:
                self._note_death(child)

    def pids(self) -> dict[str, int]:
        """Return the process of each part."""
        return {child.part.name: child.process.pid for child in self._children}

    def _note_death(self, child: _Child) -> None:
        self._end_group(child)  # what it has started would hold on to its port
        now = time.monotonic()
        child.deaths.append(now)
        while now - child.deaths[0] > self._within:
            child.deaths.popleft()
        if len(child.deaths) > self._most:
            raise self._failure(child, f"ended {len(child.deaths)} times in {self._within:.0f} s")
        child.restart_at = now + min(0.2 * 2 ** (len(child.deaths) - 1), 2.0)

    def _restart(self, child: _Child) -> None:
        ending = _ending(child.process)
        child.process = self._spawn(child.part, child.log)
        child.restart_at = None
        click.echo(f"{child.part.name} ended ({ending}) and was started again; see {child.log}", err=True)

    def _spawn(self, part: Part, log: Path) -> "subprocess.Popen[bytes]":
        with open_log(log) as output:
            process = subprocess.Popen(  # noqa: S603 - commands are made in `parts`
                list(part.command),
                env=dict(part.environment),
                cwd=part.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._tie,  # noqa: PLW1509 - the launcher has one thread
            )
        self._guardian.add(process.pid)
        return process

    def _stop(self) -> None:
        self._stop_all([child for child in self._children if not child.part.foundation], PARTS_GRACE)
        self._stop_all([child for child in self._children if child.part.foundation], FOUNDATION_GRACE)
        self._children.clear()

    def _stop_all(self, children: list[_Child], grace: float) -> None:
        for child in reversed(children):
            child.process.terminate()
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline and any(child.process.poll() is None for child in children):
            time.sleep(0.02)
        for child in children:
            self._end_group(child)

    def _end_group(self, child: _Child) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.group, signal.SIGKILL)
        child.process.wait()
        self._guardian.remove(child.group)

    def _failure(self, child: _Child, what: str) -> PartFailedError:
        lines = "".join(f"\n  {line}" for line in last_lines(child.log)) or "\n  (it wrote nothing)"
        return PartFailedError(f"{child.part.name} {what}. Its last lines, from {child.log}:{lines}")

    def _heed(self) -> None:
        if self._asked:
            raise KeyboardInterrupt

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True


def _ending(process: "subprocess.Popen[bytes]") -> str:
    code = process.returncode
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
