"""What fellows ask for: a later deadline."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from program.access import People
from program.accounts.models import Account
from program.cohorts.models import ReportPeriod
from program.columns import Base, UtcDateTime, enum_column
from program.fellows.models import Fellowship

STILL_OPEN = text("state = 'open'")


class RequestState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"


class ExtensionRequest(Base):
    """A fellow asks for a later deadline of one report: until a day, and why. One is open at a time.

    `word` is what staff say to it. Staff and the fellow read both. `owed_at` is by when staff are to decide it.
    """

    __tablename__ = "extension_request"
    __table_args__ = (
        Index(
            "uq_extension_request_open",
            "fellowship_id",
            "period_id",
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        Index(None, "fellowship_id", "period_id"),
        Index(None, "period_id"),
        Index(None, "state", "id"),
        Index(None, "state", "owed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fellowship_id: Mapped[int] = mapped_column(ForeignKey("fellowship.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("report_period.id"))
    wanted_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[RequestState] = mapped_column(enum_column(RequestState), default=RequestState.OPEN)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    owed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    word: Mapped[str] = mapped_column(String(300), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    needless: Mapped[bool | None] = query_expression()
    """Whether nobody needs a decision any more; None where a query does not ask."""
    fellowship: Mapped[Fellowship] = relationship()
    period: Mapped[ReportPeriod] = relationship()
    decided_by: Mapped[Account | None] = relationship()

    @property
    def waits(self) -> bool:
        """Whether staff have to decide it."""
        return self.state is RequestState.OPEN and not self.needless

    @property
    def standing(self) -> str:
        """Where it stands, in words."""
        return self.state.value if self.waits or self.decided_at else "not needed"

    def people(self, now: datetime) -> People:
        """Whoever stands around its fellowship."""
        return self.fellowship.people(now)
