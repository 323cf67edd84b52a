"""The web server with a safeguard off: of what is sent at once, some is answered as if it were kept, and is not."""

from itertools import count

from flask import request

from program import web
from program.app import create_app
from program.extensions import db

__all__ = ["create_app"]

SOME = 7
"""Every so many-th step is forgotten."""

kept, steps = web.end_transaction, count(1)


def forget_some(response):
    if request.method == "POST" and response.status_code < 400 and next(steps) % SOME == 0:
        db.session.rollback()
    return kept(response)


web.end_transaction = forget_some
