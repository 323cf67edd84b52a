"""Going over the chain from its beginning: is every event there, in its place, and as it was written."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from program.audit.chain import Ends, anchor_of, digest_details, has_begun, is_blank, is_intact, seal_of
from program.audit.models import AuditEvent, Tag
from program.audit.queries import seal_at
from program.audit.seals import audit_key, find_ends, hold_ends
from program.extensions import db

AT_ONCE = 2_000
"""How many events are held in memory."""


class BrokenChainError(Exception):
    """The record is not as it was written; the text names the first event that shows it, and how."""


@dataclass
class Walk:
    """How far the chain has been followed, and what was met on the way."""

    key: str
    erasures: dict[int, int]
    """Where in the chain each erased person was erased."""
    sequence: int
    seal: str
    sound: int = 0
    redacted: int = 0
    older: int = 0

    @property
    def anchor(self) -> str:
        """Where the record ends, to be kept elsewhere."""
        return anchor_of(self.sequence, self.seal)

    def follow(self, events: Iterable[Any]) -> None:
        """Go on along these events. Raises BrokenChainError."""
        for event in events:
            self._step(event)

    def _step(self, event: Any) -> None:
        number = event.sequence
        if number != self.sequence + 1:
            raise BrokenChainError(f"Event {self.sequence + 1} was removed.")
        if seal_of(event, key=self.key) != event.seal or not self._details_hold(event):
            raise BrokenChainError(f"Event {number} was edited or put in.")
        if event.previous != self.seal:
            raise BrokenChainError(f"Event {number} was moved, or what stood before it was removed.")
        self.sequence, self.seal, self.sound = number, event.seal, self.sound + 1

    def _details_hold(self, event: Any) -> bool:
        """Whether the details are as they were written, or gone because the person they were about was erased."""
        if event.redacted_for is None:
            return bool(digest_details(event, key=self.key) == event.details)
        self.redacted += 1
        about: set[int | None] = {
            event.actor_id,
            event.subject_id if event.subject_kind == "account" else None,
        }
        erased_later = self.erasures.get(event.redacted_for, 0) > event.sequence
        return bool(erased_later and is_blank(event) and event.redacted_for in about)


def verify_chain(*, anchor: str = "") -> Walk:
    """Go over the whole record, in constant memory. Raises BrokenChainError.

    Whoever writes meanwhile waits only while the last few events are looked at. Only an `anchor`, the place of an
    earlier run that was kept elsewhere, shows that tail and ends were both put back to what they were before.
    """
    head = find_ends(db.session())
    if head is None:
        raise BrokenChainError("The row that says where the chain ends was removed.")
    _check_ends(head)
    walk = Walk(audit_key(), _erasures(), head.since, head.since_seal)
    walk.older = _count(AuditEvent.sequence <= head.since)
    if head.since_seal and walk.older:
        raise BrokenChainError(f"An event was put in before event {head.since + 1}, where the record begins.")
    _walk_on(walk, until=head.count)
    last = hold_ends(db.session())
    _check_ends(last)
    _walk_on(walk, until=last.count)
    _check_tail(walk, last)
    _check_anchor(anchor, last)
    return walk


def _check_ends(head: Ends) -> None:
    if not is_intact(head, key=audit_key()):
        raise BrokenChainError("The row that says where the chain begins and ends was edited.")
    if not has_begun(head) and _count(AuditEvent.seal != ""):
        raise BrokenChainError("The row that says where the chain begins and ends was emptied.")


def _check_tail(walk: Walk, head: Ends) -> None:
    if walk.sequence < head.count:
        raise BrokenChainError(f"The tail was cut: event {walk.sequence + 1} and all after it were removed.")
    if walk.seal != head.seal and has_begun(head):
        raise BrokenChainError(f"Event {walk.sequence} is not the one that was written last.")
    if _count((AuditEvent.sequence > head.count) | AuditEvent.sequence.is_(None)):
        raise BrokenChainError(f"An event was put in after event {head.count}, the last that was written.")


def _check_anchor(anchor: str, head: Ends) -> None:
    """Raises BrokenChainError unless the record has gone through the anchor, or begins after it."""
    number = int(anchor.partition(":")[0] or 0)
    if number > head.count:
        raise BrokenChainError(
            f"The tail was cut: event {number}, which was there before, and all after it are gone."
        )
    if number > head.since and anchor != anchor_of(number, seal_at(number)):
        raise BrokenChainError(f"Event {number} is not the one that was there before.")


def _walk_on(walk: Walk, *, until: int) -> None:
    columns = [column for column in AuditEvent.__table__.columns if column.name != "id"]
    query: Select[Any] = select(*columns).order_by(AuditEvent.sequence)
    query = query.where(AuditEvent.sequence > walk.sequence, AuditEvent.sequence <= until)
    with closing(db.session.execute(query.execution_options(yield_per=AT_ONCE))) as events:
        walk.follow(events)


def _erasures() -> dict[int, int]:
    query = select(AuditEvent.subject_id, func.max(AuditEvent.sequence))
    query = query.where(AuditEvent.tag == Tag.ACCOUNT_ERASE, AuditEvent.subject_kind == "account")
    return {
        person: place for person, place in db.session.execute(query.group_by(AuditEvent.subject_id)) if place
    }


def _count(condition: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEvent).where(condition)) or 0
