"""The board of a cohort: its fellows down, its report calendar across. All cells of a page are one query."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Integer, String, and_, bindparam, func, select, type_coerce
from sqlalchemy.orm import aliased

from program.accounts.models import Account
from program.board.cells import BoardCell, Column, Days, Granted, Known, cells_of
from program.clock import today
from program.cohorts.models import Cohort, Track
from program.columns import AnySelect
from program.deadlines.lateness import margins_of
from program.deadlines.models import Deadline
from program.deadlines.queries import deadlines_of, effective_due, is_late
from program.extensions import db
from program.fellows.listing import Wanted, is_wanted
from program.fellows.models import Fellowship, FellowshipStage, Leave
from program.paging import Page, page_of
from program.presentation import sentence
from program.reports.models import Report

BOARD_SIZE = 300
ON_BOARD = (FellowshipStage.ACTIVE, FellowshipStage.COMPLETED)
"""The stages of somebody who reports, or has reported to the end."""
Coach = aliased(Account)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose rows to show, and whether the fellows of a track stand together."""

    wanted: Wanted = field(default=Wanted())
    by_track: bool = False


class Placed(NamedTuple):
    """A fellow as far as the board says who they are."""

    fellowship_id: int
    starts_on: date
    ends_on: date
    name: str
    folded: str
    track_id: int
    track_position: int
    track: str
    manager: str | None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A fellow's reports."""

    who: Placed
    cells: Sequence[BoardCell]


def list_board(
    cohort: Cohort, asked: Asked, *, now: datetime, cursor: str | None, size: int = BOARD_SIZE
) -> Page[BoardRow]:
    """A page of the cohort's board, by name, or by track and name."""
    tracks = [Track.position, Track.id] if asked.by_track else []
    page = page_of(
        _places(cohort, asked, today(now, cohort.time_zone)),
        order=[*tracks, Account.folded, Fellowship.id],
        key=lambda row: [*((row[6], row[5]) if asked.by_track else ()), row[4], row[0]],
        cursor=cursor,
        size=size,
    )
    columns, ids = columns_of(cohort, now), [row[0] for row in page.rows]
    known, leaves, granted = _known_of(cohort, ids, now), _leaves_of(ids), _granted_to(cohort, ids, now)

    def drawn(row: Sequence[object]) -> BoardRow:
        who = Placed(*row)  # type: ignore[arg-type]  # as selected
        days, own = Days(who.starts_on, who.ends_on), who.fellowship_id
        return BoardRow(
            who, cells_of(columns, known.get(own, {}), days, leaves.get(own, ()), granted.get(own, {}))
        )

    return page.map(drawn)


def columns_of(cohort: Cohort, now: datetime) -> list[Column]:
    """The cohort's report calendar as it is now."""
    return [
        Column(
            period_id=period.id,
            label=str(period.number or period.title),
            title=sentence(period.title),
            due_on=today(period.due_at, cohort.deadline_zone),
            opened=period.opens_at <= now,
            lateness=margins_of(cohort).lateness(period.due_at, now),
        )
        for period in cohort.periods
    ]


def _places(cohort: Cohort, asked: Asked, day: date) -> AnySelect:
    fellow = (Fellowship.id, Fellowship.starts_on, Fellowship.ends_on, Account.name, Account.folded)
    return (
        select(*fellow, Track.id, Track.position, Track.name, Coach.name)
        .join(Account, Account.id == Fellowship.account_id)
        .join(Track, Track.id == Fellowship.track_id)
        .outerjoin(Coach, Coach.id == Fellowship.research_manager_id)
        .where(Fellowship.cohort_id == cohort.id, Fellowship.stage.in_(ON_BOARD))
        .where(*is_wanted(asked.wanted, day))
    )


def _known_of(cohort: Cohort, fellowship_ids: Sequence[int], now: datetime) -> dict[int, dict[int, Known]]:
    """What is known of these fellows' reports, by fellowship and period."""
    found: dict[int, dict[int, Known]] = {own: {} for own in fellowship_ids}
    values = {"fellowship_ids": list(fellowship_ids), "now": now, "grace": cohort.grace_hours}
    for own, period_id, *report in db.session.execute(_known(), values):
        found[own][period_id] = Known(*report)
    return found


@cache
def _known() -> AnySelect:
    return (
        select(
            Report.fellowship_id,
            Report.period_id,
            Report.id,
            type_coerce(Report.state, String),
            and_(
                is_late(effective_due(), Report.first_submitted_at, bindparam("grace", type_=Integer)),
                func.coalesce(Deadline.excused, False).is_(False),
            ),
            Report.owed_at < bindparam("now"),
        )
        .join(Report.period)
        .outerjoin(Report.deadline)
        .where(Report.fellowship_id.in_(bindparam("fellowship_ids", expanding=True)))
    )


def _granted_to(
    cohort: Cohort, fellowship_ids: Sequence[int], now: datetime
) -> dict[int, dict[int, Granted]]:
    """What is different for these fellows, by fellowship and period."""
    found: dict[int, dict[int, Granted]] = {}
    margins = margins_of(cohort)
    for one in deadlines_of(fellowship_ids):
        due_at = one.due_at or now
        granted = Granted(one.excused, today(due_at, cohort.deadline_zone), margins.lateness(due_at, now))
        found.setdefault(one.fellowship_id, {})[one.period_id] = granted
    return found


def _leaves_of(fellowship_ids: Sequence[int]) -> dict[int, list[Days]]:
    found: dict[int, list[Days]] = {}
    query = select(Leave.fellowship_id, Leave.starts_on, Leave.ends_on)
    for own, *days in db.session.execute(query.where(Leave.fellowship_id.in_(fellowship_ids))):
        found.setdefault(own, []).append(Days(*days))
    return found
