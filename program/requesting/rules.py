"""What a report beside the calendar may be: its days, its title. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from program.clock import deadline, today, written_day
from program.cohorts.periods import PeriodKind, title_of

DUE_TIME = time(17)
MOST = 10
"""So many reports beside the calendar a cohort has at most, and each fellow alone."""
OF_ALL = frozenset({PeriodKind.MIDTERM, PeriodKind.FINAL})
"""What is never asked of some."""
_WEEK = re.compile(r"week\s*\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: days are those of the cohort's deadlines; `template_id` is None for that of weekly reports."""

    kind: PeriodKind
    opens_on: date
    due_on: date
    called: str = ""
    template_id: int | None = None

    @property
    def title(self) -> str:
        """What the report is called in lists."""
        return title_of(self.kind, None, self.called)

    def opens_at(self, zone_name: str) -> datetime:
        """The first moment of its first day."""
        return deadline(self.opens_on, time(), zone_name)

    def due_at(self, zone_name: str) -> datetime:
        """The close of its last day."""
        return deadline(self.due_on, DUE_TIME, zone_name)


def title_wrong(called: str) -> str:
    """Why nothing beside the calendar can be called so; empty if it can."""
    if _WEEK.fullmatch(called):
        return "Weeks are called so. Please choose another name, or leave it empty."
    return ""


def days_wrong(
    wanted: Wanted,
    *,
    starts_on: date,
    ends_on: date,
    zone_name: str,
    now: datetime,
    opened_on: date | None = None,
) -> Iterator[tuple[str, str]]:
    """Each field whose day cannot be, with why; `opened_on` is the day on which it opens so far."""
    first, last = written_day(starts_on), written_day(ends_on)
    for field, day in (("opens_on", wanted.opens_on), ("due_on", wanted.due_on)):
        if not starts_on <= day <= ends_on:
            yield (
                field,
                f"The cohort runs from {first} to {last}, and fellows report in it: choose a day in it.",
            )
    if wanted.opens_on < today(now, zone_name) and wanted.opens_on != opened_on:
        yield "opens_on", "That day is over. Choose today or a later one."
    if wanted.due_on < wanted.opens_on:
        yield "due_on", "It would be due before it opens. Choose the day on which it opens, or a later one."
    elif wanted.due_at(zone_name) <= now:
        yield "due_on", "That is over already: nobody could be in time. Choose a later day."
