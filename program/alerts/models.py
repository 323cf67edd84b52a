"""Where staff are alerted beside mail, and what is to be said there: a row for each alert and each place."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.columns import Base, UtcDateTime, enum_column


class AlertKind(StrEnum):
    """What an alert is about."""

    TEST = "test"
    MAIL_FAILED = "mail_failed"
    SENDING_STUCK = "sending_stuck"
    SILENCE = "silence"
    REVIEWS_OVERDUE = "reviews_overdue"
    ADDRESS_SUPPRESSED = "address_suppressed"


class AlertState(StrEnum):
    """Where an alert is. `cancelled`: nothing was left to tell, or nobody wants it there any more."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AlertChannel(Base):
    """An incoming webhook. Who holds its `address` can write there, so it is sealed and shown to nobody again.

    `last_error` is why the last try was not taken, in words without the address; empty if it was.
    """

    __tablename__ = "alert_channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    host: Mapped[str] = mapped_column(String(253))
    address: Mapped[str] = mapped_column(String(1_000))
    is_on: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(200), default="")


class Alert(Base):
    """One alert for one channel. `since` and `until` are the time that it tells of, `count` how many if that is fixed.

    A worker holds it by a lease; one that died in between may have said it, so that it can be said twice.
    """

    __tablename__ = "alert"
    __table_args__ = (Index(None, "state", "not_before"), Index(None, "channel_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("alert_channel.id"))
    kind: Mapped[AlertKind] = mapped_column(enum_column(AlertKind))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int] = mapped_column(default=0)
    state: Mapped[AlertState] = mapped_column(enum_column(AlertState), default=AlertState.PENDING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    channel: Mapped[AlertChannel] = relationship()
