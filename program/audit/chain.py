"""The chain of events: the seal of each is keyed and covers the seal before it. Nothing here reads or writes."""

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol

ANCHORED = 16
"""Hexadecimal digits of a seal in an anchor: nobody makes 2^64 seals, whose key they would need."""


class Sealed(Protocol):
    """An event as far as its seal covers it."""

    at: datetime
    tag: Any
    actor_id: int | None
    subject_kind: str
    subject_id: int
    address: str
    before: dict[str, Any]
    after: dict[str, Any]
    details: str
    previous: str


@dataclass(frozen=True, slots=True)
class Ends:
    """Where the chain begins and ends, and the seal of that."""

    since: int
    since_seal: str
    count: int
    seal: str
    mac: str


def digest_details(event: Sealed, *, key: str) -> str:
    """A keyed digest of what may have to be blanked one day: the address, before and after."""
    return _keyed(key, "details", event.address, _plain(event.before), _plain(event.after))


def seal_of(event: Sealed, *, key: str) -> str:
    """The seal of an event that has its digest and the seal before it."""
    at = event.at.astimezone(UTC).isoformat()
    who, what = event.actor_id, (event.subject_kind, event.subject_id)
    return _keyed(key, "event", event.previous, at, str(event.tag), who, *what, event.details)


def mac_of(ends: Ends, *, key: str) -> str:
    """The seal of the chain's two ends, so that neither can be moved."""
    return _keyed(key, "ends", ends.since, ends.since_seal, ends.count, ends.seal)


def has_begun(ends: Ends) -> bool:
    """Whether anything has been sealed yet."""
    return bool(ends.mac or ends.seal or ends.since_seal or ends.count != ends.since)


def is_intact(ends: Ends, *, key: str) -> bool:
    """Whether the ends are where the programme left them."""
    return not has_begun(ends) or hmac.compare_digest(ends.mac, mac_of(ends, key=key))


def anchor_of(sequence: int, seal: str) -> str:
    """A place in the chain as it can be kept elsewhere: the number of an event and the beginning of its seal."""
    return f"{sequence}:{seal[:ANCHORED]}"


def is_blank(event: Sealed) -> bool:
    """Whether nothing is left of the details."""
    return not (event.address or event.before or event.after)


def _plain(value: dict[str, Any]) -> Any:
    """The value as it comes back from the database."""
    return json.loads(json.dumps(value))


def _keyed(key: str, *parts: object) -> str:
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hmac.new(key.encode(), text.encode(), sha256).hexdigest()
