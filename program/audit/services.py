"""Writing down what was done; blanking it for the erased, and deleting what is old."""

import logging
from contextvars import ContextVar
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update

from program.audit.chain import anchor_of
from program.audit.models import AuditEvent, Tag
from program.audit.queries import count_up_to, find_last_before, seal_at
from program.audit.seals import find_ends, hold_ends, move_ends, seal_at_commit
from program.extensions import db

logger = logging.getLogger(__name__)
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
    seal_at_commit(event)


def log_end() -> None:
    """Where the record ends goes to the logs, which others keep: see `verify_chain`."""
    head = find_ends(db.session())
    if head is not None:
        logger.info(
            "the record of what was done ends here", extra={"anchor": anchor_of(head.count, head.seal)}
        )


def redact_events(account_id: int) -> int:
    """Blank what events by or about a person say beside the fact itself; how many there are.

    The chain allows it once ACCOUNT_ERASE with the person as its subject has been recorded after them.
    """
    about = (AuditEvent.subject_kind == "account") & (AuditEvent.subject_id == account_id)
    blank = update(AuditEvent).where(about | (AuditEvent.actor_id == account_id))
    blank = blank.values(address="", before={}, after={}, redacted_for=account_id)
    return cast("CursorResult[None]", db.session.execute(blank)).rowcount


def count_prunable(*, before: datetime) -> int:
    """How many events `prune_audit` would delete."""
    last = find_last_before(before)
    return count_up_to(last) if last is not None else 0


def prune_audit(*, before: datetime, now: datetime) -> int:
    """Delete the events from before this time, from the beginning of the record on; how many there were.

    The record then begins later, at an end that is sealed as the other one is.
    """
    head = hold_ends(db.session())
    last = find_last_before(before)
    if last is None:
        return 0
    pruned = count_up_to(last)
    if last > head.since:
        move_ends(db.session(), head, since=last, since_seal=seal_at(last))
    db.session.execute(delete(AuditEvent).where(AuditEvent.sequence <= last))
    after = {"events": pruned, "before": before.isoformat()}
    record(Tag.AUDIT_PRUNE, actor_id=None, subject=("audit", last), now=now, after=after)
    return pruned
