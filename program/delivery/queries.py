"""Asking how the relay is."""

from datetime import datetime

from sqlalchemy import select

from program.delivery.models import RelayState
from program.extensions import db


def find_relay_down() -> datetime | None:
    """Since when nobody sends, because the relay does not answer; None while it does."""
    return db.session.scalar(select(RelayState.opened_at))
