"""What a report period is called: the weeks of the calendar by their number, the others by their occasion."""

from enum import StrEnum


class PeriodKind(StrEnum):
    """Why a report is asked for: the calendar says so, it is the middle or the end, or staff ask for it."""

    WEEKLY = "weekly"
    MIDTERM = "midterm"
    FINAL = "final"
    ON_REQUEST = "on_request"


TITLES = {PeriodKind.MIDTERM: "midterm", PeriodKind.FINAL: "final", PeriodKind.ON_REQUEST: "on request"}
REPORTS = {"midterm": "midterm report", "final": "final report", "on request": "report on request"}


def title_of(kind: PeriodKind, number: int | None, called: str) -> str:
    """The period in a word or two: "week 5", "midterm", or what staff call it."""
    return called or TITLES.get(kind) or f"week {number}"


def report_for(title: str) -> str:
    """The report for the period of this title, inside a sentence: "report for week 5", "midterm report"."""
    return REPORTS.get(title) or f"report for {title}"
