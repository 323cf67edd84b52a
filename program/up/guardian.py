"""Outlives a launcher that is killed, just long enough to stop what it had started.

Run as a script of its own, with the standard library only. It reads `+GROUP` and `-GROUP` lines;
when they end without every group having been taken back, the launcher has died: each leader is
asked to stop, and what remains of the groups after a while is killed.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE = 4.0  # seconds between the request and the kill


def read_groups(lines: Iterable[str]) -> set[int]:
    """Follow what the launcher starts and stops until it falls silent; return what is left running."""
    groups: set[int] = set()
    for line in lines:
        number = int(line[1:])
        if line.startswith("+"):
            groups.add(number)
        else:
            groups.discard(number)
    return groups


def alive(group: int) -> bool:
    """Say whether any process of the group exists."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_groups(groups: set[int], *, grace: float = GRACE) -> None:
    """Ask each leader, wait, then kill each whole group."""
    for group in groups:
        with suppress(OSError):
            os.kill(group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(alive(group) for group in groups):
        time.sleep(0.05)
    for group in groups:
        with suppress(OSError):
            os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Wait for the launcher to end, however it ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_groups(read_groups(sys.stdin))


if __name__ == "__main__":
    main()
