"""Taking a part of the record away."""

import json
from collections.abc import Iterable
from datetime import datetime

from program.access import Actor, People, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.history.queries import Entry, Search
from program.history.words import words_for

HEAD = ("when (UTC)", "who", "what", "kind", "object", "person", "network address", "before", "after")


class Record:
    """The record of what was done. It is about everybody, and nobody's own."""

    def people(self, _now: datetime) -> People:
        """No one stands nearer to it than others."""
        return People()


def export_events(search: Search, *, actor: Actor, now: datetime) -> None:
    """Note that these events are taken away. Names and addresses that were searched for are not kept."""
    require(actor, Permission.AUDIT_READ, Record(), now=now)
    after = {
        "person": bool(search.person),
        "address": bool(search.address),
        "tag": search.tag,
        "since": search.since.isoformat() if search.since else None,
        "until": search.until.isoformat() if search.until else None,
    }
    record(Tag.AUDIT_EXPORT, actor_id=actor.id, subject=("account", actor.id), now=now, after=after)


def sheet_rows(entries: Iterable[Entry]) -> Iterable[tuple[object, ...]]:
    """The events as lines of a table."""
    for entry in entries:
        event = entry.event
        yield (
            event.at.isoformat(),
            entry.who,
            words_for(event.tag),
            event.tag.value,
            f"{event.subject_kind} {event.subject_id}",
            entry.person or "",
            event.address,
            json.dumps(event.before),
            json.dumps(event.after),
        )
