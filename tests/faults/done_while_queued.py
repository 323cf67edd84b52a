"""Does what is owed while its reminder is being taken out of the outbox, and looks what was mailed.

`python -m tests.faults.done_while_queued --races 1000 [--db sqlite|postgresql|both] [--seed N]`

In each race one fellow sends the report, on a connection of their own, while two senders claim and send what is
pending. A report that was sent before its reminder was claimed has to silence it: `mailed` are those that were not.
One that came after the reminder was written has been reminded of: `missing` are those that were not. `met first` says
how many races the fellow won; a run in which either side has won less than a tenth shows nothing, and fails.
"""

import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, local
from types import SimpleNamespace
from unittest import mock

import click
from flask import Flask
from sqlalchemy import select, update

from program import clock
from program.cohorts.models import ReportPeriod
from program.delivery import claims, reminding, services
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import Notice, NoticeState
from program.obligations.queries import list_owed_by_any
from program.relay import Relay
from program.reminders.services import sweep
from program.reports.desks import get_desk
from program.reports.services import submit_report
from program.reports.templates import ensure_template
from program.up.ports import HOST
from tests.databases import BACKENDS, Databases, other_app
from tests.delivery.post_office import Desk, PostOffice
from tests.factories import BODY
from tests.faults.owing import owe_reports

AT_ONCE = 6
"""Races that go on at the same time."""
SENDERS, BATCH = 2, 2
LEASE, FAR = timedelta(seconds=60), timedelta(days=1)


@dataclass
class Watch:
    """When each notice was claimed and when it had been written, by the clock of this process."""

    claimed: dict[int, float] = field(default_factory=dict)
    written: dict[int, float] = field(default_factory=dict)
    mine: local = field(default_factory=local)

    def claim(self, **given: object) -> str:
        """Note the moment before anything is read or written."""
        self.mine.began = time.monotonic()
        return kept.claim(**given)

    def list_held(self, token: str) -> Sequence[Notice]:
        notices = kept.list_held(token)
        self.mine.ids = [notice.id for notice in notices]
        self.claimed |= dict.fromkeys(self.mine.ids, self.mine.began)
        return notices

    def take(self, *given: object, **named: object) -> object:
        """Note the moment when all of a batch are written or cancelled."""
        taken = kept.take(*given, **named)
        self.written |= dict.fromkeys(self.mine.ids, time.monotonic())
        return taken


kept = SimpleNamespace(claim=claims.claim, list_held=claims.list_held, take=services._claim)


@dataclass(frozen=True)
class Race:
    """A fellow and the reminder that is on its way to them."""

    notice_id: int
    message_id: str
    fellowship_id: int
    period_id: int


@dataclass
class Outcome:
    """How the races ended."""

    races: int
    met_first: int
    mailed: int
    missing: int
    seconds: float

    def __str__(self) -> str:
        counts = f"met first {self.met_first} mailed {self.mailed} missing {self.missing}"
        return f"races {self.races} {counts} seconds {self.seconds:.1f}"

    @property
    def is_good(self) -> bool:
        return not self.mailed and not self.missing and 0 < self.met_first < self.races


def prepare(app: Flask, count: int) -> list[Race]:
    """So many fellows with a pending reminder each, which is held back until its race."""
    owe_reports(app, count, within=-1)
    with app.test_request_context():
        ensure_template()
        now = clock.now()
        sweep(now=now)
        db.session.execute(update(Notice).values(not_before=now + FAR))
        db.session.commit()
        theirs = Fellowship.account_id == Notice.account_id
        query = select(Notice.id, Notice.message_id, Fellowship.id, Notice.subject_id).join(
            Fellowship, theirs
        )
        return [Race(*row) for row in db.session.execute(query.order_by(Notice.id))]


def do(app: Flask, race: Race, wait: float, barrier: Barrier) -> tuple[float, float]:
    """Send the report after so many seconds; when that began, and when it was on disk."""
    with app.test_request_context():
        fellowship = db.session.get_one(Fellowship, race.fellowship_id)
        actor = fellowship.account
        db.session.get_one(ReportPeriod, race.period_id)
        db.session.rollback()
        barrier.wait(30)
        time.sleep(wait)
        began, now = time.monotonic(), clock.now()
        desk = get_desk(actor, race.period_id, now=now)
        submit_report(desk, body={**desk.text, **BODY}, version=desk.version, actor=actor, now=now)
        db.session.commit()
        return began, time.monotonic()


