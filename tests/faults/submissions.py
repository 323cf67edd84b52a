"""Many people send reports and save drafts at the same moment, on the real web server; then the rows are counted.

`python -m tests.faults.submissions [--count 200] [--pairs 20] [--db sqlite|postgresql] [--seconds 120] [--plant forgets]`

So many fellows send, so many others save three times while they type, and of as many pairs both devices send the
same report. Every answer must be the redirect or the saved text that it is for somebody alone; exit code 1 if not.
"""

import signal
import socket
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from urllib.parse import urlencode

import click
from sqlalchemy import func, select

from program.access import Role
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import Notice, NoticeKind
from program.reports.models import Report, ReportState, Revision
from program.up.people import load_basics
from program.up.ports import HOST, answers, free_port
from tests.bench.bulk import cohort_due_tomorrow, enrol
from tests.bench.stage import Visit, visit
from tests.databases import BACKENDS, Databases
from tests.factories import make_account, make_assignment, make_mentor
from tests.live import Live, wait_until
from tests.pages import Browser
from tests.servers import RunningRedis

SAVES = 3
"""How often each draft is saved, one answer after the other."""
PLANTS = {name: f"tests.faults.planted.{name}:create_app()" for name in ("forgets", "scolds")}
"""The web server with a safeguard off."""
WAIT = 60
"""Seconds that anybody waits for an answer."""


@dataclass
class Person:
    """A signed-in fellow, what they do, and what they were answered."""

    fellowship_id: int
    visit: Visit
    what: str
    text: str = ""
    kept: str = ""
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def people(live: Live, *, count: int, pairs: int) -> tuple[list[Person], str]:
    """Everybody, signed in, and the address of the desk of the period that they write on."""
    load_basics(live.app)
    cohort = cohort_due_tomorrow(weeks=2)
    mentor = make_mentor(make_account(name="Margit Leader", roles=[Role.MENTOR]))
    enrol(cohort, 2 * count + pairs)
    fellowships = db.session.scalars(select(Fellowship).order_by(Fellowship.id)).all()
    for one in fellowships:
        make_assignment(one, mentor, starts_on=cohort.starts_on)
    db.session.commit()
    kinds = ["send"] * count + ["save"] * count + ["pair"] * pairs
    found = []
    for one, kind in zip(fellowships, kinds, strict=True):
        seen = visit(live.app, one.account)
        found += [
            Person(one.id, seen, kind, f"What {one.id} did.") for _device in range(1 + (kind == "pair"))
        ]
    path = f"/periods/{max(period.id for period in cohort.periods)}/report"
    db.session.commit()  # last: on SQLite whoever has begun a transaction holds the only lock there is to write
    return found, path


def press(
    port: int, person: Person, path: str, text: str, *, autosave: bool, version: int
) -> tuple[int, bytes]:
    """Send the form of the desk; status and body."""
    fields = {"csrf_token": person.visit.csrf_token, "version": str(version), "section-done": text}
    body = urlencode(fields | {"section-plan": "Go on."}).encode()
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}:{port}", f"Cookie: {person.visit.cookie}"]
    lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    lines += ["Connection: close", *(["X-Autosave: 1", "Accept: application/json"] if autosave else [])]
    began = time.monotonic()
    with socket.create_connection((HOST, port), timeout=WAIT) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    person.seconds.append(time.monotonic() - began)
    return int(answer[9:12] or b"0"), answer.partition(b"\r\n\r\n")[2]


def act(port: int, person: Person, path: str, barrier: Barrier) -> None:
    """What this person does, as soon as all are there."""
    barrier.wait(30)
    try:
        if person.what != "save":
            status, _body = press(port, person, path, person.text, autosave=False, version=0)
            if status != 302:
                person.faults.append(f"{person.what} was answered {status}")
            return
        for version in range(SAVES):
            text = f"{person.text} Line {version}."
            status, _body = press(port, person, f"{path}/draft", text, autosave=True, version=version)
            if status != 200:
                person.faults.append(f"save was answered {status}")
                return
            person.kept = text
    except (OSError, ValueError) as error:
        person.faults.append(f"{person.what} was not answered: {type(error).__name__}")


