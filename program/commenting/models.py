"""What fellow and research manager say to each other beside a section."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.columns import Base, UtcDateTime
from program.reports.models import Report


class Comment(Base):
    """One comment beside a section of a report. Mentors and staff never see it."""

    __tablename__ = "report_comment"
    __table_args__ = (Index(None, "report_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    section_key: Mapped[str] = mapped_column(String(40))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    report: Mapped[Report] = relationship()
    author: Mapped[Account] = relationship()
