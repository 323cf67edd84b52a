"""Sealing: just before a transaction commits, its new events become the next links of the chain."""

from dataclasses import replace
from typing import Any, cast

from flask import current_app
from sqlalchemy import event, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from program.audit.chain import Ends, digest_details, is_intact, mac_of, seal_of
from program.audit.models import AuditEvent, AuditHead
from program.config import Settings
from program.extensions import db

UNSEALED = "unsealed events"


def audit_key() -> str:
    """The key of the seals. It is never in the database."""
    return cast("Settings", current_app.extensions["settings"]).audit_key


def seal_at_commit(*events: AuditEvent) -> None:
    """Write the events with the present transaction, and seal them when it commits."""
    db.session.add_all(events)
    db.session.info.setdefault(UNSEALED, []).extend(events)


def find_ends(session: Session, *, lock: bool = False) -> Ends | None:
    """The two ends of the chain; if locked, only this transaction can add to it until it is over."""
    query = select(AuditHead.since, AuditHead.since_seal, AuditHead.count, AuditHead.seal, AuditHead.mac)
    # Not through the session, which would first write the very events that wait to be sealed.
    found = session.connection().execute(query.with_for_update() if lock else query).one_or_none()
    return None if found is None else Ends(*found)


def hold_ends(session: Session) -> Ends:
    """The two ends, locked. Raises NoResultFound if somebody removed the row that every installation has."""
    ends = find_ends(session, lock=True)
    if ends is None:
        raise NoResultFound("the row of audit_head is gone: nothing can be recorded until it is restored")
    return ends


def move_ends(session: Session, before: Ends, **values: Any) -> None:
    """Move the chain's ends and seal them. Ends that somebody else has moved get no good seal ever again."""
    moved, key = replace(before, **values), audit_key()
    mac = mac_of(moved, key=key) if is_intact(before, key=key) else before.mac or "-"
    session.connection().execute(update(AuditHead).values({**values, "mac": mac}))


@event.listens_for(db.session, "before_commit")
def _seal(session: Session) -> None:
    events = [
        event for event in session.info.pop(UNSEALED, ()) if event in session
    ]  # the others were rolled back
    if not events:
        return
    if session.dirty or session.deleted or set(session.new) - set(events):
        session.flush()  # whatever waits for somebody else's row waits before the head is held, not after
    head, key = hold_ends(session), audit_key()
    number, seal = head.count, head.seal
    for number, new in enumerate(events, start=head.count + 1):
        new.sequence, new.previous, new.details = number, seal, digest_details(new, key=key)
        new.seal = seal = seal_of(new, key=key)
    move_ends(session, head, count=number, seal=seal)
