"""One press in a mail, or its reader's mail program by itself, ends mails like it (RFC 8058)."""

from datetime import datetime
from typing import NamedTuple, cast

from flask import current_app

from program.accounts.models import Account
from program.audit.models import Tag
from program.audit.services import record
from program.config import Settings
from program.errors import InvalidLinkError
from program.extensions import db
from program.preferences.signing import Stop, read_stop, sign_stop
from program.preferences.topics import Topic

GONE = "This link does not end any mails of ours. Sign in, and choose under your account which mails you get."


class Stopping(NamedTuple):
    """Which mails end by the link, and whose."""

    account: Account
    topic: Topic

    @property
    def is_done(self) -> bool:
        """Whether they have ended."""
        return self.topic in self.account.muted


def stop_url(account_id: int, topic: Topic) -> str:
    """The address that is mailed: whoever opens it sees a button, and whoever posts to it ends mails like that."""
    settings = _settings()
    token = sign_stop(Stop(account_id, topic), keys=settings.signing_keys)
    return f"{str(settings.public_url).rstrip('/')}/mail/stop/{token}"


def open_stop(token: str) -> Stopping:
    """What the link ends. Raises InvalidLinkError."""
    stop = read_stop(token, keys=_settings().signing_keys)
    account = db.session.get(Account, stop.account_id) if stop else None
    if stop is None or account is None or account.is_erased:
        raise InvalidLinkError(GONE)
    return Stopping(account, stop.topic)


def stop_mails(stopping: Stopping, *, now: datetime) -> None:
    """End these mails. Safe to do twice."""
    account, before = stopping.account, stopping.account.muted
    if stopping.is_done:
        return
    account.muted = sorted({*before, stopping.topic.value})
    record(
        Tag.ACCOUNT_UPDATE,
        actor_id=account.id,
        subject=("account", account.id),
        now=now,
        before={"muted": before},
        after={"muted": account.muted, "by": "mail"},
    )


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])
