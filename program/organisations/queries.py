"""Reading the catalogue."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from program.errors import NotFoundError
from program.extensions import db
from program.folding import fold
from program.names.models import Kind
from program.names.queries import is_named
from program.organisations.models import Organisation, OrganisationAlias, OrganisationMerge, Sector
from program.paging import PAGE_SIZE, Page, page_of


class Sorting(StrEnum):
    """Whether staff have sorted an entry."""

    SORTED = "sorted"
    TO_SORT = "to sort"


def list_organisations() -> Sequence[Organisation]:
    """The catalogue by name, without what is not sorted yet and what was merged into another."""
    sorted_out = (Organisation.provisional.is_(False), Organisation.merged_into_id.is_(None))
    query = select(Organisation).where(*sorted_out).order_by(Organisation.folded, Organisation.id)
    return db.session.scalars(query).all()


def find_organisation(name: str) -> Organisation | None:
    """The organisation that is called this, or has it as an alias; of a merged one, the entry that it counts as."""
    folded = fold(name)
    query = (
        select(Organisation)
        .outerjoin(Organisation.aliases)
        .where(or_(Organisation.folded == folded, OrganisationAlias.folded == folded))
        .order_by(Organisation.merged_into_id.is_not(None), Organisation.id)
        .options(joinedload(Organisation.merged_into))
    )
    found = db.session.scalars(query).first()
    return found.current if found else None


def get_organisation(organisation_id: int) -> Organisation:
    """An entry, with the one it was merged into. Raises NotFoundError."""
    options = [joinedload(Organisation.merged_into), selectinload(Organisation.aliases)]
    found = db.session.get(Organisation, organisation_id, options=options)
    if found is None:
        raise NotFoundError("There is no such organisation.")
    return found


def list_entries(
    *, typed: str, sector: Sector | None, sorting: Sorting | None, cursor: str | None, size: int = PAGE_SIZE
) -> Page[Organisation]:
    """The entries that are asked for, by name; what was merged into another is not one."""
    query = select(Organisation).where(Organisation.merged_into_id.is_(None))
    query = query.options(selectinload(Organisation.aliases))
    if typed:
        query = query.where(is_named(Kind.ORGANISATION, Organisation.id, typed))
    if sector is not None:
        query = query.where(Organisation.sector == sector)
    if sorting is not None:
        query = query.where(Organisation.provisional.is_(sorting is Sorting.TO_SORT))
    order = [Organisation.folded, Organisation.id]
    return page_of(query, order=order, key=lambda entry: [entry.folded, entry.id], cursor=cursor, size=size)


def who_is_called(name: str, *, besides: Organisation | None) -> str:
    """Where this name leads already, in words; empty if nowhere. An entry's own name is no matter `besides` it."""
    folded = fold(name)
    named = select(Organisation).where(Organisation.folded == folded)
    if besides is not None:
        named = named.where(Organisation.id != besides.id)
    entry = db.session.scalars(named.options(joinedload(Organisation.merged_into)).limit(1)).first()
    if entry is not None:
        return f"That is the name of {_described(entry)}."
    aliased = select(Organisation).join(Organisation.aliases).where(OrganisationAlias.folded == folded)
    entry = db.session.scalars(aliased.options(joinedload(Organisation.merged_into)).limit(1)).first()
    return f"That is an alias of {_described(entry)}." if entry is not None else ""


def counting_as(organisation_id: int) -> Select[int]:
    """The ids of an entry and of all that was merged into it: what is tied to any of these is tied to it."""
    return select(Organisation.id).where(
        or_(Organisation.id == organisation_id, Organisation.merged_into_id == organisation_id)
    )


def list_children(organisation_id: int) -> list[int]:
    """The ids of what was merged into the entry."""
    children = select(Organisation.id).where(Organisation.merged_into_id == organisation_id)
    return [*db.session.scalars(children.order_by(Organisation.id))]


def merged_ids() -> dict[int, int]:
    """What was merged into another, and into which."""
    pairs = select(Organisation.id, Organisation.merged_into_id)
    found = db.session.execute(pairs.where(Organisation.merged_into_id.is_not(None)))
    return {merged: into for merged, into in found if into is not None}


def count_to_sort() -> int:
    """How many names wait to be sorted."""
    waits = (Organisation.provisional.is_(True), Organisation.merged_into_id.is_(None))
    return db.session.scalar(select(func.count()).select_from(Organisation).where(*waits)) or 0


def list_merges(organisation_id: int) -> Sequence[OrganisationMerge]:
    """The merges that still stand of which the entry is a part, the latest first."""
    part = or_(OrganisationMerge.source_id == organisation_id, OrganisationMerge.target_id == organisation_id)
    query = select(OrganisationMerge).where(part, OrganisationMerge.undone_at.is_(None))
    loads = [joinedload(OrganisationMerge.source), joinedload(OrganisationMerge.target)]
    return db.session.scalars(query.order_by(OrganisationMerge.id.desc()).options(*loads)).all()


def get_merge(merge_id: int) -> OrganisationMerge:
    """A merge with its two entries. Raises NotFoundError."""
    loads = [joinedload(OrganisationMerge.source), joinedload(OrganisationMerge.target)]
    merge = db.session.get(OrganisationMerge, merge_id, options=loads)
    if merge is None:
        raise NotFoundError("There is no such merge.")
    return merge


def _described(entry: Organisation) -> str:
    where = f", which was merged into {entry.merged_into.name}" if entry.merged_into else ""
    waits = ", which waits to be sorted" if entry.provisional else ""
    return f"“{entry.name}”{where}{waits}"
