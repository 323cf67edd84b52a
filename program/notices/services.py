"""Putting messages into the outbox. They are sent by whoever polls it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import current_app

from program.config import Settings
from program.doorbell import Bell, ring_after_commit
from program.extensions import insert_missing
from program.notices.models import Notice, NoticeKind, NoticeState, SecurityChange


@dataclass(frozen=True, slots=True)
class Message:
    """What makes a message one message: posting an equal one again changes nothing."""

    kind: NoticeKind
    account_id: int
    subject_kind: str
    subject_id: int
    due_at: datetime | None = None
    rung: str = ""
    owner_id: int | None = None
    rung_at: datetime | None = None

    @property
    def dedupe_key(self) -> str:
        """Kind, person, subject, deadline and rung; and who owes it, if that is another."""
        due = int(self.due_at.timestamp()) if self.due_at else 0
        key = f"{self.kind}:{self.account_id}:{self.subject_kind}:{self.subject_id}:{due}:{self.rung}"
        return key if self.owner_id is None else f"{key}:{self.owner_id}"

    @property
    def message_id(self) -> str:
        """The same for the same message, whoever sends it and however often; under the sender's domain."""
        settings: Settings = current_app.extensions["settings"]
        _local, _at, domain = settings.mail_from.partition("@")
        return f"<{sha256(self.dedupe_key.encode()).hexdigest()[:40]}@{domain}>"


def post(messages: Iterable[Message], *, now: datetime) -> int:
    """Put the messages that are not there yet into the outbox; how many those were."""
    rows = [row_of(message, now) for message in messages]
    posted = insert_missing(Notice, rows)
    if posted:
        ring_after_commit(Bell.DELIVER)
    return posted


def tell_of_change(account_id: int, change: SecurityChange, *, now: datetime) -> None:
    """Tell the person that how they sign in has changed, so that they can say it was not them."""
    post([Message(NoticeKind.SECURITY, account_id, "account", account_id, now, change)], now=now)


def row_of(message: Message, now: datetime) -> dict[str, Any]:
    """The message as it waits in the outbox."""
    return {
        "kind": message.kind,
        "account_id": message.account_id,
        "subject_kind": message.subject_kind,
        "subject_id": message.subject_id,
        "due_at": message.due_at,
        "rung": message.rung,
        "rung_at": message.rung_at,
        "owner_id": message.owner_id,
        "dedupe_key": message.dedupe_key,
        "message_id": message.message_id,
        "state": NoticeState.PENDING,
        "created_at": now,
        "not_before": now,
        "attempts": 0,
        "doubts": 0,
        "last_error": "",
    }
