"""What a file is, and what of it is kept. Pure; as a program it reads the file and says so, under limits of its own.

Who opens files that strangers made trusts libraries with a long list of holes: so it happens in a process that has no
database, no settings and no secrets, little memory and little time.
"""

import contextlib
import json
import resource
import sys

from program.attachments.documents import check_pdf
from program.attachments.kinds import MOST_BYTES, Checked, RefusedError, kind_of
from program.attachments.pictures import MOST_KEPT, remake_picture

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""
SECONDS = 10
"""Of a processor."""
LIMITS = (
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_CPU, SECONDS),
    (resource.RLIMIT_FSIZE, MOST_KEPT + 1_000),
    (resource.RLIMIT_CORE, 0),
)


def inspect(data: bytes) -> Checked:
    """What the file is, and what is kept. Raises RefusedError, and anything else for a file that is broken."""
    kind = kind_of(data)
    if kind.is_picture:
        return Checked(kind, remake_picture(data, kind))
    check_pdf(data)
    return Checked(kind, data)


def main() -> None:
    """Read the file from standard input; write one line of JSON, and behind it what is kept."""
    for what, most in LIMITS:
        with contextlib.suppress(ValueError, OSError):  # not every system can limit everything
            resource.setrlimit(what, (most, most))
    try:
        checked = inspect(sys.stdin.buffer.read(MOST_BYTES + 1))
    except RefusedError as refused:
        said, content = {"refused": str(refused)}, b""
    else:
        said, content = {"kind": checked.kind.value}, checked.content
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
