"""What all workers on all machines know together of the relay and of the domains that mail goes to."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from program.columns import Base, UtcDateTime


class RelayState(Base):
    """The one row about the relay, there once it was down. `opened_at` is since when nobody sends.

    `failures` counts how often in a row it did not answer; `wait_seconds` is how long the last wait for `probe_at`
    was, the moment from which one worker may try it.
    """

    __tablename__ = "relay_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    failures: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    probe_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wait_seconds: Mapped[int] = mapped_column(default=0)


class DomainPace(Base):
    """How much a domain gets: `used` of this `minute`, and `queued` up to the minute `later` for what is put back.

    Until `slow_until` it gets nothing: it said that mail comes too fast, and `slow_seconds` was the last wait.
    """

    __tablename__ = "domain_pace"

    domain: Mapped[str] = mapped_column(String(254), primary_key=True)
    minute: Mapped[datetime] = mapped_column(UtcDateTime)
    used: Mapped[int] = mapped_column(default=0)
    later: Mapped[datetime] = mapped_column(UtcDateTime)
    queued: Mapped[int] = mapped_column(default=0)
    slow_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slow_seconds: Mapped[int] = mapped_column(default=0)
