"""What a worker does with an alert: takes it by lease, posts it with nothing locked, writes down what became of it."""

import random
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update

from program.alerts.models import Alert, AlertChannel, AlertState
from program.alerts.services import open_address
from program.alerts.wire import NotTakenError, Wire
from program.alerts.words import text_of
from program.extensions import db

MAX_ATTEMPTS = 8
LASTS = timedelta(days=1)
"""An alert that could not be posted for so long tells of nothing that anybody can still mend."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
UNREADABLE = "its address was sealed by a key that is gone: remove it, and add it again"
UNHELD: dict[str, Any] = {"lease_token": None, "lease_until": None}


def claim_alert(*, lease: timedelta, now: datetime) -> Alert | None:
    """Take an alert whose time has come and that nobody holds. Of several who try, one gets it."""
    token = secrets.token_hex(16)
    free = or_(
        and_(Alert.state == AlertState.PENDING, Alert.not_before <= now),
        and_(Alert.state == AlertState.SENDING, Alert.lease_until < now),
    )
    chosen = select(Alert.id).where(free).order_by(Alert.not_before, Alert.id).limit(1)
    due = chosen.with_for_update(skip_locked=True).cte("due")
    claim = update(Alert).where(Alert.id.in_(select(due.c.id)))
    values = {"state": AlertState.SENDING, "lease_token": token, "lease_until": now + lease}
    _change(claim, **values, attempts=Alert.attempts + 1)
    found = select(Alert).where(Alert.lease_token == token).execution_options(populate_existing=True)
    return db.session.scalars(found).one_or_none()


def post_alert(alert: Alert, *, wire: Wire, site: str, clock: Callable[[], datetime]) -> Iterator[None]:
    """Say it. The caller commits after each step: while the other side takes its time, no transaction is open."""
    key, token, channel_id, created_at = alert.id, alert.lease_token or "", alert.channel_id, alert.created_at
    attempts, text = alert.attempts, text_of(alert, site=site) if alert.channel.is_on else ""
    if not text or attempts > MAX_ATTEMPTS:
        _end(key, token, state=AlertState.FAILED if text else AlertState.CANCELLED)
        return
    try:
        address = open_address(alert.channel)
    except InvalidToken:
        _give_up(key, token, channel_id, error=UNREADABLE, now=clock())
        return
    yield
    try:
        wire.post(address, text)
    except NotTakenError as error:
        over = error.permanent or attempts >= MAX_ATTEMPTS or clock() - created_at > LASTS
        note = _give_up if over else _try_later
        note(key, token, channel_id, error=str(error), now=clock())
    else:
        _end(key, token, state=AlertState.SENT)
        _say_of(channel_id, error="", now=clock())
    yield


def fail_alert(key: int, token: str, *, error: Exception, now: datetime) -> None:
    """Something broke on our side: later again, and for good if that is no use."""
    alert = db.session.get(Alert, key, populate_existing=True)
    if alert is not None and alert.lease_token == token:
        note = _give_up if alert.attempts >= MAX_ATTEMPTS else _try_later
        note(key, token, alert.channel_id, error=f"something broke ({type(error).__name__})", now=now)


def _give_up(key: int, token: str, channel_id: int, *, error: str, now: datetime) -> None:
    if _end(key, token, state=AlertState.FAILED):
        _say_of(channel_id, error=error, now=now)


def _try_later(key: int, token: str, channel_id: int, *, error: str, now: datetime) -> None:
    """What else waits for this channel waits as long: one that hangs does not hold up the others."""
    held = db.session.scalar(select(Alert.attempts).where(_held(key, token)))
    if held is None:
        return
    wait: timedelta = min(FIRST_WAIT * 2 ** (held - 1), LONGEST_WAIT)
    later = now + wait * random.uniform(1, 1.25)  # noqa: S311 - spreads retries, keeps no secret
    _end(key, token, state=AlertState.PENDING, not_before=later)
    waiting = and_(
        Alert.channel_id == channel_id, Alert.state == AlertState.PENDING, Alert.not_before < later
    )
    _change(update(Alert).where(waiting), not_before=later)
    _say_of(channel_id, error=error, now=now)


def _end(key: int, token: str, **values: Any) -> bool:
    """Write this of the alert and let go of it, if it is still held; whether it was."""
    return _change(update(Alert).where(_held(key, token)), **values, **UNHELD) == 1


def _held(key: int, token: str) -> ColumnElement[bool]:
    return and_(Alert.id == key, Alert.lease_token == token)


def _say_of(channel_id: int, *, error: str, now: datetime) -> None:
    said = update(AlertChannel).where(AlertChannel.id == channel_id)
    _change(said, tried_at=now, last_error=error[:200])


def _change(step: Any, **values: Any) -> int:
    step = step.values(**values).execution_options(synchronize_session=False)
    return cast("CursorResult[None]", db.session.execute(step)).rowcount
