"""What a worker does with an import: check it row by row, or apply it all at once.

A lease holds it. Every step is written only while the lease is held and nobody has cancelled, so that of two workers
one gets through, and an import is applied once or not at all.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, delete, insert, select, update

from program.access import PROGRAMME, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.states import check_changeable
from program.errors import ConflictError, DomainError
from program.extensions import db, only_reading
from program.imports.forgetting import forget_import
from program.imports.known import batches
from program.imports.models import Import, ImportRow, ImportState
from program.imports.planning import Reading, hold_rows, plan_rows, read_rows, reading_of, write_rows
from program.imports.plans import Planned, counts_of, digest
from program.imports.queries import get_import, waiting_imports
from program.imports.workbooks import UnreadableError

MAX_ATTEMPTS = 3
GONE = "Somebody else has this import, or it was cancelled."
DIED = (
    "It took too long, or the worker was stopped, several times. Nothing was applied."
    " Please split the sheet, and import one part after another."
)
BROKE = "Something broke on our side, several times. Nothing was applied."


def claim_import(*, lease: timedelta, now: datetime) -> Import | None:
    """Take an import that nobody works on. Of several who try, one gets it."""
    token = secrets.token_hex(16)
    claim = update(Import).where(Import.id == waiting_imports(now).scalar_subquery())
    claim = claim.values(
        lease_token=token, lease_until=now + lease, rows_done=0, attempts=Import.attempts + 1
    ).execution_options(synchronize_session=False)
    if cast("CursorResult[None]", db.session.execute(claim)).rowcount != 1:
        return None
    found = select(Import).where(Import.lease_token == token).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def work_on(run: Import, *, clock: Callable[[], datetime], lease: timedelta) -> Iterator[None]:
    """Check or apply it; the caller commits after each step. Raises ConflictError once it is somebody else's."""
    if run.attempts > MAX_ATTEMPTS:
        raise DomainError(DIED)
    reading = reading_of(run)
    yield
    parsed = read_rows(reading)
    if reading.state is ImportState.CHECKING:
        yield from _check(reading, parsed, clock=clock, lease=lease)
    else:
        _apply(reading, parsed, now=clock())
        yield


def fail_import(run_id: int, token: str, *, error: Exception, now: datetime) -> None:
    """Give it back after a fault, to be tried again; for good if that is no use."""
    told = isinstance(error, DomainError | UnreadableError) and not isinstance(error, ConflictError)
    run = db.session.get(Import, run_id, populate_existing=True)
    if run is None or run.lease_token != token:
        return
    run.lease_token = run.lease_until = None
    if told or run.attempts >= MAX_ATTEMPTS:
        run.state, run.finished_at = ImportState.FAILED, now
        run.last_error = str(error)[:500] if told else f"{BROKE} ({type(error).__name__})"


def _check(
    reading: Reading, parsed: Any, *, clock: Callable[[], datetime], lease: timedelta
) -> Iterator[None]:
    """Say of each row what it would do, a batch at a time, so that the page shows how far it is."""
    with only_reading():
        planned = plan_rows(reading, parsed, now=clock())
    _hold(reading, lease_until=clock() + lease, rows_total=len(planned))
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == reading.run_id))
    yield
    done = 0
    for batch in batches(planned):
        db.session.execute(insert(ImportRow), [_as_row(reading.run_id, row) for row in batch])
        done += len(batch)
        _hold(reading, lease_until=clock() + lease, rows_done=done)
        yield
    checked = {"state": ImportState.CHECKED, "counts": counts_of(planned), "digest": digest(planned)}
    _hold(reading, **checked, lease_token=None, lease_until=None)
    yield


def _apply(reading: Reading, parsed: Any, *, now: datetime) -> None:
    """Do what was confirmed, in the one transaction of the caller; if it would be something else now, check anew."""
    run = get_import(reading.run_id)
    hold_rows(reading)
    planned = plan_rows(reading, parsed, now=now)
    if digest(planned) != run.digest:
        _hold(reading, state=ImportState.CHECKING, moved=True, attempts=0, lease_token=None, lease_until=None)
        return
    actor = run.confirmed_by or run.created_by
    require(actor, Permission.IMPORT_RUN, PROGRAMME, now=now)
    check_changeable(run.cohort.state)
    write_rows(run, planned, actor=actor, now=now)
    subject, counts = ("import", run.id), dict(run.counts)
    applied = {"state": ImportState.APPLIED, "finished_at": now, "rows_done": len(planned)}
    _hold(reading, **applied, lease_token=None, lease_until=None)
    record(Tag.IMPORT_APPLY, actor_id=actor.id, subject=subject, now=now, after=counts)
    _tie(planned, run.id)
    forget_import(run.id, rows=False)


def _hold(reading: Reading, **values: Any) -> None:
    """Write this of the import. Raises ConflictError unless it is still as it was claimed.

    Who cancels holds it before its rows: so it is here, or each would wait for the other.
    """
    mine = (Import.id == reading.run_id, Import.lease_token == reading.token, Import.state == reading.state)
    step = update(Import).where(*mine).values(**values).execution_options(synchronize_session=False)
    if cast("CursorResult[None]", db.session.execute(step)).rowcount != 1:
        raise ConflictError(GONE)


def _tie(planned: list[Planned], run_id: int) -> None:
    """The rows lead to the people that they are about, so that they go when a person is erased."""
    table = cast("Table", ImportRow.__table__)
    tie = (
        update(table)
        .where(table.c.import_id == run_id, table.c.number == bindparam("row"))
        .values(account_id=bindparam("account"))
    )
    rows = [{"row": row.number, "account": row.account_id} for row in planned if row.account_id]
    if rows:
        db.session.connection().execute(tie, rows)


def _as_row(run_id: int, row: Planned) -> dict[str, Any]:
    return {
        "import_id": run_id,
        "number": row.number,
        "verdict": row.verdict,
        "label": row.label[:250],
        "address": row.address,
        "account_id": row.account_id,
        "changes": [[change.label, change.before, change.after] for change in row.changes],
        "errors": [*row.errors],
        "options": [[*option] for option in row.options],
        "note": row.note[:500],
    }
