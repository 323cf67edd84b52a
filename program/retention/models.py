"""What was deleted because it was old."""

from datetime import date, datetime

from sqlalchemy import Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from program.columns import Base, UtcDateTime


class RetentionRun(Base):
    """What one rule deleted in one night, a day in UTC. Its row is made first, so that nobody else runs it.

    `fault` is the kind of fault that kept it from deleting anything; the next night tries again.
    """

    __tablename__ = "retention_run"
    __table_args__ = (UniqueConstraint("night", "rule"), Index(None, "at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    night: Mapped[date] = mapped_column(Date)
    rule: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    rows: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(String(60), default="")
