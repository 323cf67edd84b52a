"""What staff write to a group of a cohort's people, and whom it is for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import People
from program.accounts.models import Account
from program.announcements.audience import Owes, Part, Target
from program.cohorts.models import Cohort
from program.columns import Base, UtcDateTime, enum_column
from program.obligations.models import ObligationKind

SUBJECT, TEXT = 150, 10_000
"""Characters of a subject, and of a text."""


class Destination(StrEnum):
    """Where the button of the mail leads."""

    HOME = "home"
    REPORTS = "reports"
    QUEUE = "queue"
    ACCOUNT = "account"


PAGES: dict[Destination, tuple[str, str, frozenset[Part]]] = {
    Destination.HOME: ("Open your page", "home.index", frozenset(Part)),
    Destination.REPORTS: ("See your reports", "reports.own", frozenset({Part.FELLOW})),
    Destination.QUEUE: ("Open your queue", "reviews.queue", frozenset({Part.MENTOR})),
    Destination.ACCOUNT: ("Open your account", "accounts.own", frozenset(Part)),
}
"""What the button says, the page, and whose page it is."""


class Announcement(Base):
    """One message to a group; its author's own draft until `sent_at`, with whom it is for then frozen in the outbox.

    `recipients` is how many those were. `version` counts saves. One that is discarded leaves its number to no other:
    a page may still be open on it.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        Index(None, "cohort_id", "id"),
        Index(None, "author_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    subject: Mapped[str] = mapped_column(String(SUBJECT))
    text: Mapped[str] = mapped_column(Text)
    leads_to: Mapped[Destination] = mapped_column(enum_column(Destination), default=Destination.HOME)
    parts: Mapped[list[str]] = mapped_column(JSON)
    track_ids: Mapped[list[int]] = mapped_column(JSON)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    owes: Mapped[Owes] = mapped_column(enum_column(Owes))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recipients: Mapped[int] = mapped_column(default=0)
    cohort: Mapped[Cohort] = relationship()
    author: Mapped[Account] = relationship(foreign_keys=author_id)
    manager: Mapped[Account | None] = relationship(foreign_keys=manager_id)

    @property
    def target(self) -> Target:
        """Whom it is for."""
        return Target(
            frozenset(Part(one) for one in self.parts),
            frozenset(self.track_ids),
            self.manager_id,
            self.owes,
            frozenset(ObligationKind(one) for one in self.kinds),
        )

    @target.setter
    def target(self, target: Target) -> None:
        self.parts, self.track_ids = sorted(target.parts), sorted(target.tracks)
        self.manager_id, self.owes, self.kinds = target.manager_id, target.owes, sorted(target.kinds)

    @property
    def for_whom(self) -> str:
        """The same in words."""
        names = {track.id: track.name for track in self.cohort.tracks}
        return self.target.said(names, self.manager.name if self.manager else None)

    def people(self, _now: datetime) -> People:
        """Whose draft it is."""
        return People(owners=frozenset({self.author_id}))
