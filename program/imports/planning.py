"""From a file to what it would do, and to its being done, whatever kind it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.extensions import db
from program.fellows.models import Fellowship
from program.imports.assignment_rows import plan_assignments
from program.imports.assignment_work import write_assignments
from program.imports.fellow_rows import plan_fellows
from program.imports.fellow_work import write_fellows
from program.imports.kinds import ImportKind
from program.imports.mentor_rows import plan_mentors
from program.imports.mentor_work import write_mentors
from program.imports.models import Import, ImportState
from program.imports.plans import Parsed, Planned, parse
from program.imports.queries import content_of
from program.imports.reading import Head, read_lines
from program.mentors.models import Engagement

HELD: Mapping[ImportKind, Sequence[type[Engagement] | type[Fellowship]]] = {
    ImportKind.MENTORS: [Engagement],
    ImportKind.ENGAGEMENTS: [Engagement],
    ImportKind.FELLOWS: [Fellowship],
    ImportKind.ASSIGNMENTS: [Engagement, Fellowship],
}
"""Whose rows of the cohort nobody else may touch meanwhile, in the order in which others hold them too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is needed of an import to work on it without holding its row."""

    run_id: int
    token: str
    state: ImportState
    kind: ImportKind
    cohort_id: int
    created_by_id: int
    content: bytes
    head: Head
    mapping: Mapping[str, int]
    choices: Mapping[str, str]


def reading_of(run: Import) -> Reading:
    """As it was claimed. Raises NotFoundError once its file is gone."""
    content, file = content_of(run.id), run.file
    head = Head(file.sheet, file.heads_at, file.heads, file.samples) if file else Head("", 0, [], [])
    return Reading(
        run.id,
        run.lease_token or "",
        run.state,
        run.kind,
        run.cohort_id,
        run.created_by_id,
        content,
        head,
        file.mapping if file else {},
        file.choices if file else {},
    )


def read_rows(reading: Reading) -> list[Parsed]:
    """The rows of the file as values. Raises UnreadableError."""
    return parse(reading.kind, read_lines(reading.content, reading.head), reading.mapping)


def hold_rows(reading: Reading) -> None:
    """Nobody else applies an import, or moves or assigns whom the cohort has, before this transaction is over.

    Two sheets may bring the same people, of whom nothing is there yet that could be held.
    """
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer at a time
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(Import.__tablename__))))
    for held in HELD[reading.kind]:
        query = select(held.id).where(held.cohort_id == reading.cohort_id).order_by(held.id)
        db.session.execute(query.with_for_update()).all()


def plan_rows(reading: Reading, parsed: Sequence[Parsed], *, now: datetime) -> list[Planned]:
    """What each row would do as things are now."""
    cohort = db.session.get_one(Cohort, reading.cohort_id, options=[selectinload(Cohort.tracks)])
    match reading.kind:
        case ImportKind.MENTORS | ImportKind.ENGAGEMENTS:
            actor = db.session.get_one(Account, reading.created_by_id)
            return plan_mentors(
                parsed,
                kind=reading.kind,
                cohort=cohort,
                choices=reading.choices,
                actor=actor,
                today=now.date(),
            )
        case ImportKind.FELLOWS:
            return plan_fellows(parsed, cohort=cohort, choices=reading.choices)
        case ImportKind.ASSIGNMENTS:
            return plan_assignments(parsed, cohort=cohort)


def write_rows(run: Import, planned: Sequence[Planned], *, actor: Account, now: datetime) -> None:
    """Do what the rows would do. Nobody is told: no mail goes out."""
    reason = f"Imported from {run.name}"[:500]
    match run.kind:
        case ImportKind.MENTORS | ImportKind.ENGAGEMENTS:
            write_mentors(planned, cohort=run.cohort, reason=reason, actor=actor, now=now)
        case ImportKind.FELLOWS:
            write_fellows(planned, cohort=run.cohort, reason=reason, actor=actor, now=now)
        case ImportKind.ASSIGNMENTS:
            write_assignments(planned, actor=actor, now=now)
