"""The instance folder: that it can be written, that one launcher has it, and what beginning anew removes."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

DEMO_DATABASE = "demo.sqlite"  # never the one of a real programme, which beginning anew would remove
DEMO_FILES = (
    *(DEMO_DATABASE + suffix for suffix in ("", "-wal", "-shm")),
    *("beat-schedule" + suffix for suffix in ("", ".db", ".bak", ".dat", ".dir")),
    "redis/dump.rdb",
)
MAILBOX = ("cur", "new", "tmp")


class InstanceError(click.ClickException):
    """The instance folder cannot be used."""


@contextmanager
def for_its_owner_only() -> Iterator[None]:
    """Whatever is made meanwhile, by children too, nobody else on this machine can open."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def check_writable(folder: Path) -> None:
    """Make the folder if need be. Raises InstanceError when nothing can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        why = f"{folder} cannot be written ({error.strerror})"
        raise InstanceError(f"The instance folder {why}. Choose another one with --instance.") from error


@contextmanager
def only_launcher(folder: Path) -> Iterator[None]:
    """Hold the folder for this process. Raises InstanceError, naming the process that has it already."""
    with (folder / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = f"Process {lock.read().strip()} already runs in {folder}"
            raise InstanceError(f"{holder}. Stop it, or choose another with --instance.") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def begin_anew(folder: Path) -> None:
    """Remove what a demo has made, by name. All else in the folder stays, a real programme's data too."""
    for name in DEMO_FILES:
        (folder / name).unlink(missing_ok=True)
    for name in MAILBOX:
        shutil.rmtree(folder / "mail" / name, ignore_errors=True)
