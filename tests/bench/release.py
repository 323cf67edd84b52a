"""Summarising a wave, over the statements that count it, sent straight to the driver."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, func, select

from program import clock
from program.extensions import db
from program.releases.models import Release, SummaryJob
from program.releases.services import summarise
from program.surveys.models import Answer
from tests.bench.bulk import answered_wave, cohort_due_tomorrow, enrol, settle_statistics
from tests.bench.figures import Comparison, Load, interleave

GOAL = 1.3
ANSWERS_EACH = 6
Statement = tuple[str, Any]


def compare_release(backend: str, *, rounds: int, respondents: int) -> Iterator[Comparison]:
    """The whole job but for its commits, with the release written; the floor fetches the same counts."""
    cohort = cohort_due_tomorrow(weeks=10)
    wave = answered_wave(cohort, enrol(cohort, respondents))
    job = SummaryJob(wave_id=wave.id, created_at=clock.now(), steps_total=5)
    db.session.add(job)
    settle_statistics()
    assert db.session.scalar(select(func.count()).select_from(Answer)) == ANSWERS_EACH * respondents
    with _recorded() as statements:
        _summarise(job.id, respondents)
    counting = [(sql, values) for sql, values in statements if "count(" in sql]
    found = Comparison(f"release · {backend}", GOAL, unit="answers")
    found.note = f"{respondents:,} respondents, {len(counting)} of {len(statements)} statements count"
    found.cpu_elsewhere = backend == "postgresql"
    yield interleave(
        found,
        rounds=rounds,
        ours=lambda: _summarise(job.id, respondents),
        floor=lambda: _count(counting, respondents),
    )


def _summarise(job_id: int, respondents: int) -> Load:
    """Make the release and take it back; it has to be whole."""
    job = db.session.get_one(SummaryJob, job_id)
    cpu, began = time.process_time(), time.perf_counter()
    for _step in summarise(job, now=clock.now()):
        db.session.flush()
    load = Load(ANSWERS_EACH * respondents, time.perf_counter() - began, time.process_time() - cpu)
    content = db.session.scalars(select(Release.content)).one()
    assert (content["answered"], len(content["questions"])) == (respondents, 4)
    db.session.rollback()
    return load


def _count(statements: Sequence[Statement], respondents: int) -> Load:
    """The same counts, as rows of the driver."""
    driver = db.session.connection().connection.driver_connection
    assert driver is not None
    cursor = driver.cursor()
    cpu, began = time.process_time(), time.perf_counter()
    rows = [cursor.execute(sql, values).fetchall() for sql, values in statements]
    load = Load(ANSWERS_EACH * respondents, time.perf_counter() - began, time.process_time() - cpu)
    assert all(rows)
    db.session.rollback()
    return load


@contextmanager
def _recorded() -> Iterator[list[Statement]]:
    """The statements that are executed in this block, with their values."""
    statements: list[Statement] = []

    def note(_connection, _cursor, statement, values, *_rest):
        statements.append((statement, values))

    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(bind, "before_cursor_execute", note)
