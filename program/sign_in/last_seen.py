"""When each browser was used last."""

from datetime import timedelta

from flask import g
from werkzeug.wrappers import Response

from program.extensions import writing_afterwards
from program.sign_in.queries import SignedIn
from program.sign_in.services import note_seen

SEEN_EACH = timedelta(minutes=5)
"""How exactly it is known."""


def note_browser(response: Response) -> Response:
    """When this browser was used, in a transaction of its own after the request's."""
    used: SignedIn | None = g.get("browser")
    if used is not None and used.last_seen_at and g.now - used.last_seen_at >= SEEN_EACH:
        with writing_afterwards("when a browser was used could not be written down"):
            note_seen(used, now=g.now)
    return response
