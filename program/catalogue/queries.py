"""Who and what is tied to an organisation."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from program.extensions import db
from program.mentors.models import Mentor
from program.names.models import Kind
from program.names.queries import find_similar
from program.organisations.models import Organisation
from program.organisations.queries import counting_as
from program.paging import PAGE_SIZE, Page, page_of

NEAREST = 8
"""Entries that are offered to merge a name into."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Who is tied to an entry, and what else it is called. Who named it in a survey is not counted outside releases."""

    mentors: int
    names: Sequence[str]


def list_affiliated(organisation_id: int, *, cursor: str | None, size: int = PAGE_SIZE) -> Page[Mentor]:
    """The mentors of an entry, and of what was merged into it, by name."""
    query = select(Mentor).where(Mentor.organisation_id.in_(counting_as(organisation_id)))
    query = query.options(joinedload(Mentor.organisation))
    order = [Mentor.folded, Mentor.id]
    return page_of(
        query, order=order, key=lambda mentor: [mentor.folded, mentor.id], cursor=cursor, size=size
    )


def list_nearest(entry: Organisation, *, typed: str) -> Sequence[Organisation]:
    """The entries that this one may be the same as: those that go by what was typed, else by words of its name."""
    own = select(Organisation.id).where(
        Organisation.merged_into_id.is_(None),
        Organisation.provisional.is_(False),
        Organisation.id != entry.id,
    )
    found = find_similar(Kind.ORGANISATION, typed or entry.name, among=own, most=NEAREST)
    query = select(Organisation).where(Organisation.id.in_(found)).options(selectinload(Organisation.aliases))
    return sorted(db.session.scalars(query), key=lambda near: found.index(near.id))


def find_ties(entry: Organisation) -> Ties:
    """What would count for another entry if this one were merged into it."""
    ids = [*db.session.scalars(counting_as(entry.id))]
    mentors = select(func.count()).where(Mentor.organisation_id.in_(ids))
    merged = (
        select(Organisation.name).where(Organisation.merged_into_id == entry.id).order_by(Organisation.folded)
    )
    names = [*(alias.name for alias in entry.aliases), *db.session.scalars(merged)]
    return Ties(db.session.scalar(mentors) or 0, names)
