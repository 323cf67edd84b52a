"""An import: its file, what was found in each row, and what is remembered for the next one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import People
from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.columns import Base, UtcDateTime, enum_column
from program.imports.kinds import ImportKind
from program.imports.plans import Verdict


class ImportState(StrEnum):
    """How far an import is."""

    COLUMNS = "columns"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    FAILED = "failed"


STEPS: dict[ImportState, frozenset[ImportState]] = {
    ImportState.COLUMNS: frozenset({ImportState.CHECKING, ImportState.CANCELLED}),
    ImportState.CHECKING: frozenset({ImportState.CHECKED, ImportState.FAILED, ImportState.CANCELLED}),
    ImportState.CHECKED: frozenset({ImportState.CHECKING, ImportState.APPLYING, ImportState.CANCELLED}),
    ImportState.APPLYING: frozenset(
        {ImportState.APPLIED, ImportState.CHECKING, ImportState.FAILED, ImportState.CANCELLED}
    ),
    ImportState.FAILED: frozenset({ImportState.CHECKING, ImportState.CANCELLED}),
    ImportState.APPLIED: frozenset(),
    ImportState.CANCELLED: frozenset(),
}
"""From each state, the states that can follow. `COLUMNS` waits for somebody to say which column is which."""
AT_WORK = (ImportState.CHECKING, ImportState.APPLYING)
"""The states in which a worker has something to do."""
OVER = (ImportState.APPLIED, ImportState.CANCELLED)


class Import(Base):
    """One file that is brought into a cohort. A worker holds it by a lease while it checks or applies it.

    `counts` is how many rows have which verdict, `digest` is of all that the check showed, and `moved` is whether
    that was something else when it was to be applied, so that it is shown anew.
    """

    __tablename__ = "import_run"
    __table_args__ = (Index(None, "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind] = mapped_column(enum_column(ImportKind))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState), default=ImportState.COLUMNS)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    digest: Mapped[str] = mapped_column(String(64), default="")
    moved: Mapped[bool] = mapped_column(default=False)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    cohort: Mapped[Cohort] = relationship()
    created_by: Mapped[Account] = relationship(foreign_keys=created_by_id)
    confirmed_by: Mapped[Account | None] = relationship(foreign_keys=confirmed_by_id)
    file: Mapped["ImportFile | None"] = relationship(back_populates="run")

    @property
    def left_out(self) -> int:
        """How many rows are not applied whatever is confirmed: wrong, or asked about."""
        return self.counts.get(Verdict.WRONG, 0) + self.counts.get(Verdict.ASKED, 0)

    def is_held(self, now: datetime) -> bool:
        """Whether a worker is at it. One that died is until its lease has run out."""
        return self.lease_until is not None and self.lease_until >= now

    def people(self, _now: datetime) -> People:
        """Nobody in particular: staff import."""
        return People()


class ImportFile(Base):
    """What an import reads: gone once it is applied or cancelled, and by age.

    `mapping` is the place of each column by its key; `choices` is what was answered about people who may be the
    same, by the number of the row.
    """

    __tablename__ = "import_file"

    id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sheet: Mapped[str] = mapped_column(String(120), default="")
    heads_at: Mapped[int]
    heads: Mapped[list[str]] = mapped_column(JSON)
    samples: Mapped[list[list[str]]] = mapped_column(JSON)
    mapping: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    choices: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    run: Mapped[Import] = relationship(back_populates="file")


class ImportRow(Base):
    """What was found in one row. `address` and `account_id` say whom it is about, as far as that is known.

    `changes` are label, before and after; `options` are whom the person may be: what is answered, and in words.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        Index(None, "import_id", "verdict", "number"),
        Index(None, "account_id"),
        Index(None, "address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    number: Mapped[int]
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict))
    label: Mapped[str] = mapped_column(String(250))
    address: Mapped[str] = mapped_column(String(254), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    changes: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    errors: Mapped[list[str]] = mapped_column(JSON, default=list)
    options: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(String(500), default="")


class ImportMapping(Base):
    """Which column was which in a sheet with these heads, so that it is asked once."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("kind", "signature"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind] = mapped_column(enum_column(ImportKind))
    signature: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)


class OtherAddress(Base):
    """Another address by which sheets name somebody who is known: asked once, and found by it from then on."""

    __tablename__ = "other_address"
    __table_args__ = (UniqueConstraint("address", "account_id"), UniqueConstraint("address", "mentor_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("mentor.id"), index=True)
