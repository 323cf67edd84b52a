"""A worker is killed while it applies an import: nothing is there by half, and another does it once."""

import os
import signal
from contextlib import suppress
from datetime import date

import psutil
import pytest
from sqlalchemy import func, select

from program import clock
from program.access import Role
from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.cohorts.services import TrackTarget, create_cohort
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStep
from program.imports.models import Import, ImportState
from program.names.models import SearchPart
from tests.factories import make_account, make_import
from tests.faults.programme import QUIET
from tests.live import Live, wait_until
from tests.pages import Browser, filled, find_form, read, signed_in, words
from tests.servers import RunningRedis

pytestmark = pytest.mark.live

ROWS, LEASE = 2_000, 8
"""The lease is long enough that the worker is half-way before it runs out."""
ONCE = {Account: ROWS, Fellowship: ROWS, FellowshipStep: ROWS}
FIRST, LAST = date(2030, 1, 7), date(2030, 4, 5)


class Site:
    """Processes of a programme, and staff who have just confirmed an import of many fellows."""

    def __init__(self, live):
        self.live, self.groups = live, []
        live.app.test_client_class = Browser
        with live.app.test_request_context():
            staff = make_account(name="Una Staff", roles=[Role.STAFF])
            span = {"starts_on": FIRST, "ends_on": LAST}
            tracks = [TrackTarget("Governance", aim=1)]
            cohort = create_cohort(
                name="Faults", time_zone="UTC", tracks=tracks, actor=None, now=clock.now(), **span
            )
            rows = (f"Fellow Number {n};fellow{n}@sheet.example;Governance\n" for n in range(ROWS))
            found = make_import(cohort, staff, text="Name;Email;Track\n" + "".join(rows), at=clock.now())
            self.page = f"/imports/{found.id}"
            self.browser = signed_in(live.app, staff)
            self.fields = filled(find_form(read(self.browser.get(self.page)), f"{self.page}/apply"))
        assert self.press() == 302

    def press(self):
        """Press the button that applies it, as it was on the page; the answer's code."""
        with self.live.app.app_context():
            return self.browser.post(f"{self.page}/apply", data=self.fields).status_code

    def says(self):
        """What its page says."""
        with self.live.app.app_context():
            return words(self.browser.get(self.page))

    def state(self):
        with self.live.app.app_context():
            return db.session.scalars(select(Import.state)).one()

    def made(self):
        """How many rows there are of what it makes, and how often the record says that it was applied."""
        with self.live.app.app_context():
            counted = {model: db.session.scalar(select(func.count()).select_from(model)) for model in ONCE}
            parts = db.session.scalar(select(func.count()).where(SearchPart.part == "fellow"))
            applied = select(func.count()).where(AuditEvent.tag == Tag.IMPORT_APPLY)
            return counted, parts, db.session.scalar(applied)

    def start(self, name, *command):
        process = self.live.start(name, "celery", "-A", *command, "--loglevel=INFO")
        self.groups.append(process.pid)
        return process

    def start_worker(self, name, tasks):
        return self.start(name, tasks, "worker", "--concurrency=1", f"--hostname={name}@%h", *QUIET)

    def start_beat(self):
        self.start("beat", "workers.app", "beat", f"--schedule={self.live.folder / 'beat'}", "--pidfile=")

    def stop_half_way(self):
        """A worker that has written half of it and committed nothing."""
        worker = self.start_worker("first", "tests.faults.planted.half_way")
        mark = self.live.settings["instance"] / "half-way"
        wait_until(mark.exists, seconds=40, what="nobody applies it")
        return worker

    def kill_all(self):
        for group in self.groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        for process in self.live.processes.values():
            process.wait(10)
        self.live.processes.clear()


@pytest.fixture
def site(backend, databases, tmp_path):
    redis = RunningRedis(tmp_path)
    redis.start()
    settings = {"redis_url": redis.url, "lease_seconds": LEASE, "tick_seconds": 1}
    try:
        with Live.on(databases.migrated(backend), folder=tmp_path, **settings) as live:
            site = Site(live)
            try:
                yield site
            finally:
                site.kill_all()
    finally:
        redis.kill()


def expect_nothing(site, before):
    """Nothing is there by half, the page says so, and the button does not start it a second time."""
    assert (site.made(), site.state()) == (before, ImportState.APPLYING)
    assert f"{ROWS} rows are being applied: all of them at once, or none." in site.says()
    assert site.press() == 409
    assert site.state() is ImportState.APPLYING


def expect_once(site, before):
    wait_until(lambda: site.state() is not ImportState.APPLYING, seconds=40, what="nobody takes it over")
    counted, parts, applied = site.made()
    assert {model: counted[model] - before[0][model] for model in ONCE} == ONCE
    assert (parts - before[1], applied) == (ROWS, 1)
    assert f"{ROWS} new, 0 changed." in site.says()
    assert site.press() == 409


def test_when_the_machine_dies_half_way_nothing_is_there_and_the_next_worker_does_it_once(site):
    before = site.made()
    site.stop_half_way()
    site.kill_all()
    expect_nothing(site, before)
    wait_until(
        lambda: "It waits for a worker." in site.says(), seconds=10, what="the page names a dead worker"
    )
    site.start_worker("second", "workers.app")
    site.start_beat()
    expect_once(site, before)


def test_when_a_child_dies_half_way_the_worker_does_it_once_with_another(site):
    """The task comes back at once, while the dead still holds the import; then beat rings."""
    before = site.made()
    worker = site.stop_half_way()
    [child] = psutil.Process(worker.pid).children()
    child.kill()
    expect_nothing(site, before)
    site.start_beat()
    expect_once(site, before)
    assert worker.poll() is None, "it is still the same worker"
