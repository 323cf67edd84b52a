"""What the children say: one file each, kept small, and its last lines when something is wrong."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

LIMIT = 2_000_000  # bytes of one log; the one before it is kept beside it
TAIL = 20_000  # bytes read back to find the last lines


def begin_log(path: Path) -> None:
    """Keep what the last run said as `<name>.log.1`, and begin anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(_kept(path))


def open_log(path: Path) -> BinaryIO:
    """Open for appending, so that a child goes on at the right place after `trim_log`."""
    return path.open("ab")


def trim_log(path: Path, *, limit: int = LIMIT) -> None:
    """Put a log that has grown past the limit aside and empty it, under the child that writes it."""
    if path.exists() and path.stat().st_size > limit:
        shutil.copyfile(path, _kept(path))
        os.truncate(path, 0)


def last_lines(path: Path, *, count: int = 15) -> list[str]:
    """Return the last lines a child wrote, oldest first; none when it wrote nothing."""
    if not path.exists():
        return []
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - TAIL))
        return log.read().decode(errors="replace").splitlines()[-count:]


def _kept(path: Path) -> Path:
    return path.with_name(path.name + ".1")
