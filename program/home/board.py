"""The board: fellows down, weeks across, one cell for each report. Pure, from rows that were read before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from program.clock import today
from program.cohorts.models import ReportPeriod
from program.fellows.models import Fellowship, FellowshipStage, Leave
from program.presentation import path_to
from program.reports.models import Report, ReportState


class Cell(StrEnum):
    """What one report looks like from far away."""

    ACCEPTED = "accepted"
    SENT = "sent"
    RETURNED = "returned"
    LATE = "late"
    NOT_YET = "not yet"
    TO_COME = "to come"
    BEFORE = "before the start"
    AFTER = "after the end"
    ON_LEAVE = "on leave"


ON_BOARD = (FellowshipStage.ACTIVE, FellowshipStage.COMPLETED)
"""The stages of somebody who reports, or has reported to the end."""
SUBMITTED = {
    ReportState.ACCEPTED: Cell.ACCEPTED,
    ReportState.SUBMITTED: Cell.SENT,
    ReportState.RETURNED: Cell.RETURNED,
}
Written = tuple[ReportState | None, int | None]
"""The state and the id of a report, where there is one."""
UNWRITTEN: Written = (None, None)


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
    leaves: Iterable[Leave],
    *,
    zone_name: str,
    now: datetime,
) -> list[BoardRow]:
    """A row for each fellowship with a cell for each period; the zone is that of the deadlines."""
    due_on = {period.id: today(period.due_at, zone_name) for period in periods}
    away: dict[int, list[Leave]] = {}
    for leave in leaves:
        away.setdefault(leave.fellowship_id, []).append(leave)
    found: dict[tuple[int, int], Written] = {
        (report.fellowship_id, report.period_id): (report.state, report.id) for report in reports
    }
    return [
        BoardRow(
            fellowship,
            [
                _cell(
                    found.get((fellowship.id, period.id), UNWRITTEN),
                    period,
                    now,
                    _not_owed(fellowship, away.get(fellowship.id, ()), due_on[period.id]),
                )
                for period in periods
            ],
        )
        for fellowship in fellowships
    ]


class OwnWeek(NamedTuple):
    """One of a fellowship's weeks from far away."""

    fellowship_id: int
    number: int
    opens_at: datetime
    due_at: datetime
    report_id: int | None
    state: ReportState | None


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
    cells = ((week.number, _cell((week.state, week.report_id), week, now)) for week in weeks)
    return [Week(str(number), cell.cell, cell.report_id) for number, cell in cells]


def _not_owed(fellowship: Fellowship, leaves: Iterable[Leave], due_on: date) -> Cell | None:
    """Why a report that falls due on this day is not owed, if it is not: as `is_expected` says in SQL."""
    if due_on < fellowship.starts_on:
        return Cell.BEFORE
    if due_on > fellowship.ends_on:
        return Cell.AFTER
    return Cell.ON_LEAVE if any(one.starts_on <= due_on <= one.ends_on for one in leaves) else None


def _cell(
    written: Written, period: ReportPeriod | OwnWeek, now: datetime, not_owed: Cell | None = None
) -> BoardCell:
    state, report_id = written
    unsent = state is None or state is ReportState.DRAFT
    if unsent and not_owed:
        return BoardCell(not_owed, None)
    if period.opens_at > now:
        return BoardCell(Cell.TO_COME, None)
    if state is None or unsent:
        return BoardCell(Cell.LATE if period.due_at < now else Cell.NOT_YET, None)
    return BoardCell(SUBMITTED[state], report_id)
