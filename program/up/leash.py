"""Ties children to the launcher, so that none outlives it even when it is killed with no warning.

Two ties, since each leaves a gap: on Linux the kernel signals the child when the launcher dies, but not
the child's own children; the guardian then ends whole process groups, on every system.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

from program.up import guardian

PR_SET_PDEATHSIG = 1


def parent_death_tie() -> Callable[[], None] | None:
    """Return what a child runs before its program, or nothing where the system has no such signal."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    launcher = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != launcher:  # it died in between
            os._exit(1)

    return tie


class Guardian:
    """The launcher's end of the guardian process. A guardian that dies is replaced at the next word."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._process = _start_guardian()

    def add(self, group: int) -> None:
        """Have a process group ended when the launcher dies."""
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """Forget a group that has ended: its number may be given to others."""
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def renew(self) -> None:
        """Replace a guardian that has died."""
        if self._process.poll() is not None:
            self._hang_up()
            self._process = _start_guardian()
            self._write("".join(f"+{group}\n" for group in self._groups))

    def close(self) -> None:
        """Let it go; it ends what is still on its list, which is nothing after an orderly stop."""
        self._hang_up()
        self._process.wait()

    def _hang_up(self) -> None:
        with suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def _tell(self, line: str) -> None:
        if self._process.poll() is None:
            self._write(line)
        else:
            self.renew()

    def _write(self, text: str) -> None:
        with suppress(BrokenPipeError):  # it has just died: `renew` tells its successor
            if self._process.stdin is not None:
                self._process.stdin.write(text)
                self._process.stdin.flush()


def _start_guardian() -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own script, by its path
        [sys.executable, "-I", "-S", guardian.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
