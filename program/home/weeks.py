"""A fellow's own weeks in a line: pure, from rows that were read before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from program.board.cells import SENT, Cell, Column, Known, cell_of
from program.deadlines.lateness import Margins
from program.presentation import path_to


class OwnWeek(NamedTuple):
    """One of a fellowship's weeks from far away."""

    fellowship_id: int
    period_id: int
    title: str
    opens_at: datetime
    due_at: datetime
    """In truth: as the calendar says, or as was granted."""
    excused: bool | None
    grace_hours: int
    very_late_days: int
    report_id: int | None
    state: str | None


@dataclass(frozen=True, slots=True)
class Week:
    """One of a fellow's own weeks in a line of them."""

    label: str
    state: Cell
    report_id: int | None

    @property
    def url(self) -> str | None:
        """Where the report is read, if one was submitted."""
        return path_to("reviews.read", report_id=self.report_id) if self.report_id else None


def own_weeks(weeks: Iterable[OwnWeek], now: datetime) -> list[Week]:
    """The fellow's weeks in a line, in their order."""
    return [_week(week, now) for week in weeks]


def _week(week: OwnWeek, now: datetime) -> Week:
    """A draft is its writer's: from outside there is nothing yet."""
    report = None
    if week.report_id is not None and week.state in SENT:
        report = Known(week.report_id, week.state, late=False, waits=False)
    margins = Margins(timedelta(hours=week.grace_hours), timedelta(days=week.very_late_days))
    lateness, label = margins.lateness(week.due_at, now), week.title.removeprefix("week ")
    column = Column(week.period_id, label, week.title, week.due_at.date(), week.opens_at <= now, lateness)
    cell = cell_of(column, report, Cell.EXCUSED if week.excused else None, lateness)
    return Week(label, cell, report.report_id if report else None)
