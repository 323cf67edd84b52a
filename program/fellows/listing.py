"""The fellows of a cohort as staff look for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from program.access import Role
from program.accounts.models import Account
from program.accounts.queries import has_role
from program.columns import AnySelect
from program.extensions import db
from program.fellows.bulk import Candidate
from program.fellows.models import Assignment, AssignmentKind, Fellowship, FellowshipStage
from program.fellows.queries import assignment_holds
from program.folding import fold
from program.mentors.funnel import OUT
from program.mentors.models import Engagement, Mentor
from program.paging import PAGE_SIZE, Page, page_of

NONE = 0
"""Stands for nobody, where somebody can be looked for by their id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look for; what is not given is not asked for. `manager_id` and `mentor_id` may be NONE."""

    typed: str = ""
    stage: FellowshipStage | None = None
    track_id: int | None = None
    manager_id: int | None = None
    mentor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Some of a cohort's fellows: those with these ids, else all who are wanted."""

    cohort_id: int
    day: date
    wanted: Wanted = field(default=Wanted())
    ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class FellowLine:
    """One line of the list: a fellowship, and who mentors it on this day, the one who leads first."""

    fellowship: Fellowship
    mentors: Sequence[str]


def list_fellows(
    cohort_id: int, wanted: Wanted, *, day: date, cursor: str | None, size: int = PAGE_SIZE
) -> Page[FellowLine]:
    """A page of the cohort's fellows, by name."""
    query = (
        _found(select(Fellowship), Choice(cohort_id, day, wanted))
        .join(Fellowship.account)
        .options(
            contains_eager(Fellowship.account),
            joinedload(Fellowship.track),
            joinedload(Fellowship.second_track),
            joinedload(Fellowship.research_manager),
        )
    )
    order = [Account.folded, Fellowship.id]
    page = page_of(query, order=order, key=lambda f: [f.account.folded, f.id], cursor=cursor, size=size)
    mentors = mentors_on(day, [fellowship.id for fellowship in page.rows])
    return page.map(lambda fellowship: FellowLine(fellowship, mentors.get(fellowship.id, [])))


def count_fellows(cohort_id: int, wanted: Wanted, *, day: date) -> int:
    """How many are wanted."""
    query = _found(select(func.count()).select_from(Fellowship), Choice(cohort_id, day, wanted))
    return db.session.scalar(query) or 0


def mentors_on(day: date, fellowship_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the mentors of these fellowships on this day, the one who leads first."""
    query = (
        select(Assignment.fellowship_id, Mentor.name)
        .join(Assignment.mentor)
        .where(Assignment.fellowship_id.in_(fellowship_ids), assignment_holds(day))
        .order_by(Assignment.kind.desc(), Mentor.folded, Assignment.id)
    )
    names: dict[int, list[str]] = {}
    for fellowship_id, name in db.session.execute(query):
        names.setdefault(fellowship_id, []).append(name)
    return names


def list_candidates(choice: Choice, *, limit: int, lock: bool = False) -> list[Candidate]:
    """Those who were chosen, by name, up to the limit; if locked, nobody else moves them meanwhile.

    They are held by number, as wherever several are: two who hold some of the same never wait for each other.
    """
    if lock:
        held = _found(select(Fellowship.id), choice).order_by(Fellowship.id).limit(limit)
        db.session.execute(held.with_for_update()).all()
    query = _found(select(Fellowship.id, Account.name, Fellowship.stage), choice).join(Fellowship.account)
    found = db.session.execute(query.order_by(Account.folded, Fellowship.id).limit(limit))
    return [Candidate(*row) for row in found]


def list_managers() -> Sequence[Account]:
    """Who can be a research manager, by name."""
    query = select(Account).where(has_role(Role.RESEARCH_MANAGER), Account.disabled_at.is_(None))
    return db.session.scalars(query.order_by(Account.folded, Account.id)).all()


def list_mentors_in(cohort_id: int) -> Sequence[Mentor]:
    """The mentors who have a part in the cohort, by name."""
    here = select(Engagement.mentor_id).where(Engagement.cohort_id == cohort_id, Engagement.stage.not_in(OUT))
    query = select(Mentor).where(Mentor.id.in_(here)).order_by(Mentor.folded, Mentor.id)
    return db.session.scalars(query).all()


def _found(query: AnySelect, choice: Choice) -> AnySelect:
    """The query of fellowships, of those that were chosen."""
    query = query.where(Fellowship.cohort_id == choice.cohort_id)
    if choice.ids is not None:
        return query.where(Fellowship.id.in_(sorted(choice.ids)))
    return query.where(*is_wanted(choice.wanted, choice.day))


def is_wanted(wanted: Wanted, day: date) -> list[ColumnElement[bool]]:
    """The conditions on a fellowship that is looked for, all of them."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.typed:
        conditions.append(_is_called(wanted.typed))
    if wanted.stage is not None:
        conditions.append(Fellowship.stage == wanted.stage)
    if wanted.track_id is not None:
        stands = or_(Fellowship.track_id == wanted.track_id, Fellowship.second_track_id == wanted.track_id)
        conditions.append(stands)
    if wanted.manager_id is not None:
        conditions.append(Fellowship.research_manager_id.is_not_distinct_from(wanted.manager_id or None))
    if wanted.mentor_id is not None:
        conditions.append(_is_mentored(wanted.mentor_id, day))
    return conditions


def _is_called(typed: str) -> ColumnElement[bool]:
    """Whether the fellow's name or address, or the project's name, has what was typed in it."""
    part = fold(typed)
    person = select(Account.folded).where(Account.id == Fellowship.account_id).correlate(Fellowship)
    texts = (person.scalar_subquery(), Fellowship.folded)
    return or_(*(text.contains(part, autoescape=True) for text in texts))


def _is_mentored(mentor_id: int, day: date) -> ColumnElement[bool]:
    """Whether the fellowship has this mentor on this day; with NONE, whether nobody leads it."""
    theirs = select(Assignment.id).where(Assignment.fellowship_id == Fellowship.id, assignment_holds(day))
    if mentor_id == NONE:
        return ~theirs.where(Assignment.kind == AssignmentKind.PRIMARY).exists()
    return theirs.where(Assignment.mentor_id == mentor_id).exists()
