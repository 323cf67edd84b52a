"""The memory of a web worker and of a Celery worker's process, over a Flask application of one route."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from program import clock
from program.accounts.queries import find_account
from program.demo.cohort import load_demo
from program.doorbell import Bell, Doorbell
from program.extensions import db
from program.health.models import Heartbeat
from program.up.ports import free_port
from tests.bench.figures import lined_up
from tests.bench.load import Server, children, serving
from tests.bench.stage import visit
from tests.bench.told import told
from tests.live import Live, wait_until

GOAL = 1.6
PEOPLE = {
    "amara.okafor@fellows.example": ("/fellow", "/reports", "/periods/5/report", "/account"),
    "desmond.oyelaran@mentors.example": ("/mentor", "/reviews", "/account"),
    "ruth.calloway@programme.example": ("/staff", "/cohorts", "/surveys", "/notices", "/cohorts/1/board"),
}


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the kernel says of one process, in megabytes: all its pages, and its share of those it shares."""

    name: str
    resident: float
    proportional: float


def measure_memory(live: Live, backend: str, *, requests: int) -> str:
    """A table of the four processes, after work."""
    load_demo(now=clock.now())
    db.session.commit()
    flask = _bare(live, "Flask, one route", "tests.bench.bare_flask:app", requests)
    stack = _bare(live, "Flask and the given stack", "tests.bench.bare_stack:app", requests)
    found = [flask, stack, _web(live, requests), _celery(live)]
    rows = [("", f"RSS MB (PSS) · {backend}", "over the stack", "goal", "over Flask alone")]
    for one in found:
        ratio = one.resident / stack.resident
        goal = "" if one in (flask, stack) else f"≤ {GOAL}{'' if ratio <= GOAL else '  MISSED'}"
        size = f"{one.resident:.1f} ({one.proportional:.1f})"
        rows.append((one.name, size, f"{ratio:.2f}", goal, f"{one.resident / flask.resident:.2f}"))
    return lined_up(rows)


def _bare(live: Live, name: str, application: str, requests: int) -> Footprint:
    with serving(live, "bare", application) as server:
        _visit_all(server, [server.request("/", cookie="")], requests)
        return _footprint(name, server.worker)


def _web(live: Live, requests: int) -> Footprint:
    with serving(live, "web", "program.app:create_app()") as server:
        wanted = []
        for address, paths in PEOPLE.items():
            account = find_account(address)
            assert account is not None, f"{address} is not in the demo"
            cookie = visit(live.app, account).cookie
            wanted += [server.request(path, cookie=cookie) for path in paths]
        _visit_all(server, wanted, requests)
        return _footprint("web worker", server.worker)


def _visit_all(server: Server, wanted: list[bytes], requests: int) -> None:
    """So many requests, each in its turn, each answered by a page."""
    _load, answers = server.load(wanted[place % len(wanted)] for place in range(requests))
    assert {status for status, _size in answers} == {200}, f"answered {answers}"


def _celery(live: Live) -> Footprint:
    """The process that does the tasks of a worker, after it has done one of each kind."""
    live.set(smtp_port=free_port())
    with told(live, "tests.bench.sink", str(live.settings["smtp_port"])):
        worker = live.start_worker()
        bell = Doorbell(str(live.settings["redis_url"]))
        for task in (Bell.SWEEP, Bell.DELIVER, Bell.SUMMARISE, Bell.TICK):
            bell.ring(task)
        wait_until(_ticked, seconds=60, what=f"the worker did nothing: {live.said('worker')[-500:]}")
        found = _footprint("Celery worker's process", children(worker.pid)[0])
        live.stop("worker")
        return found


def _ticked() -> bool:
    there = db.session.scalar(select(Heartbeat.name).limit(1)) is not None
    db.session.rollback()
    return there


def _footprint(name: str, pid: int) -> Footprint:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return Footprint(name, kilobytes["Rss"] / 1_024, kilobytes["Pss"] / 1_024)