def judge(everybody: list[Person]) -> list[str]:
    """What in the rows is not as it was answered."""
    faults = [fault for person in everybody for fault in person.faults]
    rows: dict[int, list[tuple[ReportState, str, int]]] = {}
    query = select(Report.fellowship_id, Report.state, Revision.body, Revision.id).join(Report.revisions)
    for own, state, body, revision in db.session.execute(query):
        rows.setdefault(own, []).append((state, body.get("done", ""), revision))
    told: Counter[int] = Counter(
        dict(
            db.session.execute(
                select(Notice.subject_id, func.count())
                .where(Notice.kind == NoticeKind.REPORT_SUBMITTED)
                .group_by(Notice.subject_id)
            )
            .tuples()
            .all()
        )
    )
    for person in everybody:
        sent = person.what != "save"
        wanted = (ReportState.SUBMITTED, person.text) if sent else (ReportState.DRAFT, person.kept)
        found = rows.get(person.fellowship_id, [])
        if [row[:2] for row in found] != [wanted]:
            faults.append(f"{person.what}: {len(found)} versions, or another text or state")
        elif told[found[0][2]] != sent:
            faults.append(f"{person.what}: told {told[found[0][2]]} times")
    if told.total() != len({person.fellowship_id for person in everybody if person.what != "save"}):
        faults.append(f"{told.total()} messages to the mentor")
    return faults


def run(live: Live, *, count: int, pairs: int, seconds: int, server: str) -> list[str]:
    """Start the server, let all press at once, and count."""
    everybody, path = people(live, count=count, pairs=pairs)
    port = free_port()
    options = ["--workers", "2", "--bind", f"{HOST}:{port}", "--no-control-socket"]
    live.start("web", "gunicorn", "--config", "python:program.server", *options, server)
    wait_until(lambda: answers(port), seconds=30, what="the server did not start")
    barrier, began = Barrier(len(everybody)), time.monotonic()
    with ThreadPoolExecutor(len(everybody)) as pool:
        list(pool.map(lambda person: act(port, person, path, barrier), everybody))
    took = time.monotonic() - began
    live.stop("web")
    for what in ("send", "save", "pair"):
        times = [one for person in everybody if person.what == what for one in person.seconds]
        slowest = max(times, default=0.0)
        print(f"  {what:5} {len(times):5} answers, the slowest after {slowest:6.2f} s")
    faults = judge(everybody) + ([f"it took {took:.0f} s"] if took > seconds else [])
    print(f"  {took:.1f} s in all, {len(faults)} faults")
    return faults


@click.command()
@click.option("--count", type=click.IntRange(1, 200), default=200)
@click.option("--pairs", type=click.IntRange(0, 20), default=20)
@click.option("--db", "backend", type=click.Choice([*BACKENDS, "both"]), default="both")
@click.option("--seconds", type=click.IntRange(5, 120), default=120, help="How long it may take.")
@click.option("--plant", type=click.Choice(list(PLANTS)), help="Switch off a safeguard of the web server.")
def main(count: int, pairs: int, backend: str, seconds: int, plant: str | None) -> None:
    """Let many press at once, and count what became of it. Ended from outside, it leaves nothing running."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    faults: list[str] = []
    server = PLANTS.get(plant or "", "program.app:create_app()")
    for one in BACKENDS if backend == "both" else (backend,):
        print(f"{one}: {count} send, {count} save, {pairs} send from two devices", flush=True)
        with TemporaryDirectory(prefix="fellowship-faults-") as name, ExitStack() as stack:
            redis = RunningRedis(Path(name))
            redis.start()
            stack.callback(redis.kill)
            url = Databases(Path(name), stack).migrated(one)
            live = stack.enter_context(Live.on(url, folder=Path(name), redis_url=redis.url))
            with live.app.app_context():
                live.app.test_client_class = Browser
                faults += run(live, count=count, pairs=pairs, seconds=seconds, server=server)
                db.session.remove()
    for fault, times in Counter(faults).items():
        print(f"{times:5} times: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
