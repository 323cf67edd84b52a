"""Reading what is deleted when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from program.config import Settings
from program.paging import Page, page_of
from program.retention.models import RetentionRun
from program.retention.rules import RULES, cutoff_of, days_of


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as people read it, and how many rows the next run would delete."""

    name: str
    what: str
    days: int
    due: int


def list_rules(settings: Settings, *, now: datetime) -> list[Line]:
    """Every rule, and what it would delete now."""
    return [
        Line(rule.name, rule.what, days_of(rule, settings), rule.count(cutoff_of(rule, settings, now)))
        for rule in RULES
    ]


def list_runs(*, cursor: str | None) -> Page[RetentionRun]:
    """What was deleted, the latest first; nights in which a rule found nothing are left out, unless it failed."""
    query = select(RetentionRun).where(or_(RetentionRun.rows > 0, RetentionRun.fault != ""))
    order = [RetentionRun.at, RetentionRun.id]
    return page_of(query, order=order, key=lambda r: [r.at, r.id], cursor=cursor, newest_first=True)
