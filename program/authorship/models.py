"""What differs from the ramp of the phase for one fellow."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.cohorts.models import AuthorshipMode
from program.columns import Base, UtcDateTime, enum_column
from program.fellows.models import Fellowship


class AuthorshipOverride(Base):
    """From this day on a fellow's reports are written so, whatever their phase says, and why."""

    __tablename__ = "authorship_override"
    __table_args__ = (UniqueConstraint("fellowship_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    starts_on: Mapped[date]
    mode: Mapped[AuthorshipMode] = mapped_column(enum_column(AuthorshipMode))
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    fellowship: Mapped[Fellowship] = relationship()
    by: Mapped[Account | None] = relationship()
