"""Keeping the catalogue: its entries, their other names, and which of them are the same."""

import csv
from datetime import datetime

from sqlalchemy import select

from program.access import PROGRAMME, Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.config import PACKAGE
from program.errors import ConflictError, ForbiddenStepError, NotFoundError
from program.extensions import db, flush_or_conflict
from program.folding import fold
from program.organisations.models import Organisation, OrganisationAlias, OrganisationMerge, Sector
from program.organisations.queries import list_children, who_is_called

CATALOGUE = PACKAGE / "organisations" / "catalogue.csv"
TAKEN = "Somebody else has just given this name to an entry. Please look at the catalogue again."


def load_catalogue() -> int:
    """Add the organisations of the shipped catalogue that are not there yet; how many those were.

    One is there if any of its names leads somewhere: staff may have given it another, or merged it.
    """
    known = {
        *db.session.scalars(select(Organisation.folded)),
        *db.session.scalars(select(OrganisationAlias.folded)),
    }
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        shipped = [_entry(row) for row in csv.DictReader(file)]
    fresh = [
        one for one in shipped if known.isdisjoint({one.folded, *(alias.folded for alias in one.aliases)})
    ]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)


def add_organisation(*, name: str, sector: Sector, actor: Actor, now: datetime) -> Organisation:
    """A new entry. Raises ForbiddenError, and ConflictError if the name leads to an entry already."""
    require(actor, Permission.ORGANISATION_CHANGE, PROGRAMME, now=now)
    _check_free(name, besides=None)
    entry = Organisation(name=name, sector=sector)
    db.session.add(entry)
    flush_or_conflict(TAKEN)
    _write_down(Tag.ORGANISATION_ADD, entry, actor, now=now, after=_said(entry))
    return entry


def change_organisation(
    entry: Organisation, *, name: str, sector: Sector, actor: Actor, now: datetime
) -> None:
    """Give the entry this name and sector; one that waited to be sorted is a part of the catalogue from then on.

    Raises ForbiddenError, ForbiddenStepError for one that was merged, and ConflictError if the name is another's.
    """
    require(actor, Permission.ORGANISATION_CHANGE, entry, now=now)
    _hold(entry)
    _check_not_merged(entry)
    _check_free(name, besides=entry)
    before = _said(entry)
    entry.name, entry.sector, entry.provisional = name, sector, False
    flush_or_conflict(TAKEN)
    _write_down(Tag.ORGANISATION_CHANGE, entry, actor, now=now, before=before, after=_said(entry))


def add_alias(entry: Organisation, *, name: str, actor: Actor, now: datetime) -> OrganisationAlias:
    """One more name that leads to the entry.

    Raises ForbiddenError, ForbiddenStepError for one that was merged, and ConflictError if the name leads to an
    entry already.
    """
    require(actor, Permission.ORGANISATION_CHANGE, entry, now=now)
    _hold(entry)
    _check_not_merged(entry)
    _check_free(name, besides=None)
    alias = OrganisationAlias(name=name)
    entry.aliases.append(alias)
    flush_or_conflict(TAKEN)
    _write_down(Tag.ORGANISATION_CHANGE, entry, actor, now=now, after={"alias": name})
    return alias


def remove_alias(entry: Organisation, *, alias_id: int, actor: Actor, now: datetime) -> None:
    """The entry is not found by this name any more. Raises ForbiddenError and NotFoundError."""
    require(actor, Permission.ORGANISATION_CHANGE, entry, now=now)
    _hold(entry)
    alias = next((alias for alias in entry.aliases if alias.id == alias_id), None)
    if alias is None:
        raise NotFoundError("This entry has no such alias (any more).")
    entry.aliases.remove(alias)
    db.session.flush()
    _write_down(Tag.ORGANISATION_CHANGE, entry, actor, now=now, before={"alias": alias.name})


