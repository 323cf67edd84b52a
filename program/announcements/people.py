"""Whom an announcement is for now: one query over a cohort's people and what they owe."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, case, distinct, func, literal, not_, or_, select, true, union_all

from program.accounts.models import Account
from program.announcements.audience import DISABLED, NO_ACCOUNT, NOT_JOINED, Owes, Part, Target, stages_for
from program.announcements.models import Announcement
from program.clock import today
from program.columns import AnySelect
from program.deadlines.queries import is_late
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import assignment_holds
from program.mentors.models import Engagement, EngagementStage, Mentor
from program.obligations.queries import NOW, moment, owed_in_cohort
from program.paging import PAGE_SIZE, Page, page_of

WEIGHTS = {Part.FELLOW: 1, Part.MENTOR: 2, Part.MANAGER: 4}
"""Their sum says all that somebody is."""


class Reached(NamedTuple):
    """Somebody it goes to, as what they are it."""

    folded: str
    who: int
    name: str
    weight: int

    @property
    def parts(self) -> list[Part]:
        """As what they are in the cohort."""
        return [part for part, weight in WEIGHTS.items() if self.weight & weight]


class LeftOut(NamedTuple):
    """Somebody it would go to; `who` is below 0 for who has no account."""

    folded: str
    who: int
    name: str
    disabled_at: datetime | None

    @property
    def why(self) -> str:
        """Why it does not, in words."""
        if self.who < 0:
            return NO_ACCOUNT
        return DISABLED if self.disabled_at else NOT_JOINED


def list_reached(one: Announcement, *, now: datetime, cursor: str | None) -> Page[Reached]:
    """A page of those it goes to if it is sent now, by name."""
    found = _reached(one, now).subquery()
    return _page(found, Reached, _values(one, now), cursor)


def list_left_out(one: Announcement, *, now: datetime, cursor: str | None) -> Page[LeftOut]:
    """A page of those it would go to if they could sign in, by name."""
    found = _left_out(one, now).subquery()
    return _page(found, LeftOut, _values(one, now), cursor)


def list_reached_ids(one: Announcement, *, now: datetime) -> Sequence[int]:
    """The accounts it goes to if it is sent now."""
    found = _reached(one, now).subquery()
    return db.session.scalars(select(found.c.who).order_by(found.c.who), _values(one, now)).all()


def count_left_out(one: Announcement, *, now: datetime) -> int:
    """How many it would go to if they could sign in."""
    counted = select(func.count()).select_from(_left_out(one, now).subquery())
    return db.session.scalar(counted, _values(one, now)) or 0


def names_of(account_ids: Collection[int], *, limit: int) -> Sequence[str]:
    """The names of some of these accounts, in order."""
    query = select(Account.name).where(Account.id.in_(account_ids))
    return db.session.scalars(query.order_by(Account.folded, Account.id).limit(limit)).all()


def _page(found: Any, kind: Any, values: dict[str, object], cursor: str | None) -> Page[Any]:
    query = select(*(found.c[name] for name in kind._fields))
    order = [found.c.folded, found.c.who]
    page = page_of(query, order=order, key=lambda row: row[:2], cursor=cursor, size=PAGE_SIZE, values=values)
    return page.map(lambda row: kind(*row))


def _values(one: Announcement, now: datetime) -> dict[str, object]:
    return {"cohort_id": one.cohort_id, **moment(now)}


def _reached(one: Announcement, now: datetime) -> AnySelect:
    chosen = _chosen(one, now)
    weight = func.sum(distinct(chosen.c.weight)).label("weight")
    return (
        select(Account.folded, Account.id.label("who"), Account.name, weight)
        .join(chosen, chosen.c.account_id == Account.id)
        .where(Account.can_sign_in)
        .group_by(Account.id)
    )


def _left_out(one: Announcement, now: datetime) -> AnySelect:
    chosen = _chosen(one, now)
    who = case((chosen.c.account_id.is_(None), -chosen.c.mentor_id), else_=chosen.c.account_id)
    folded, name = func.coalesce(Account.folded, Mentor.folded), func.coalesce(Account.name, Mentor.name)
    columns = (folded.label("folded"), who.label("who"), name.label("name"), Account.disabled_at)
    return (
        select(*columns)
        .select_from(chosen)
        .outerjoin(Account, Account.id == chosen.c.account_id)
        .outerjoin(Mentor, Mentor.id == chosen.c.mentor_id)
        .where(or_(chosen.c.account_id.is_(None), not_(Account.can_sign_in)))
        .distinct()
    )


def _chosen(one: Announcement, now: datetime) -> CTE:
    """Everybody it is for, once for each of their parts, whether or not they can sign in."""
    target = one.target
    owed = select(owed_in_cohort()).cte("owed_here")
    places = [Fellowship.cohort_id == one.cohort_id, Fellowship.stage.in_(stages_for(one.cohort.state))]
    if target.tracks:
        tracks = sorted(target.tracks)
        places.append(or_(Fellowship.track_id.in_(tracks), Fellowship.second_track_id.in_(tracks)))
    if target.manager_id:
        places.append(Fellowship.research_manager_id == target.manager_id)
    manager = Fellowship.research_manager_id
    parts = {
        Part.FELLOW: (
            Fellowship.account_id,
            select(*_row(Fellowship.account_id, Part.FELLOW)).where(*places),
        ),
        Part.MENTOR: (Mentor.account_id, _mentors(one, places, now)),
        Part.MANAGER: (
            manager,
            select(*_row(manager, Part.MANAGER)).where(manager.is_not(None), *places),
        ),
    }
    wanted = [
        query.where(_owes(account, target, part, owed))
        for part, (account, query) in parts.items()
        if part in target.parts
    ]
    return union_all(*wanted).cte("chosen")


def _row(account: Any, part: Part, mentor: Any = None) -> tuple[Any, ...]:
    number = literal(0) if mentor is None else mentor
    return account.label("account_id"), number.label("mentor_id"), literal(WEIGHTS[part]).label("weight")


def _mentors(one: Announcement, places: Sequence[ColumnElement[bool]], now: datetime) -> AnySelect:
    """The cohort's mentors on the tracks that are asked for; with a research manager, who mentors their fellows."""
    query = select(*_row(Mentor.account_id, Part.MENTOR, Mentor.id))
    if one.target.manager_id:
        day = today(now, one.cohort.time_zone)
        theirs = (
            select(Assignment.mentor_id).join(Assignment.fellowship).where(assignment_holds(day), *places)
        )
        return query.where(Mentor.id.in_(theirs))
    here = select(Engagement.mentor_id).where(
        Engagement.cohort_id == one.cohort_id, Engagement.stage == EngagementStage.CONFIRMED
    )
    if one.target.tracks:
        here = here.where(Engagement.track_id.in_(sorted(one.target.tracks)))
    return query.where(Mentor.id.in_(here))


def _owes(account: Any, target: Target, part: Part, owed: CTE) -> ColumnElement[bool]:
    """Whether the account owes what is asked for, as this part, in this cohort."""
    if target.owes is Owes.WHATEVER:
        return true()
    theirs = select(owed.c.account_id).where(
        owed.c.kind.in_(sorted(target.kinds_of(part))), owed.c.account_id.is_not(None)
    )
    if target.owes is Owes.LATE:
        theirs = theirs.where(is_late(owed.c.due_at, NOW, owed.c.grace_hours))
    holds: ColumnElement[bool] = func.coalesce(account, 0).in_(theirs)
    return not_(holds) if target.owes is Owes.NOTHING else holds
