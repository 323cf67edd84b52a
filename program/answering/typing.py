"""The answers that a request brings, whether or not their asks are still open."""

import re

from flask import request

from program.answering.forms import PREFIX
from program.forms import clean_text

ROW = re.compile(r"[0-9]{1,9}")


def typed_answers() -> dict[int, str]:
    """What was typed, by ask id."""
    found = {name.removeprefix(PREFIX): text for name, text in request.form.items() if PREFIX in name}
    cleaned = {int(key): clean_text(text) for key, text in found.items() if ROW.fullmatch(key)}
    return {ask: text for ask, text in cleaned.items() if text}
