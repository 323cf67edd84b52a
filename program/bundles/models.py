"""A zip that is being made, fellow by fellow, and what is in it so far."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.columns import Base, UtcDateTime, enum_column


class BundleState(StrEnum):
    """How far a zip is."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class Bundle(Base):
    """What somebody asked for of one cohort. A worker holds it by a lease; there is one in the making at a time."""

    __tablename__ = "bundle"
    __table_args__ = (
        Index(None, "cohort_id", "id"),
        Index(None, "state", "lease_until"),
        UniqueConstraint("making_of"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    making_of: Mapped[int | None]
    """The cohort while it is being made, so that two who ask at once get one."""
    state: Mapped[BundleState] = mapped_column(enum_column(BundleState), default=BundleState.MAKING)
    fellows_done: Mapped[int] = mapped_column(default=0)
    fellows_total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    cohort: Mapped[Cohort] = relationship()
    created_by: Mapped[Account] = relationship()


class BundlePart(Base):
    """The story of one fellow in a zip. `paper` is empty where it is too long for PDF."""

    __tablename__ = "bundle_part"
    __table_args__ = (UniqueConstraint("bundle_id", "fellowship_id"), Index(None, "fellowship_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"))
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    folder: Mapped[str] = mapped_column(String(120))
    paper: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    written: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sheet: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
