"""The programme in numbers, without a name: what analysts see."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select

from program.board.queries import ON_BOARD
from program.cohorts.models import ReportPeriod
from program.cohorts.queries import period_title
from program.deadlines.models import Deadline
from program.deadlines.queries import granted, is_expected
from program.extensions import db
from program.fellows.models import Fellowship
from program.presentation import sentence
from program.reports.models import Report, ReportState


class WeekCounts(NamedTuple):
    """How many reports of one period were expected of fellows who report or have reported, and how far they are."""

    title: str
    due_at: datetime
    expected: int
    accepted: int
    submitted: int
    returned: int

    @property
    def missing(self) -> int:
        """Not sent yet: late, once the period was due."""
        return self.expected - self.sent

    @property
    def sent(self) -> int:
        """Sent to the mentor at least once."""
        return self.accepted + self.submitted + self.returned

    @property
    def bar(self) -> dict[str, str | int]:
        """The line as it is drawn."""
        text = f"{self.sent} of {self.expected}"
        return {"label": sentence(self.title), "value": self.sent, "text": text}


def count_weeks(cohort_id: int, *, now: datetime) -> Sequence[WeekCounts]:
    """A line for each period that has opened and all of the cohort report on: nobody can be told from a line."""
    query = (
        select(
            period_title(),
            ReportPeriod.due_at,
            func.count(),
            _in_state(ReportState.ACCEPTED),
            _in_state(ReportState.SUBMITTED),
            _in_state(ReportState.RETURNED),
        )
        .join(Fellowship, Fellowship.cohort_id == ReportPeriod.cohort_id)
        .outerjoin(Deadline, granted())
        .outerjoin(Report, and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id))
        .where(
            ReportPeriod.cohort_id == cohort_id,
            ReportPeriod.opens_at <= now,
            Fellowship.stage.in_(ON_BOARD),
            ReportPeriod.fellowship_id.is_(None),
            is_expected(),
        )
        .group_by(ReportPeriod.id)
        .order_by(ReportPeriod.due_at, ReportPeriod.id)
    )
    return [WeekCounts(*row) for row in db.session.execute(query)]


def _in_state(state: ReportState) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((Report.state == state, 1), else_=0)), 0)
