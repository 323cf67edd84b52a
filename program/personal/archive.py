"""What is held about a person as a file: a zip with JSON for machines, one page for people, and their files."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from flask import render_template

from program.personal.queries import Held

PAGE = "what-is-held-about-you.html"
DATA = "data.json"
FILES = "files"


def write_archive(
    held: Sequence[Held],
    files: Iterable[tuple[str, int, bytes]],
    *,
    into: IO[bytes],
    name: str,
    now: datetime,
) -> None:
    """The zip. Times are in UTC. A file has its name, the number of its row and its bytes; one is taken at a time."""
    tables = {one.key: [dict(zip(one.columns, row, strict=True)) for row in one.rows] for one in held}
    data = json.dumps({"made_at": now.isoformat(), **tables}, default=_plain, ensure_ascii=False, indent=1)
    page = render_template("personal/archive.html", held=held, name=name, made_at=now, shown=_readable)
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        archive.writestr(DATA, data)
        archive.writestr(PAGE, page)
        for file_name, number, content in files:
            archive.writestr(f"{FILES}/{number}-{file_name}", content, compress_type=ZIP_STORED)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _readable(value: Any) -> str:
    """A cell as people read it."""
    match value:
        case None | "":
            return "nothing"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case Enum():
            return str(value.value)
        case dict():
            return "\n".join(f"{key}: {_readable(one)}" for key, one in value.items()) or "nothing"
        case _:
            return str(value)
