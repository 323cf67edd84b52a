"""What is held about a person as a file: a zip with JSON for machines and one page for people."""

import json
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import render_template

from program.personal.queries import Held

PAGE = "what-is-held-about-you.html"
DATA = "data.json"


def write_archive(held: Sequence[Held], *, name: str, now: datetime) -> bytes:
    """The zip. Times are in UTC."""
    tables = {one.key: [dict(zip(one.columns, row, strict=True)) for row in one.rows] for one in held}
    data = json.dumps({"made_at": now.isoformat(), **tables}, default=_plain, ensure_ascii=False, indent=1)
    page = render_template("personal/archive.html", held=held, name=name, made_at=now, shown=_readable)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(DATA, data)
        archive.writestr(PAGE, page)
    return packed.getvalue()


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
