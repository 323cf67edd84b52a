"""Having a file inspected in a process apart, so that a bad one can break nothing but that."""

import json
import subprocess
import sys
from pathlib import Path

from program.attachments.kinds import Checked, Kind, RefusedError, kind_of

PROGRAM = "program.attachments.inspection"
"""By its name, so that no web process loads the libraries that open files."""
HOUSE = Path(__file__).parents[2]
BROKEN = (
    "This file cannot be opened: it is broken or cut short, or opening it takes far more than it should."
    " Please save it anew, and attach that."
)
PATIENCE = 60
"""Seconds: twice those of a processor that it has, for on a busy machine it gets only part of each."""


def inspect_apart(data: bytes) -> Checked:
    """What the file is, and what is kept. Raises RefusedError, also for one that breaks its reader."""
    kind_of(data)
    command = [sys.executable, "-m", PROGRAM]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, and no word of anybody's
            command, input=data, capture_output=True, check=True, timeout=PATIENCE, cwd=HOUSE, env={}
        )
    except (subprocess.SubprocessError, BrokenPipeError) as error:
        raise RefusedError(BROKEN) from error
    line, _end, content = done.stdout.partition(b"\n")
    said = json.loads(line)
    if "refused" in said:
        raise RefusedError(said["refused"])
    return Checked(Kind(said["kind"]), content)
