"""Files beside a report."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from program.accounts.models import Account
from program.attachments.kinds import Kind
from program.columns import Base, UtcDateTime, enum_column
from program.reports.merging import MARK
from program.reports.models import Report


class Attachment(Base):
    """A file that goes with the versions of a report which are sent while it is attached. Its bytes never change.

    It is in the database, for several web servers serve it. `name` is without the end that its kind gives it;
    `sha256` is of what is kept. The versions are counted, not timed, so that no clock moves a file into one that
    was sent without it: `after_revision` is the last one that had been sent when it was attached (0 for none),
    `until_revision` the same when it was taken away (none while it is attached).
    """

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[Kind] = mapped_column(enum_column(Kind))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    after_revision: Mapped[int]
    until_revision: Mapped[int | None]
    report: Mapped[Report] = relationship(
        backref=backref("attachments", order_by="Attachment.id", viewonly=True, sync_backref=False)
    )
    by: Mapped[Account] = relationship()

    @property
    def file_name(self) -> str:
        """What it is called, with the end that tells what it is."""
        return f"{self.name}.{self.kind.extension}"

    @property
    def mark(self) -> str:
        """What a page keeps of it, to tell later whether it showed it. Its number may be another file's by then."""
        return self.sha256[:MARK]

    @property
    def is_attached(self) -> bool:
        """Whether it goes with the next version that is sent."""
        return self.until_revision is None

    def goes_with(self, number: int) -> bool:
        """Whether it was sent with the submitted version of this number."""
        return self.after_revision < number and (self.until_revision is None or number <= self.until_revision)
