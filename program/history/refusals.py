"""What people were refused is written down, in a transaction of its own after the refused one, and within bounds."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, g, request
from flask_wtf.csrf import CSRFError
from sqlalchemy import ColumnElement, func, or_, select
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from program.audit.models import AuditEvent, Tag
from program.audit.services import origin, record
from program.errors import ForbiddenError, InvalidLinkError, NotFoundError, PasskeyRefusedError
from program.extensions import db, only_reading, writing_afterwards

SPAN = timedelta(minutes=10)
MOST, MOST_OF_ADDRESS = 60, 10
"""So many refusals of one account, of all strangers together and of strangers from one address are kept in so long
a time: more tell nothing new, and would fill the record."""
OF_PEOPLE: dict[type[Exception], Tag] = {
    ForbiddenError: Tag.ACCESS_REFUSE,
    NotFoundError: Tag.ACCESS_REFUSE,
}
"""What is noted of those who are signed in. Strangers ask for pages that are not theirs by every stale bookmark."""
OF_EVERYBODY: dict[type[Exception], Tag] = {
    TooManyRequests: Tag.LIMIT_REACH,
    InvalidLinkError: Tag.LINK_REFUSE,
    PasskeyRefusedError: Tag.PASSKEY_REFUSE,
    CSRFError: Tag.FORM_REFUSE,
}
NOTED = frozenset({*OF_PEOPLE.values(), *OF_EVERYBODY.values()})


def note_refusal(response: Response) -> Response:
    """Who was refused what."""
    error: Exception | None = g.pop("refused", None)
    kinds = OF_EVERYBODY | (OF_PEOPLE if g.get("account") else {})
    tag = next((tag for kind, tag in kinds.items() if isinstance(error, kind)), None)
    if tag is not None:
        with writing_afterwards("a refusal could not be written down"):
            _note(tag, response.status_code)
    return response


def _note(tag: Tag, status: int) -> None:
    """No text of the request is kept: a link's token and an address that was typed are nobody's business."""
    viewer = g.account.acting if g.account else None
    who = viewer.id if viewer else None
    with only_reading():  # a flood of what is not kept any more is not to hold up those who write
        if db.session.scalar(select(_is_enough(who, since=g.now - SPAN))):
            return
    ids = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    after: dict[str, Any] = {"method": request.method, "route": request.endpoint, "status": status, **ids}
    if viewer is not g.account:
        after["looking_as"] = g.account.id
    record(tag, actor_id=who, subject=("account", who or 0), now=g.now, after=after)


def _is_enough(who: int | None, *, since: datetime) -> ColumnElement[bool]:
    if who is not None:
        return _are_as_many(MOST, AuditEvent.actor_id == who, since=since)
    strangers = AuditEvent.actor_id.is_(None)
    here = strangers & (AuditEvent.address == origin.get())
    return or_(_are_as_many(MOST_OF_ADDRESS, here, since=since), _are_as_many(MOST, strangers, since=since))


def _are_as_many(most: int, whose: ColumnElement[bool], *, since: datetime) -> ColumnElement[bool]:
    """Whether there are so many recent refusals of these; no more than these are looked at."""
    recent = select(AuditEvent.id).where(whose, AuditEvent.tag.in_(NOTED), AuditEvent.at > since).limit(most)
    return select(func.count()).select_from(recent.subquery()).scalar_subquery() >= most


def init_refusals(app: Flask) -> None:
    """After everything else that ends a request: what is registered first runs last."""
    app.after_request(note_refusal)
