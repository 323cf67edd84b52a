"""Two who do something with sheets at the same moment."""

from concurrent.futures import ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as StillAtIt
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import create_engine, func, select

from program.access import Role
from program.assignments.queries import hold_part
from program.errors import ConflictError, ForbiddenStepError
from program.extensions import db
from program.imports import work
from program.imports.kinds import ImportKind
from program.imports.models import Import, ImportMapping, ImportState
from program.imports.services import cancel_import, choose_columns, confirm_import
from program.imports.work import claim_import, work_on
from program.mentors.models import Mentor
from tests.factories import (
    NOW,
    make_account,
    make_cohort,
    make_engagement,
    make_fellowship,
    make_import,
    make_mentor,
)

pytestmark = pytest.mark.live
LEASE = timedelta(minutes=5)
SHEET = "Name;Track;Status\nAda Marsh;Governance;contacted\nBen Ode;Governance;contacted\n"


def one_worker(app):
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
    first, second = one_worker(live.app), one_worker(live.app)
    in_turn(first, second, ready=1)
    with live.app.app_context():
        states = sorted(db.session.scalars(select(Import.state)))
        assert states == [ImportState.APPLIED, ImportState.CHECKING]
        assert db.session.scalar(select(func.count()).select_from(Mentor)) == 2


def withdraw(app, mentor_id, cohort_id):
    """Somebody who says that the mentor withdraws, as soon as their part in the cohort is free."""
    with app.app_context():
        mentor = Mentor(id=mentor_id)
        yield
        hold_part(mentor, cohort_id)
        yield
        db.session.rollback()


def test_no_mentor_withdraws_while_fellows_are_assigned_to_them(live):
    with live.app.app_context():
        staff = make_account(name="Una Staff", roles=[Role.STAFF])
        cohort, guide = make_cohort(), make_mentor(make_account(name="Vera Holm"))
        fellow = make_fellowship(make_account(name="Noor Vance"), cohort).account
        make_engagement(guide, cohort, track="Governance")
        text = f"Fellow email;Mentor\n{fellow.email};{guide.name}\n"
        run = make_import(cohort, staff, text=text, kind=ImportKind.ASSIGNMENTS)
        confirm_import(run, seen=run.digest, leave_out=False, actor=staff, now=NOW)
        db.session.commit()
        keys = guide.id, cohort.id
    in_turn(one_worker(live.app), withdraw(live.app, *keys), ready=1)


class Pausing:
    """Something that is called, and goes on when it is told to."""

    def __init__(self, kept):
        self.kept, self.reached, self.told = kept, Event(), Event()

    def __call__(self, *given, **named):
        self.reached.set()
        assert self.told.wait(20)
        return self.kept(*given, **named)


def cancelled_meanwhile(app, run_id, pausing, clock):
    """What goes wrong for a worker, and for who cancels while it is paused."""

    def work_off():
        with app.app_context():
            run = claim_import(lease=LEASE, now=NOW)
            db.session.commit()
            for _step in work_on(run, clock=clock, lease=LEASE):
                db.session.commit()

    def cancel():
        with app.app_context():
            run = db.session.get(Import, run_id)
            cancel_import(run, actor=run.created_by, now=NOW)
            db.session.commit()

    with ThreadPoolExecutor(2) as pool:
        worker = pool.submit(work_off)
        assert pausing.reached.wait(20)
        cancelling = pool.submit(cancel)
        wait([cancelling], timeout=1)
        pausing.told.set()
        return type(worker.exception(20)), type(cancelling.exception(20))


@pytest.fixture
def run_id(live):
    """An import of a fellow that is checked."""
    with live.app.app_context():
        staff = make_account(name="Una Staff", roles=[Role.STAFF])
        return make_import(make_cohort(), staff).id


def test_who_cancels_what_is_written_at_this_moment_is_too_late(live, run_id, monkeypatch):
    pausing = Pausing(work.record)
    with live.app.app_context():
        run = db.session.get(Import, run_id)
        confirm_import(run, seen=run.digest, leave_out=False, actor=run.created_by, now=NOW)
        db.session.commit()
    monkeypatch.setattr(work, "record", pausing)
    found = cancelled_meanwhile(live.app, run_id, pausing, lambda: NOW)
    assert found == (type(None), ForbiddenStepError)


def test_who_cancels_what_is_checked_once_more_stops_it(live, run_id):
    pausing = Pausing(lambda: NOW)
    with live.app.app_context():
        run = db.session.get(Import, run_id)
        choose_columns(run, mapping=run.file.mapping, actor=run.created_by, now=NOW)
        db.session.commit()
    found = cancelled_meanwhile(live.app, run_id, pausing, pausing)
    assert found == (ConflictError, type(None))
