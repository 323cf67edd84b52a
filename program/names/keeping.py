"""What is found by which names; its parts follow them at commit, so that who changes a name need not think of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Insert, Table, delete, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, UOWTransaction

from program.columns import Base
from program.extensions import db
from program.names.models import Kind, SearchPart
from program.names.parts import parts_of

Row = dict[str, object]
Model = TypeVar("Model", bound=type[Base])
TOUCHED = "things whose names changed"
BATCH = 2_000
"""Things whose parts are written at once."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that lead to a thing: to which stands in the column `subject`, by which name in `text`."""

    kind: Kind
    subject: str
    text: str


SOURCES: dict[type[Base], Source] = {}


def found_by(kind: Kind, *, subject: str = "id", text: str = "folded") -> Callable[[Model], Model]:
    """Declare that things of this kind are found by the rows of a model."""

    def declare(model: Model) -> Model:
        SOURCES[model] = Source(kind, subject, text)
        return model

    return declare


@event.listens_for(db.session, "after_flush")
def _note_names(session: Session, flushed: UOWTransaction) -> None:
    """What leads elsewhere now leads to both: an orphan, for one, is deleted without being marked before."""
    touched: set[tuple[Kind, int]] = session.info.setdefault(TOUCHED, set())
    for state, (goes, only_listed) in flushed.states.items():
        source = SOURCES.get(state.class_)
        if source is None or only_listed:
            continue
        subject, text = (state.attrs[name].history for name in (source.subject, source.text))
        if goes or state.key is None or subject.has_changes() or text.has_changes():
            touched |= {(source.kind, led_to) for led_to in subject.sum() if led_to is not None}


@event.listens_for(db.session, "before_commit", insert=True)
def _keep_noted(session: Session) -> None:
    """First of all: the seals of the record are held by one transaction at a time, and wait for nothing."""
    if any(type(row) in SOURCES for row in (*session.new, *session.dirty, *session.deleted)):
        session.flush()
    touched: set[tuple[Kind, int]] = session.info.pop(TOUCHED, set())
    for kind in Kind:
        if subjects := sorted(subject for one, subject in touched if one is kind):
            _write(session.connection(), kind, subjects)


def keep_parts(model: type[Base], ids: Iterable[int]) -> None:
    """Write the parts of these rows' names anew, for who writes or deletes rows past the session."""
    if model in SOURCES:
        _write(db.session.connection(), SOURCES[model].kind, sorted(ids))


def rebuild_parts(write: Callable[[list[Row]], object] | None = None) -> Iterator[int]:
    """Write all parts anew; after each batch, how many rows that were, so that the caller can commit between them.

    `write` puts rows into the table, for who has a quicker way of it.
    """
    for kind in Kind:
        db.session.connection().execute(delete(SearchPart).where(SearchPart.kind == kind))
        last = 0
        while subjects := _following(kind, last):
            rows = _rows(db.session.connection(), kind, subjects)
            if rows:
                (write or _insert_all)(rows)
            last = subjects[-1]
            yield len(rows)


def _following(kind: Kind, last: int) -> list[int]:
    key = next(
        _column(model, "id") for model, source in SOURCES.items() if source == Source(kind, "id", source.text)
    )
    return [
        *db.session.connection().execute(select(key).where(key > last).order_by(key).limit(BATCH)).scalars()
    ]


def _write(connection: Connection, kind: Kind, subjects: Sequence[int]) -> None:
    for start in range(0, len(subjects), BATCH):
        some = subjects[start : start + BATCH]
        gone = delete(SearchPart).where(SearchPart.kind == kind, SearchPart.subject_id.in_(some))
        connection.execute(gone)
        if rows := _rows(connection, kind, some):
            connection.execute(_insert(connection.dialect.name), rows)


def _rows(connection: Connection, kind: Kind, subjects: Sequence[int]) -> list[Row]:
    return [
        {"kind": kind, "subject_id": subject, "part": part}
        for subject, names in _names(connection, kind, subjects).items()
        for part in sorted(parts_of(*names))
    ]


def _insert_all(rows: list[Row]) -> None:
    connection = db.session.connection()
    connection.execute(_insert(connection.dialect.name), rows)


def _names(connection: Connection, kind: Kind, subjects: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for model, source in SOURCES.items():
        if source.kind is kind:
            subject, text = _column(model, source.subject), _column(model, source.text)
            for key, name in connection.execute(
                select(subject, text).where(subject.in_(subjects)).order_by(subject)
            ):
                found[key].append(name)
    return found


def _column(model: type[Base], name: str) -> Any:
    return model.__table__.c[name]


@cache
def _insert(dialect: str) -> Insert:
    """Somebody who gives the same thing another name at this moment writes some of the same parts."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(cast("Table", SearchPart.__table__)).on_conflict_do_nothing()
