"""Writing down what was done."""

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from program.audit.models import AuditEvent, Tag
from program.extensions import db

origin: ContextVar[str] = ContextVar("origin", default="")
"""The network address that the present request came from; empty in workers and commands."""


def record(
    tag: Tag,
    *,
    actor_id: int | None,
    subject: tuple[str, int],
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one event to the present transaction. No confidential text in `before` and `after`."""
    kind, subject_id = subject
    event = AuditEvent(at=now, tag=tag, actor_id=actor_id, subject_kind=kind, subject_id=subject_id)
    event.address, event.before, event.after = origin.get(), before or {}, after or {}
    db.session.add(event)