def send(app: Flask, relay: Relay, ids: Sequence[int], barrier: Barrier) -> None:
    """As a worker does, until none of these is pending."""
    waiting = select(Notice.id).where(Notice.id.in_(ids), Notice.state == NoticeState.PENDING)
    with app.test_request_context():
        barrier.wait(30)
        while True:
            services.deliver_due(relay=relay, clock=clock.now, lease=LEASE, batch=BATCH)
            if not db.session.scalars(waiting).first():
                return
            db.session.rollback()


def race_all(
    app: Flask, port: int, races: Sequence[Race], seed: int
) -> tuple[Watch, dict[int, tuple[float, float]]]:
    """A few races at a time; what was seen of the claims, and when each report was sent."""
    watch, done, chance = Watch(), {}, random.Random(seed)
    settings = app.extensions["settings"].model_copy(update={"smtp_host": HOST, "smtp_port": port})
    relays = [Relay(settings) for _sender in range(SENDERS)]
    watched = [
        (claims, "claim", watch.claim),
        (claims, "list_held", watch.list_held),
        (services, "_claim", watch.take),
    ]
    longest = 0.1  # seconds: drawn out or shortened until either side wins about as often
    with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE + SENDERS) as pool:
        for place, name, instead in watched:
            stack.enter_context(mock.patch.object(place, name, instead))
        for start in range(0, len(races), AT_ONCE):
            some = races[start : start + AT_ONCE]
            ids = [race.notice_id for race in some]
            with app.app_context():
                db.session.execute(update(Notice).where(Notice.id.in_(ids)).values(not_before=clock.now()))
                db.session.commit()
            barrier = Barrier(len(some) + SENDERS)
            doing = {
                race.notice_id: pool.submit(do, app, race, chance.uniform(0, longest), barrier)
                for race in some
            }
            sending = [pool.submit(send, app, relay, ids, barrier) for relay in relays]
            for one in sending:
                one.result()
            done |= {notice_id: one.result() for notice_id, one in doing.items()}
            met_first = sum(done[race.notice_id][1] < watch.claimed[race.notice_id] for race in some)
            longest *= 1.25 if met_first > len(some) / 2 else 0.8
    for relay in relays:
        relay.close()
    return watch, done


def judge(
    races: Sequence[Race], watch: Watch, done: dict[int, tuple[float, float]], taken: Counter[str]
) -> Outcome:
    """Compare the order of things with what the relay took."""
    met_first = mailed = missing = 0
    for race in races:
        began, met = done[race.notice_id]
        was_mailed = taken[race.message_id] > 0
        met_first += not was_mailed
        mailed += was_mailed and met < watch.claimed[race.notice_id]
        missing += not was_mailed and watch.written[race.notice_id] < began
    return Outcome(len(races), met_first, mailed, missing, 0.0)


@contextmanager
def believing(app: Flask) -> Iterator[None]:
    """A planted fault: a reminder is written by what was owed when it was made, whatever was done since."""
    with app.test_request_context():
        everybody = db.session.scalars(select(Notice.account_id).distinct()).all()
        remembered = list_owed_by_any(everybody, now=clock.now())
        db.session.rollback()
    with mock.patch.object(reminding, "list_owed_by_any", return_value=remembered):
        yield


def run(url: str, folder: Path, *, count: int, seed: int, plant: bool = False) -> Outcome:
    """On a migrated database that nobody else uses, with a relay of its own."""
    office = PostOffice()
    with ExitStack() as stack:
        app = stack.enter_context(other_app(folder / "instance", database_url=url))
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        desk = Desk(office)
        desk.start()
        stack.callback(desk.stop)
        races = prepare(app, count)
        if plant:
            stack.enter_context(believing(app))
        began = time.monotonic()
        watch, done = race_all(app, desk.port, races, seed)
        outcome = judge(races, watch, done, office.record.read())
        outcome.seconds = time.monotonic() - began
        return outcome


@click.command()
@click.option("--races", type=click.IntRange(1, 5_000), default=1_000)
@click.option("--db", "backend", type=click.Choice([*BACKENDS, "both"]), default="both")
@click.option("--seed", type=int, default=1)
@click.option("--plant", is_flag=True, help="Write reminders by what was owed when they were made.")
def main(races: int, backend: str, seed: int, plant: bool) -> None:
    """Do what is owed while its reminder is taken out of the outbox, and look what was mailed."""
    outcomes = []
    for one in BACKENDS if backend == "both" else (backend,):
        with TemporaryDirectory(prefix="fellowship-faults-") as name, ExitStack() as stack:
            url = Databases(Path(name), stack).migrated(one)
            outcomes.append(run(url, Path(name), count=races, seed=seed, plant=plant))
        print(f"{one}:", outcomes[-1], flush=True)
    sys.exit(0 if all(outcome.is_good for outcome in outcomes) else 1)


if __name__ == "__main__":
    main()
