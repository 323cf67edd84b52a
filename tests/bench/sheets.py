"""Importing a long sheet of each kind: how long a worker is at it, from the file to the last row that is written."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from program import clock
from program.access import Role
from program.accounts.models import Account
from program.accounts.services import create_account
from program.cohorts.models import Cohort
from program.cohorts.services import TrackTarget, create_cohort
from program.extensions import db
from program.imports.kinds import ImportKind
from program.imports.mapping import guess
from program.imports.models import Import, ImportState
from program.imports.reading import read_head
from program.imports.services import choose_columns, confirm_import, start_import
from program.imports.work import claim_import, work_on
from tests.bench.figures import Found
from tests.databases import Databases, other_app

GOAL = 60.0
"""Seconds that a worker may take for one sheet: to check it, and to apply it."""
LEASE = timedelta(minutes=5)
TRACKS = ("Interpretability", "Governance")
Sheet = Callable[[int], str]

SHEETS: dict[ImportKind, tuple[str, Sheet]] = {
    ImportKind.MENTORS: (
        "Name;Email;Affiliation;Track;Status;Seats",
        lambda n: (
            f"Mentor Number {n};mentor{n}@mentors.example;Place {n % 50};{TRACKS[n % 2]};contacted;{n % 4}"
        ),
    ),
    ImportKind.FELLOWS: (
        "Name;Email;Track;Stage;Project",
        lambda n: (
            f"Person Number {n};person{n}@people.example;{TRACKS[n % 2]};{'applied' if n % 3 else 'accepted'};On {n}"
        ),
    ),
    ImportKind.ASSIGNMENTS: (
        "Fellow email;Mentor email",
        lambda n: f"person{n}@people.example;mentor{n}@mentors.example",
    ),
}
"""The heads and the rows; the later speak of whom the earlier brought."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sheet: seconds of the wall and of the processor to check it and to apply it, and to check it once more."""

    name: str
    checked: tuple[float, float]
    applied: tuple[float, float]
    again: tuple[float, float]

    @property
    def total(self) -> float:
        """Seconds of worker time."""
        return self.checked[0] + self.applied[0]


def measure_imports(backend: str, *, databases: Databases, folder: Path, rows: int) -> Found:
    """The table of all kinds."""
    with other_app(folder, database_url=databases.migrated(backend)) as app, app.app_context():
        lines = list(_lines(rows))
    missed = sum(line.total > GOAL for line in lines)
    head = f"imports · {backend} · {rows:,} rows, at most {GOAL:.0f} s each\n"
    head += f"{'':<12}{'check':>16}{'apply':>16}{'once more':>16}{'in all':>10}   (seconds, processor)"
    told = "\n".join(
        f"{one.name:<12}{_both(one.checked):>16}{_both(one.applied):>16}{_both(one.again):>16}{one.total:>10.1f}"
        f"{'  MISSED' if one.total > GOAL else ''}"
        for one in lines
    )
    return Found(f"{head}\n{told}", met=not missed)


def _lines(rows: int) -> Iterator[Line]:
    now = clock.now()
    staff = create_account(
        email="staff@b.example", name="Staff", roles=[Role.STAFF], time_zone="UTC", actor=None, now=now
    )
    targets = [TrackTarget(track, aim=0.5) for track in TRACKS]
    first, last = date(2030, 1, 7), date(2030, 4, 5)
    cohort = create_cohort(
        name="Bench", time_zone="UTC", starts_on=first, ends_on=last, tracks=targets, actor=None, now=now
    )
    for kind, (heads, row) in SHEETS.items():
        data = "\n".join([heads, *(row(number) for number in range(rows))]).encode()
        run = _begin(kind, data, cohort, staff)
        checked = _work()
        db.session.refresh(run)
        assert (run.state, run.counts["new"]) == (ImportState.CHECKED, rows)
        confirm_import(run, seen=run.digest, leave_out=False, actor=staff, now=clock.now())
        applied = _work()
        db.session.refresh(run)
        assert run.state is ImportState.APPLIED
        second = _begin(kind, data, cohort, staff)
        again = _work()
        db.session.refresh(second)
        assert second.counts["unchanged"] == rows
        yield Line(kind.value, checked, applied, again)


def _begin(kind: ImportKind, data: bytes, cohort: Cohort, staff: Account) -> Import:
    head = read_head(data, kind)
    run = start_import(
        kind=kind, cohort=cohort, name="bench.csv", content=data, head=head, actor=staff, now=clock.now()
    )
    if run.state is ImportState.COLUMNS:
        choose_columns(run, mapping=guess(kind, head.heads), actor=staff, now=clock.now())
    return run


def _work() -> tuple[float, float]:
    """Let a worker do what waits; its seconds, of the wall and of the processor."""
    db.session.commit()
    cpu, began = time.process_time(), time.perf_counter()
    run = claim_import(lease=LEASE, now=clock.now())
    db.session.commit()
    for _step in work_on(run, clock=clock.now, lease=LEASE):
        db.session.commit()
    return time.perf_counter() - began, time.process_time() - cpu


def _both(spent: tuple[float, float]) -> str:
    return f"{spent[0]:.1f} ({spent[1]:.1f})"
