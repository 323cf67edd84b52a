"""The outbox: one row for each message to one person."""

from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.columns import Base, UtcDateTime, enum_column


class NoticeKind(StrEnum):
    """What a message says."""

    SIGN_IN_LINK = "sign_in_link"
    REMINDER = "reminder"
    REPORT_SUBMITTED = "report_submitted"
    REPORT_RETURNED = "report_returned"
    REPORT_ACCEPTED = "report_accepted"
    DRAFT_HANDED_OVER = "draft_handed_over"
    COMMENTED = "commented"
    REPORT_COMMENTED = "report_commented"
    ASKS_ANSWERED = "asks_answered"
    SECURITY = "security"
    INVITATION = "invitation"
    MENTOR_WITHDRAWN = "mentor_withdrawn"
    NEW_MENTOR = "new_mentor"
    HAND_OVER = "hand_over"
    CONCERN = "concern"
    DEADLINE_CHANGED = "deadline_changed"
    REPORT_ASKED = "report_asked"
    EXTENSION_DECLINED = "extension_declined"
    DIGEST = "digest"
    REVIEWS_OVERDUE = "reviews_overdue"
    ADDRESS_SUPPRESSED = "address_suppressed"
    ANNOUNCEMENT = "announcement"


class SecurityChange(StrEnum):
    """What changed about how somebody signs in; the rung of a notice that tells them."""

    PASSKEY_ADD = "passkey_add"
    PASSKEY_REMOVE = "passkey_remove"
    PASSKEY_COPY = "passkey_copy"
    OIDC_CONNECT = "oidc_connect"
    OIDC_DISCONNECT = "oidc_disconnect"
    AUTHENTICATOR_ADD = "authenticator_add"
    AUTHENTICATOR_REMOVE = "authenticator_remove"
    CODES_MAKE = "codes_make"
    CODE_USE = "code_use"
    PASSWORD_SET = "password_set"  # noqa: S105 - a word, not a secret
    PASSWORD_REMOVE = "password_remove"  # noqa: S105 - likewise
    FACTORS_RESET = "factors_reset"


class NoticeState(StrEnum):
    """Where a message is. `ambiguous`: handed over, and nobody knows whether it arrived; `held`: staff keep it back."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    CANCELLED = "cancelled"
    HELD = "held"


def words_of(kind: NoticeKind) -> str:
    """The kind as people say it."""
    return "sign-in link" if kind is NoticeKind.SIGN_IN_LINK else kind.value.replace("_", " ")


GONE_OUT = (NoticeState.SENDING, NoticeState.SENT, NoticeState.AMBIGUOUS)
"""The states of a message that has, or may have, reached its person."""


OF_ANNOUNCEMENTS = text("kind = 'announcement'")
"""Said in full, so that both databases see that their index of these few is meant."""


class Notice(Base):
    """One message to one person. `dedupe_key` makes it one; `message_id` lets a relay see that it is one.

    A reminder says which `rung` fell at `rung_at`; `owner_id` is who owes it, where that is not its reader. One with a
    `carrier_id` travels in that notice's mail, and has its Message-ID.

    `tried_since` is when it was to go out at first, once a try has put it off; `failed_at` when it was given up.
    `doubts` counts how often nobody knew whether it had arrived; it stays when that has been settled.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "state", "not_before"),
        Index(
            "ix_notice_announcement",
            "subject_id",
            "state",
            sqlite_where=OF_ANNOUNCEMENTS,
            postgresql_where=OF_ANNOUNCEMENTS,
        ),
        Index(None, "sent_at"),
        Index(None, "failed_at"),
        Index(None, "created_at", "id"),
        Index(None, "account_id", "created_at", "id"),
        Index(None, "state", "created_at", "id"),
        Index(None, "kind", "created_at", "id"),
        Index(None, "carrier_id"),
        Index(
            "ix_notice_told",
            "account_id",
            "due_at",
            sqlite_where=text("kind = 'reminder'"),
            postgresql_where=text("kind = 'reminder'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    message_id: Mapped[str] = mapped_column(String(300))
    kind: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rung: Mapped[str] = mapped_column(String(60), default="")
    rung_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    carrier_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id", ondelete="SET NULL"))
    state: Mapped[NoticeState] = mapped_column(enum_column(NoticeState), default=NoticeState.PENDING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handoff_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    owner: Mapped[Account | None] = relationship(foreign_keys=owner_id)

    @property
    def what(self) -> str:
        """What it says, in words."""
        kind = words_of(self.kind)
        about = [self.subject_kind] if self.kind is NoticeKind.REMINDER else []
        return ", ".join([kind, *about, self.rung] if self.rung else [kind])


OUTBOX = cast("Table", Notice.__table__)
"""Changed as a table: what a session holds of the messages is not read again, and looking after it costs time."""
