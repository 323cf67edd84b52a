"""Reading where staff are alerted, and what an alert tells of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from program.alerts.models import AlertChannel
from program.audit.models import PRIVATE_SUBJECTS
from program.errors import NotFoundError
from program.extensions import db
from program.notices.models import Notice, NoticeState


def list_channels() -> Sequence[AlertChannel]:
    """Every channel, in the order in which they were made."""
    return db.session.scalars(select(AlertChannel).order_by(AlertChannel.id)).all()


def channels_on() -> Sequence[int]:
    """The channels that are told."""
    return db.session.scalars(select(AlertChannel.id).where(AlertChannel.is_on)).all()


def get_channel(channel_id: int) -> AlertChannel:
    """One channel. Raises NotFoundError."""
    channel = db.session.get(AlertChannel, channel_id)
    if channel is None:
        raise NotFoundError("This channel is not there any more.")
    return channel


def count_failed(since: datetime, until: datetime) -> int:
    """How many messages failed for good in this time, without those that only the ones around them may know of."""
    return _count(
        (Notice.failed_at >= since) & (Notice.failed_at < until) & (Notice.state == NoticeState.FAILED)
    )


def count_ambiguous() -> int:
    """How many messages may have arrived, likewise."""
    return _count(Notice.state == NoticeState.AMBIGUOUS)


def _count(which: ColumnElement[bool]) -> int:
    listed = Notice.subject_kind.not_in(PRIVATE_SUBJECTS)
    return db.session.scalar(select(func.count()).select_from(Notice).where(which, listed)) or 0
