"""Keeping the channels that staff are alerted in."""

from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import delete, update

from program.access import PROGRAMME, Actor, Permission, require
from program.alerts.addresses import read_address
from program.alerts.models import Alert, AlertChannel, AlertKind, AlertState
from program.alerts.queries import list_channels
from program.alerts.raising import raise_in
from program.audit.models import Tag
from program.audit.services import record
from program.config import Settings
from program.errors import ConflictError
from program.extensions import db
from program.factors.sealing import seal, seal_anew, unseal

PURPOSE = "alert channel"
MOST_CHANNELS = 10


def add_channel(*, name: str, address: str, actor: Actor, now: datetime) -> AlertChannel:
    """A new channel, switched on. Raises ForbiddenError, ValueError for a bad address, ConflictError for too many."""
    require(actor, Permission.ALERT_CHANGE, PROGRAMME, now=now)
    host = read_address(address).host
    if len(list_channels()) >= MOST_CHANNELS:
        raise ConflictError(f"There are {MOST_CHANNELS} channels already. Remove one that is not needed.")
    channel = AlertChannel(name=name, host=host, created_at=now)
    channel.address = seal(address, keys=_keys(), purpose=PURPOSE)
    db.session.add(channel)
    db.session.flush()
    _write_down(Tag.ALERT_CHANNEL_ADD, channel, actor, now=now)
    return channel


def switch_channel(channel: AlertChannel, *, on: bool, actor: Actor, now: datetime) -> None:
    """Tell it, or tell it nothing any more: what waits for it is dropped then. Raises ForbiddenError."""
    require(actor, Permission.ALERT_CHANGE, PROGRAMME, now=now)
    channel.is_on = on
    if not on:
        waiting = update(Alert).where(Alert.channel_id == channel.id, Alert.state == AlertState.PENDING)
        db.session.execute(waiting.values(state=AlertState.CANCELLED))
    db.session.flush()
    _write_down(Tag.ALERT_CHANNEL_SWITCH, channel, actor, now=now)


def try_channel(channel: AlertChannel, *, actor: Actor, now: datetime) -> None:
    """Have a worker say something there. Raises ForbiddenError, and ConflictError if it is switched off."""
    require(actor, Permission.ALERT_CHANGE, PROGRAMME, now=now)
    if not channel.is_on:
        raise ConflictError("This channel is switched off. Switch it on, then try it.")
    raise_in([channel.id], AlertKind.TEST, now.isoformat(), since=now, until=now, now=now)
    _write_down(Tag.ALERT_CHANNEL_TRY, channel, actor, now=now)


def remove_channel(channel: AlertChannel, *, actor: Actor, now: datetime) -> None:
    """Forget it, with its address and what was said there. Raises ForbiddenError."""
    require(actor, Permission.ALERT_CHANGE, PROGRAMME, now=now)
    _write_down(Tag.ALERT_CHANNEL_REMOVE, channel, actor, now=now)
    db.session.execute(delete(Alert).where(Alert.channel_id == channel.id))
    db.session.delete(channel)
    db.session.flush()


def open_address(channel: AlertChannel) -> str:
    """The address, for the worker that posts there; sealed anew by the present key. Raises InvalidToken."""
    keys = _keys()
    address = unseal(channel.address, keys=keys, purpose=PURPOSE)
    if len(keys) > 1:
        channel.address = seal_anew(channel.address, keys=keys, purpose=PURPOSE)
    return address


def _write_down(tag: Tag, channel: AlertChannel, actor: Actor, *, now: datetime) -> None:
    after = {"host": channel.host, "on": channel.is_on}
    record(tag, actor_id=actor.id, subject=("alert_channel", channel.id), now=now, after=after)


def _keys() -> list[str]:
    return cast("Settings", current_app.extensions["settings"]).signing_keys
