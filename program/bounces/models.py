"""Addresses that take no mail, and the returned mails by which we know."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.audit.models import PRIVATE_SUBJECTS
from program.columns import Base, UtcDateTime, enum_column
from program.notices.models import Notice


class Why(StrEnum):
    """How an address came to be one that nothing is sent to."""

    BOUNCED = "bounced"
    REFUSED = "refused"
    COMPLAINED = "complained"


class SuppressedAddress(Base):
    """An address that no mail goes to until staff say otherwise, or the person has another one.

    `status` is the enhanced code (RFC 3463) that was given, `notice` the message that showed it.
    """

    __tablename__ = "suppressed_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    why: Mapped[Why] = mapped_column(enum_column(Why))
    status: Mapped[str] = mapped_column(String(16), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id", ondelete="SET NULL"), index=True)
    account: Mapped[Account] = relationship()
    notice: Mapped[Notice | None] = relationship(passive_deletes=True)

    @property
    def shown_by(self) -> str:
        """What that message said, in words; nothing of what only those around it may know of."""
        if self.notice is None or self.notice.subject_kind in PRIVATE_SUBJECTS:
            return ""
        return self.notice.what


class TakenReturn(Base):
    """The signature of a returned mail that was posted: it counts once. Gone when it is too old anyway."""

    __tablename__ = "taken_return"

    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
