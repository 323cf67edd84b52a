"""What somebody who is signed in was refused is written down, in a transaction of its own after the refused one."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, g, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from program.audit.models import AuditEvent, Tag
from program.audit.services import record
from program.extensions import db, writing_afterwards

MOST, SPAN = 60, timedelta(minutes=10)
"""So many refusals of one account in so long a time are kept: more tell nothing new, and would fill the record."""


def note_refusal(response: Response) -> Response:
    """Who was refused what. Strangers are not noted, one by one they would fill the record."""
    if not g.pop("refused", False) or g.account is None:
        return response
    with writing_afterwards("a refusal could not be written down"):
        _note(response.status_code)
    return response


def _note(status: int) -> None:
    viewer = g.account.acting
    if _count_refusals(viewer.id, since=g.now - SPAN) >= MOST:
        return
    ids = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    after: dict[str, Any] = {"method": request.method, "route": request.endpoint, "status": status, **ids}
    if viewer is not g.account:
        after["looking_as"] = g.account.id
    record(Tag.ACCESS_REFUSE, actor_id=viewer.id, subject=("account", viewer.id), now=g.now, after=after)


def _count_refusals(account_id: int, *, since: datetime) -> int:
    refusals = select(AuditEvent.id).where(
        AuditEvent.actor_id == account_id, AuditEvent.tag == Tag.ACCESS_REFUSE, AuditEvent.at > since
    )
    return db.session.scalar(select(func.count()).select_from(refusals.limit(MOST).subquery())) or 0


def init_refusals(app: Flask) -> None:
    """After everything else that ends a request: what is registered first runs last."""
    app.after_request(note_refusal)
