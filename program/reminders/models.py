"""The ladders that staff have made for a cohort."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from program.columns import Base, enum_column
from program.obligations.models import ObligationKind
from program.reminders.ladder import Ladder


class CohortLadder(Base):
    """The rungs of one kind of obligation in one cohort, as data, and after how many days they end.

    `version` tells two who change it at once apart. A cohort without one has the default.
    """

    __tablename__ = "cohort_ladder"
    __table_args__ = (UniqueConstraint("cohort_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    kind: Mapped[ObligationKind] = mapped_column(enum_column(ObligationKind))
    rungs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    end_days: Mapped[int]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def ladder(self) -> Ladder:
        """The ladder itself."""
        return Ladder.from_json(self.rungs, self.end_days)
