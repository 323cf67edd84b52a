"""The board of a cohort: its fellows down, its report calendar across. All cells of a page are one query."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from program.accounts.models import Account
from program.board.cells import BoardCell, Column, Days, cells_of
from program.board.facts import signals_in, signals_of
from program.board.known import Slot, column_of, read_known
from program.board.signals import Signal
from program.clock import today
from program.cohorts.models import Cohort, Track
from program.columns import AnySelect
from program.fellows.listing import Wanted, is_wanted
from program.fellows.models import Fellowship, FellowshipStage
from program.paging import Page, page_of
from program.presentation import sentence

BOARD_SIZE = 300
ON_BOARD = (FellowshipStage.ACTIVE, FellowshipStage.COMPLETED)
"""The stages of somebody who reports, or has reported to the end."""
Coach = aliased(Account)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose rows to show, and whether the fellows of a track stand together."""

    wanted: Wanted = field(default=Wanted())
    by_track: bool = False
    look: bool = False
    """Only those to look at."""


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
    asked_for: Sequence[BoardCell]
    """Those of what only they are asked for."""
    signals: Sequence[Signal]


def list_board(
    cohort: Cohort, asked: Asked, *, now: datetime, cursor: str | None, size: int = BOARD_SIZE
) -> Page[BoardRow]:
    """A page of the cohort's board, by name, or by track and name."""
    looked = signals_in(cohort, now=now) if asked.look else None
    query = _places(cohort, asked, today(now, cohort.time_zone))
    tracks = [Track.position, Track.id] if asked.by_track else []
    page = page_of(
        query if looked is None else query.where(Fellowship.id.in_(sorted(looked))),
        order=[*tracks, Account.folded, Fellowship.id],
        key=lambda row: [*((row[6], row[5]) if asked.by_track else ()), row[4], row[0]],
        cursor=cursor,
        size=size,
    )
    columns, ids = columns_of(cohort, now), [row[0] for row in page.rows]
    known = read_known(cohort, ids, now)
    signals = signals_of(cohort, ids, now=now) if looked is None else looked

    def drawn(row: Sequence[object]) -> BoardRow:
        who = Placed(*row)  # type: ignore[arg-type]  # as selected
        own, days = known[who.fellowship_id], Days(who.starts_on, who.ends_on)
        asked_for = cells_of(own.asked, days, own)
        return BoardRow(who, cells_of(columns, days, own), asked_for, signals.get(who.fellowship_id, ()))

    return page.map(drawn)


def columns_of(cohort: Cohort, now: datetime) -> list[Column]:
    """The cohort's report calendar as it is now."""
    slots = (
        Slot(
            period.id,
            str(period.number or period.title),
            sentence(period.title),
            period.opens_at,
            period.due_at,
        )
        for period in cohort.periods
    )
    return [column_of(cohort, slot, now) for slot in slots]


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
