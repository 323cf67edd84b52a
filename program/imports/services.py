"""Beginning an import, saying how it is to be read, confirming and cancelling it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update

from program.access import PROGRAMME, Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort
from program.cohorts.states import check_changeable
from program.doorbell import Bell, ring_after_commit
from program.errors import ConflictError, ForbiddenStepError
from program.extensions import db, insert_missing
from program.imports.forgetting import forget_import
from program.imports.kinds import ImportKind
from program.imports.mapping import is_usable, signature
from program.imports.models import (
    OVER,
    STEPS,
    Import,
    ImportFile,
    ImportMapping,
    ImportState,
)
from program.imports.plans import Verdict
from program.imports.queries import find_mapping
from program.imports.reading import Head

NOTHING_NEW = "Every row that is not wrong is here already: there is nothing to apply."
LOOK_AGAIN = "This import was checked anew since you looked. Nothing was applied: look at it again."
LEFT_OUT = "Some rows are wrong or asked about. Say that they are to be left out, or put them right first."


def start_import(
    *,
    kind: ImportKind,
    cohort: Cohort,
    name: str,
    content: bytes,
    head: Head,
    actor: Actor,
    now: datetime,
) -> Import:
    """Keep the file. Which column is which is asked, unless a sheet with these heads was there before.

    Raises ForbiddenStepError for a cohort that is archived.
    """
    require(actor, Permission.IMPORT_RUN, PROGRAMME, now=now)
    check_changeable(cohort.state)
    run = Import(kind=kind, cohort=cohort, name=name, created_at=now, created_by_id=actor.id)
    run.file = ImportFile(content=content, sheet=head.sheet, heads_at=head.number)
    run.file.heads, run.file.samples = [*head.heads], [[*cells] for cells in head.samples]
    db.session.add(run)
    db.session.flush()
    after = {"kind": kind, "cohort": cohort.id}
    record(Tag.IMPORT_START, actor_id=actor.id, subject=("import", run.id), now=now, after=after)
    known = find_mapping(kind, signature(head.heads))
    if known is not None and is_usable(kind, head.heads, known.mapping):
        run.file.mapping = known.mapping
        _move(run, ImportState.CHECKING)
    return run


def choose_columns(run: Import, *, mapping: Mapping[str, int], actor: Actor, now: datetime) -> None:
    """Which column is which, remembered for the next sheet with these heads; then it is checked.

    Raises ForbiddenStepError.
    """
    require(actor, Permission.IMPORT_RUN, run, now=now)
    file = _file_of(run)
    file.mapping, file.choices = dict(mapping), {}
    _remember(run.kind, signature(file.heads), file.mapping)
    _check(run, actor=actor, now=now, after={"columns": len(mapping)})


def answer_questions(run: Import, *, choices: Mapping[str, str], actor: Actor, now: datetime) -> None:
    """Who is who in rows about people who may be the same; then it is checked anew. Raises ForbiddenStepError."""
    require(actor, Permission.IMPORT_RUN, run, now=now)
    file = _file_of(run)
    file.choices = file.choices | dict(choices)
    _check(run, actor=actor, now=now, after={"answers": len(choices)})


def confirm_import(run: Import, *, seen: str, leave_out: bool, actor: Actor, now: datetime) -> None:
    """Have a worker apply exactly what was `seen`, all at once. Rows that are wrong are left out if that is said.

    Raises ForbiddenStepError, ConflictError if it was checked anew.
    """
    require(actor, Permission.IMPORT_RUN, run, now=now)
    check_changeable(run.cohort.state)
    if seen != run.digest:
        raise ConflictError(LOOK_AGAIN)
    if not run.counts.get(Verdict.NEW, 0) + run.counts.get(Verdict.CHANGED, 0):
        raise ForbiddenStepError(NOTHING_NEW)
    if run.left_out and not leave_out:
        raise ForbiddenStepError(LEFT_OUT)
    _move(run, ImportState.APPLYING, confirmed_by_id=actor.id)
    record(Tag.IMPORT_CONFIRM, actor_id=actor.id, subject=("import", run.id), now=now, after=dict(run.counts))


def cancel_import(run: Import, *, actor: Actor, now: datetime) -> None:
    """Stop it, and delete its file and rows. Once it is applied that is too late. Raises ForbiddenStepError."""
    require(actor, Permission.IMPORT_RUN, run, now=now)
    _move(run, ImportState.CANCELLED, finished_at=now)
    forget_import(run.id)
    record(Tag.IMPORT_CANCEL, actor_id=actor.id, subject=("import", run.id), now=now)


def _remember(kind: ImportKind, heads: str, mapping: dict[str, int]) -> None:
    """Of several who say it at once, the last is right."""
    if not insert_missing(ImportMapping, [{"kind": kind, "signature": heads, "mapping": mapping}]):
        known = update(ImportMapping).where(ImportMapping.kind == kind, ImportMapping.signature == heads)
        db.session.execute(known.values(mapping=mapping))


def _check(run: Import, *, actor: Actor, now: datetime, after: dict[str, Any]) -> None:
    check_changeable(run.cohort.state)
    _move(run, ImportState.CHECKING, moved=False)
    record(Tag.IMPORT_CHECK, actor_id=actor.id, subject=("import", run.id), now=now, after=after)


def _move(run: Import, state: ImportState, **values: Any) -> None:
    """Take the step, if it is still open when it is written: a worker may be at it. Raises ForbiddenStepError."""
    db.session.flush()
    before = [one for one, steps in STEPS.items() if state in steps]
    fresh = {"rows_done": 0, "attempts": 0, "last_error": "", "lease_token": None, "lease_until": None}
    step = update(Import).where(Import.id == run.id, Import.state.in_(before))
    step = step.values(state=state, **fresh, **values).execution_options(synchronize_session=False)
    moved = cast("CursorResult[None]", db.session.execute(step)).rowcount
    db.session.refresh(run)
    if not moved:
        done = "is done: its file is deleted" if run.state in OVER else f"is at “{run.state}”"
        raise ForbiddenStepError(
            f"This import {done}, so that this cannot be done any more. Nothing was changed."
        )
    if state in (ImportState.CHECKING, ImportState.APPLYING):
        ring_after_commit(Bell.IMPORT)


def _file_of(run: Import) -> ImportFile:
    if run.file is None:
        raise ForbiddenStepError("The file of this import is deleted. Choose it again to begin a new one.")
    return run.file