def merge_organisations(
    source: Organisation, *, into: Organisation, actor: Actor, now: datetime
) -> OrganisationMerge:
    """From now on `source`, and what was merged into it before, counts as `into`. Nothing is moved but the pointer.

    Raises ForbiddenError, and ForbiddenStepError where either of the two is not an entry of its own.
    """
    for entry in (source, into):
        require(actor, Permission.ORGANISATION_CHANGE, entry, now=now)
    _hold(source, into)
    _check_mergeable(source, into)
    moved = list_children(source.id)
    _point(moved, to=into)
    source.merged_into = into
    merge = OrganisationMerge(source=source, target=into, moved_children=moved, at=now, by_id=actor.id)
    db.session.add(merge)
    db.session.flush()
    _write_down(Tag.ORGANISATION_MERGE, source, actor, now=now, after={"into": into.id, "merge": merge.id})
    return merge


def undo_merge(merge: OrganisationMerge, *, actor: Actor, now: datetime) -> None:
    """Everything counts as it did before the merge. Raises ForbiddenError, and ForbiddenStepError if it was undone,
    or the entry that stayed was itself merged after it.
    """
    source, target = merge.source, merge.target
    for entry in (source, target):
        require(actor, Permission.ORGANISATION_CHANGE, entry, now=now)
    _hold(source, target)
    db.session.refresh(merge)
    if merge.undone_at is not None:
        raise ForbiddenStepError("This merge was undone already.")
    if target.merged_into is not None:
        later = f"{target.name} was merged into {target.merged_into.name} after this. Undo that merge first."
        raise ForbiddenStepError(later)
    _point(merge.moved_children, to=source)
    source.merged_into, merge.undone_at = None, now
    db.session.flush()
    said: dict[str, object] = {"from": target.id, "merge": merge.id}
    _write_down(Tag.ORGANISATION_UNMERGE, source, actor, now=now, after=said)


def _check_mergeable(source: Organisation, into: Organisation) -> None:
    if source.id == into.id:
        raise ForbiddenStepError("An entry cannot be merged into itself. Choose another one.")
    _check_not_merged(source)
    if into.merged_into is not None:
        raise ForbiddenStepError(
            f"{into.name} was merged into {into.merged_into.name}: choose that one instead."
        )
    if into.provisional:
        raise ForbiddenStepError(f"{into.name} is not sorted itself yet: give it a sector first.")


def _check_not_merged(entry: Organisation) -> None:
    if entry.merged_into is not None:
        raise ForbiddenStepError(f"{entry.name} was merged into {entry.merged_into.name}. Undo that first.")


def _check_free(name: str, *, besides: Organisation | None) -> None:
    if elsewhere := who_is_called(name, besides=besides):
        raise ConflictError(elsewhere)


def _hold(*entries: Organisation) -> None:
    """Nobody else changes or merges these before this transaction is over; they are read anew."""
    ids = sorted({entry.id for entry in entries})
    holding = select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id).with_for_update()
    db.session.scalars(holding, execution_options={"populate_existing": True}).all()


def _point(children: list[int], *, to: Organisation) -> None:
    for child in db.session.scalars(select(Organisation).where(Organisation.id.in_(children))):
        child.merged_into = to


def _said(entry: Organisation) -> dict[str, object]:
    return {"name": entry.name, "sector": entry.sector, "to_sort": entry.provisional}


def _write_down(
    tag: Tag, entry: Organisation, actor: Actor, *, now: datetime, **said: dict[str, object]
) -> None:
    record(tag, actor_id=actor.id, subject=("organisation", entry.id), now=now, **said)


def _entry(row: dict[str, str]) -> Organisation:
    names = [name for name in row["aliases"].split(";") if name]
    distinct = {fold(name): name for name in names}
    aliases = [OrganisationAlias(name=name) for name in distinct.values()]
    return Organisation(name=row["name"], sector=Sector(row["sector"]), aliases=aliases)
