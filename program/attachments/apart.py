"""Having a file inspected in a process apart, so that a bad one can break nothing but that."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from program.attachments.kinds import Checked, Kind, RefusedError, kind_of

PROGRAM = "program.attachments.inspection"
"""By its name, so that no web process loads the libraries that open files."""
HOUSE = Path(__file__).parents[2]
BROKEN = (
    "This file cannot be opened: it is broken or cut short, or opening it takes far more than it should."
    " Please save it anew, and attach that."
)
PATIENCE = 30
"""Seconds: three times those of a processor that it has, for on a busy machine it gets only part of each."""


def inspect_apart(data: bytes) -> Checked:
    """What the file is, and what is kept. Raises RefusedError, also for one that breaks its reader."""
    kind_of(data)
    with TemporaryFile() as answer:
        _run(data, into=answer)
        answer.seek(0)
        said = json.loads(answer.readline())
        content = answer.read()
    if "refused" in said:
        raise RefusedError(said["refused"])
    return Checked(Kind(said["kind"]), content)


def _run(data: bytes, *, into: IO[bytes]) -> None:
    """The process has no word of the environment, and what it complains of is nobody's to read.

    It writes into a file, whose size it cannot exceed, not into our memory. Raises RefusedError.
    """
    command = [sys.executable, "-m", PROGRAM]
    pipes: dict[str, Any] = {"stdout": into, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run(  # noqa: S603 - our own interpreter and module, and no word of anybody's
            command, input=data, check=True, timeout=PATIENCE, cwd=HOUSE, env={}, **pipes
        )
    except (subprocess.SubprocessError, BrokenPipeError) as error:
        raise RefusedError(BROKEN) from error
