"""What differs from the calendar for one fellowship: another deadline, or none."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.cohorts.models import ReportPeriod
from program.columns import Base, UtcDateTime
from program.fellows.models import Fellowship


class Deadline(Base):
    """When one fellowship's report for one period is due, where that is not when its period says.

    `due_at` is None once the fellow is excused: then no report is owed. Staff and the fellow read the reason.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("fellowship_id", "period_id"),
        CheckConstraint("excused = (due_at IS NULL)", name="due"),
        Index(None, "period_id"),
        Index(None, "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("report_period.id"))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    excused: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    fellowship: Mapped[Fellowship] = relationship()
    period: Mapped[ReportPeriod] = relationship()
    by: Mapped[Account | None] = relationship()
