"""A mentor's answer to one submitted revision."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.columns import Base, UtcDateTime, enum_column
from program.reports.models import Report, Revision


class Verdict(StrEnum):
    """What the review decides."""

    ACCEPT = "accept"
    RETURN = "return"


class Review(Base):
    """One mentor's answer to one submitted revision."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("revision_id", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict))
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    report: Mapped[Report] = relationship()
    revision: Mapped[Revision] = relationship()
    author: Mapped[Account] = relationship()
