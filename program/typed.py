"""What was typed into a form that could not be taken, to be given back."""

import re
from typing import NamedTuple

from flask import request
from werkzeug.exceptions import HTTPException

UNTYPED = frozenset({"csrf_token", "credential", "code", "state", "password", "new_password"})
"""Fields that people do not write, or that nobody is to read over their shoulder: they are not offered again."""
MARK = "mark-"
_UNSEEN = re.compile(rf"version|revision|template|files|seen|once|key|reader|moment|owners|s\d+-key|{MARK}.+")
"""What a form tells itself by: it is sent again with the text, and shown to nobody."""


class Kept(NamedTuple):
    """Fields with what was in them: what somebody wrote, and what goes with it when it is sent again."""

    written: list[tuple[str, str]]
    chosen: list[tuple[str, str]]


NOTHING = Kept([], [])


def typed_text() -> Kept:
    """All that was in the form; nothing if its body cannot be read. What came several times was chosen from a list."""
    try:
        fields = request.form
    except HTTPException:  # too large or cut short, and being refused already
        return NOTHING
    kept = Kept([], [])
    for name, values in fields.lists():
        filled = [(name, value) for value in values if value.strip() and name not in UNTYPED]
        seen = len(filled) == 1 and not _UNSEEN.fullmatch(name)
        (kept.written if seen else kept.chosen).extend(filled)
    return kept
