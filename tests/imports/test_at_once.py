"""Two who do something with sheets at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillAtIt
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, select

from program.access import Role
from program.extensions import db
from program.imports.kinds import ImportKind
from program.imports.models import Import, ImportMapping, ImportState
from program.imports.services import choose_columns, confirm_import
from program.imports.work import claim_import, work_on
from program.mentors.models import Mentor
from tests.factories import NOW, make_account, make_cohort, make_import

pytestmark = pytest.mark.live
LEASE = timedelta(minutes=5)
SHEET = "Name;Track;Status\nAda Marsh;Governance;contacted\nBen Ode;Governance;contacted\n"


def work(app):
    """A worker that has claimed an import; at each turn it writes, and then commits what it has written."""
    with app.app_context():
        run = claim_import(lease=LEASE, now=NOW)
        db.session.commit()
        steps = work_on(run, clock=lambda: NOW, lease=LEASE)
        next(steps)
        db.session.commit()
        yield
        next(steps)
        yield
        db.session.commit()


def choose(app, run_id, place):
    """Somebody who says which column is which, and commits it at the next turn."""
    with app.app_context():
        run = db.session.get(Import, run_id)
        choose_columns(run, mapping={"email": place}, actor=run.created_by, now=NOW)
        yield
        db.session.commit()


def in_turn(first, second, *, ready=0):
    """After so many turns of both, the second has to wait for the first to commit; then it goes on."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as two:
        for _ in range(ready):
            one.submit(next, first).result(10)
            two.submit(next, second).result(10)
        one.submit(next, first).result(10)
        later = two.submit(list, second)
        with pytest.raises(StillAtIt):
            later.result(1)
        one.submit(list, first).result(10)
        later.result(20)


def test_the_columns_of_two_sheets_with_the_same_heads_are_remembered_as_the_last_says(live):
    with live.app.app_context():
        staff = make_account(name="Una Staff", roles=[Role.STAFF])
        cohort = make_cohort()
        runs = [make_import(cohort, staff, text="A;B\nc;d\n", checked=False).id for _ in range(2)]
    in_turn(choose(live.app, runs[0], 0), choose(live.app, runs[1], 1))
    with live.app.app_context():
        assert db.session.scalars(select(ImportMapping.mapping)).all() == [{"email": 1}]
        assert {*db.session.scalars(select(Import.state))} == {ImportState.CHECKING}


def test_who_writes_on_sqlite_waits_as_long_as_a_long_sheet_takes(databases):
    with create_engine(databases.empty("sqlite")).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000


def test_two_at_once_bring_nobody_twice(live):
    with live.app.app_context():
        staff = make_account(name="Una Staff", roles=[Role.STAFF])
        cohorts = [make_cohort(name=name) for name in ("One", "Other")]
        runs = [make_import(cohort, staff, text=SHEET, kind=ImportKind.MENTORS) for cohort in cohorts]
        for run in runs:
            assert run.state is ImportState.CHECKED, run.last_error
            confirm_import(run, seen=run.digest, leave_out=False, actor=staff, now=NOW)
        db.session.commit()
    first, second = work(live.app), work(live.app)
    in_turn(first, second, ready=1)
    with live.app.app_context():
        states = sorted(db.session.scalars(select(Import.state)))
        assert states == [ImportState.APPLIED, ImportState.CHECKING]
        assert db.session.scalar(select(func.count()).select_from(Mentor)) == 2
