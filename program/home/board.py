"""The board: fellows down, weeks across, one cell for each report. Pure, from rows that were read before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import url_for

from program.cohorts.models import ReportPeriod
from program.fellows.models import Fellowship
from program.reports.models import Report, ReportState


class Cell(StrEnum):
    """What one report looks like from far away."""

    ACCEPTED = "accepted"
    SENT = "sent"
    RETURNED = "returned"
    LATE = "late"
    NOT_YET = "not yet"
    TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class BoardCell:
    """A cell, and the report behind it if one was submitted."""

    cell: Cell
    report_id: int | None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A fellow's weeks."""

    fellowship: Fellowship
    cells: Sequence[BoardCell]


def board_rows(
    fellowships: Iterable[Fellowship],
    periods: Sequence[ReportPeriod],
    reports: Iterable[Report],
    now: datetime,
) -> list[BoardRow]:
    """A row for each fellowship with a cell for each period."""
    found = {(report.fellowship_id, report.period_id): report for report in reports}
    return [
        BoardRow(
            fellowship, [_cell(found.get((fellowship.id, period.id)), period, now) for period in periods]
        )
        for fellowship in fellowships
    ]


@dataclass(frozen=True, slots=True)
class Week:
    """One of a fellow's own weeks in a line of them."""

    label: str
    state: Cell
    report_id: int | None

    @property
    def url(self) -> str | None:
        """Where the report is read, if one was submitted."""
        return url_for("reviews.read", report_id=self.report_id) if self.report_id else None


def own_weeks(periods: Iterable[tuple[ReportPeriod, Report | None]], now: datetime) -> list[Week]:
    """The fellow's weeks in the order of the calendar."""
    weeks = []
    for period, report in sorted(periods, key=lambda pair: pair[0].due_at):
        cell = _cell(report, period, now)
        weeks.append(Week(str(period.number), cell.cell, cell.report_id))
    return weeks


def _cell(report: Report | None, period: ReportPeriod, now: datetime) -> BoardCell:
    if period.opens_at > now:
        return BoardCell(Cell.TO_COME, None)
    if report is None or report.state is ReportState.DRAFT:
        return BoardCell(Cell.LATE if period.due_at < now else Cell.NOT_YET, None)
    states = {
        ReportState.ACCEPTED: Cell.ACCEPTED,
        ReportState.SUBMITTED: Cell.SENT,
        ReportState.RETURNED: Cell.RETURNED,
    }
    return BoardCell(states[report.state], report.id)
