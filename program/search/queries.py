"""What goes by what was typed, as far as the reader may see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.access import PROGRAMME, Actor, Permission, can
from program.accounts.models import Account
from program.columns import Base
from program.extensions import db
from program.fellows.models import Fellowship
from program.mentors.models import Mentor
from program.names.models import Kind
from program.names.queries import find_named
from program.organisations.models import Organisation
from program.paging import PAGE_SIZE, Page

FIRST = 5
"""Hits of each kind where all kinds are shown."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: what it is called, and what tells it from others of the name."""

    subject_id: int
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Found:
    """How the things of a kind are read, by whom, and what is said of each."""

    permission: Permission
    model: type[Base]
    loads: tuple[Any, ...]
    hit: Callable[[Any], Hit]


def _person(account: Account) -> Hit:
    return Hit(account.id, account.name, account.email)


def _mentor(mentor: Mentor) -> Hit:
    return Hit(mentor.id, mentor.name, mentor.organisation.current.name if mentor.organisation else "")


def _organisation(entry: Organisation) -> Hit:
    if entry.merged_into is not None:
        return Hit(entry.id, entry.name, f"merged into {entry.merged_into.name}")
    return Hit(entry.id, entry.name, "to sort" if entry.provisional else entry.sector.word)


def _project(fellowship: Fellowship) -> Hit:
    return Hit(fellowship.id, fellowship.project, f"{fellowship.account.name}, {fellowship.cohort.name}")


KINDS: dict[Kind, _Found] = {
    Kind.PERSON: _Found(Permission.PERSON_READ, Account, (), _person),
    Kind.MENTOR: _Found(
        Permission.MENTOR_READ,
        Mentor,
        (joinedload(Mentor.organisation).joinedload(Organisation.merged_into),),
        _mentor,
    ),
    Kind.ORGANISATION: _Found(
        Permission.ORGANISATION_READ, Organisation, (joinedload(Organisation.merged_into),), _organisation
    ),
    Kind.PROJECT: _Found(
        Permission.FELLOWSHIP_READ,
        Fellowship,
        (joinedload(Fellowship.account), joinedload(Fellowship.cohort)),
        _project,
    ),
}


def search_names(
    actor: Actor, typed: str, *, kind: Kind | None, cursor: str | None, now: datetime
) -> dict[Kind, Page[Hit]]:
    """The first of each kind, or a page of one. Kinds of which the actor may not read any are left out."""
    asked = KINDS if kind is None else {kind: KINDS[kind]}
    open_to = [one for one, found in asked.items() if can(actor, found.permission, PROGRAMME, now=now)]
    size, after = (FIRST, None) if kind is None else (PAGE_SIZE, cursor)
    pages = find_named(open_to, typed, cursor=after, size=size)
    return {one: _read(KINDS[one], page) for one, page in pages.items()}


def _read(found: _Found, page: Page[int]) -> Page[Hit]:
    rows = {hit.subject_id: hit for hit in map(found.hit, _rows(found, page.rows))}
    return Page([rows[key] for key in page.rows if key in rows], page.next_cursor, page.is_first)


def _rows(found: _Found, ids: Sequence[int]) -> Sequence[Any]:
    if not ids:
        return []
    key: Any = found.model.__table__.c["id"]
    return db.session.scalars(select(found.model).where(key.in_(ids)).options(*found.loads)).all()
