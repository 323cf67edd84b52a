"""Reading and searching the record of what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased

from program.access import Actor, Permission, may_enter
from program.accounts.models import Account
from program.accounts.queries import goes_by
from program.audit.models import PRIVATE_SUBJECTS, AuditEvent, Tag
from program.columns import AnySelect
from program.extensions import db
from program.history.words import words_for
from program.paging import Page, page_of

MOST_EXPORTED = 50_000
MOST_PEOPLE = 50
"""How many people may go by what was typed."""
SHOWN = 30
Doer, Subject = aliased(Account), aliased(Account)


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; what is not given is not asked for. `until` is the first moment that is not wanted."""

    person: str = ""
    tag: Tag | None = None
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None
    people: Sequence[int] = field(default=())


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, who did it, and to whom if it was done to a person."""

    event: AuditEvent
    actor: str | None
    person: str | None

    @property
    def who(self) -> str:
        """Who did it, as far as it is known: what came from a network address was done by somebody."""
        return self.actor or ("somebody not signed in" if self.event.address else "the programme")

    @property
    def what(self) -> str:
        """What was done, in plain words."""
        return words_for(self.event.tag)


def search_events(search: Search, *, cursor: str | None) -> Page[Entry]:
    """The events, newest first."""
    order = [AuditEvent.at, AuditEvent.id]
    page = page_of(
        _found(search),
        order=order,
        key=lambda row: [row[0].at, row[0].id],
        cursor=cursor,
        newest_first=True,
    )
    return page.map(lambda row: Entry(*row))


def each_found(search: Search) -> Iterator[Entry]:
    """The events, newest first, as many as an export may have; few at a time are in memory."""
    query = _found(search).order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(MOST_EXPORTED)
    for row in db.session.execute(query.execution_options(yield_per=1_000)):
        yield Entry(*row)


def list_history(actor: Actor, kind: str, subject_id: int) -> list[Entry]:
    """The latest of what was done to one object, for who may read the record; nothing for others."""
    if not may_enter(actor, Permission.AUDIT_READ):
        return []
    query = _entries().where(AuditEvent.subject_kind == kind, AuditEvent.subject_id == subject_id)
    query = query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(SHOWN)
    return [Entry(*row) for row in db.session.execute(query)]


def find_people(typed: str) -> list[int]:
    """The accounts that go by this name or address, or a part of it."""
    return [
        *db.session.scalars(select(Account.id).where(goes_by(typed)).order_by(Account.id).limit(MOST_PEOPLE))
    ]


def _found(search: Search) -> AnySelect:
    query = _entries()
    if search.tag:
        query = query.where(AuditEvent.tag == search.tag)
    if search.address:
        query = query.where(AuditEvent.address == search.address)
    if search.person:
        done_to = and_(AuditEvent.subject_kind == "account", AuditEvent.subject_id.in_(search.people))
        query = query.where(or_(AuditEvent.actor_id.in_(search.people), done_to))
    if search.since:
        query = query.where(AuditEvent.at >= search.since)
    if search.until:
        query = query.where(AuditEvent.at < search.until)
    return query


def _entries() -> Select[*tuple[AuditEvent, str | None, str | None]]:
    to_person = and_(AuditEvent.subject_kind == "account", AuditEvent.subject_id == Subject.id)
    return (
        select(AuditEvent, Doer.name, Subject.name)
        .outerjoin(Doer, Doer.id == AuditEvent.actor_id)
        .outerjoin(Subject, to_person)
        .where(AuditEvent.subject_kind.not_in(PRIVATE_SUBJECTS))
    )
