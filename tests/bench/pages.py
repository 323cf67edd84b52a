"""Home pages, the queue and a report, over pages of the raw driver that ask the same questions and have as many bytes."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from program import clock
from program.accounts.models import Account
from program.accounts.queries import find_account
from program.demo.cohort import load_demo
from program.extensions import db
from program.fellows.models import Assignment
from program.mentors.models import Mentor
from program.reports.models import Report, ReportState
from tests.bench.bulk import settle_statistics
from tests.bench.figures import Comparison, Load, interleave
from tests.bench.load import Server, body_of, serving
from tests.bench.stage import Visit, mentor_with_queue, visit
from tests.databases import counted_queries
from tests.live import Live
from tests.pages import signed_in

GOALS = {"sqlite": 3.0, "postgresql": 3.5}
FELLOW, MENTOR = "amara.okafor@fellows.example", "desmond.oyelaran@mentors.example"
WAITING = 25


@dataclass(frozen=True, slots=True)
class Subject:
    """A page, its floor, and who looks at it."""

    name: str
    path: str
    floor: str
    account: Account


def compare_pages(live: Live, backend: str, *, rounds: int, requests: int) -> Iterator[Comparison]:
    """The homes of a fellow and of the demo's busiest mentor, a queue of 25, and the first report in it."""
    load_demo(now=clock.now())
    fellow, mentor = find_account(FELLOW), find_account(MENTOR)
    assert fellow is not None, f"{FELLOW} is not in the demo"
    assert mentor is not None, f"{MENTOR} is not in the demo"
    subjects = (
        Subject("fellow home", "/fellow", "/fellow", fellow),
        Subject("mentor home", "/mentor", "/mentor", mentor),
        *reading_subjects(),
    )
    yield from compare_subjects(live, backend, subjects, rounds=rounds, requests=requests)


def reading_subjects() -> tuple[Subject, Subject]:
    """A queue of 25 in the demo, and the report in it that waits longest."""
    mentor = mentor_with_queue(waiting=WAITING)
    settle_statistics()
    theirs = select(Assignment.fellowship_id).join(Mentor).where(Mentor.account_id == mentor.id)
    waits = Report.state == ReportState.SUBMITTED, Report.fellowship_id.in_(theirs)
    first = db.session.scalars(select(Report.id).where(*waits).order_by(Report.submitted_at).limit(1)).one()
    return (
        Subject(f"queue of {WAITING}", "/reviews", "/queue", mentor),
        Subject("report page", f"/reports/{first}", f"/report/{first}", mentor),
    )


def compare_subjects(
    live: Live, backend: str, subjects: Iterable[Subject], *, rounds: int, requests: int
) -> Iterator[Comparison]:
    """Each page over its floor."""
    with (
        serving(live, "web", "program.app:create_app()") as ours,
        serving(live, "floor", "tests.bench.floors:pages()") as floor,
    ):
        for subject in subjects:
            found = Comparison(f"{subject.name} · {backend}", GOALS[backend])
            seen = visit(live.app, subject.account)
            found.note = f"{_count_statements(live.app, subject)} statements"
            size = _compare_content(ours, floor, subject, seen)
            yield interleave(
                found,
                rounds=rounds,
                ours=_loader(ours, subject.path, seen, size=size, requests=requests),
                floor=_loader(floor, f"{subject.floor}?bytes={size}", seen, size=size, requests=requests),
            )


def _compare_content(ours: Server, floor: Server, subject: Subject, seen: Visit) -> int:
    """The bytes of the page; the floor has to know of every report that the page leads to."""
    page = body_of(ours.ask(ours.request(subject.path, cookie=seen.cookie)))
    bare = body_of(floor.ask(floor.request(f"{subject.floor}?bytes=0", cookie=seen.cookie)))
    shown, known = (set(re.findall(r"/reports/\d+", text)) for text in (page, bare))
    assert shown, f"{subject.path} shows nothing"
    assert shown <= known, f"the floor does not know {shown - known}"
    return len(page.encode())


def _loader(server: Server, path: str, seen: Visit, *, size: int, requests: int) -> Callable[[], Load]:
    """A load of the page, every answer of which has to be whole."""
    request = server.request(path, cookie=seen.cookie)

    def load() -> Load:
        found, answers = server.load([request] * requests)
        assert answers == {(200, f"{size} bytes"): requests}, f"{path} answered {answers}"
        return found

    return load


def _count_statements(app: Flask, subject: Subject) -> int:
    browser = signed_in(app, subject.account)
    with counted_queries() as statements:
        assert browser.get(subject.path).status_code == 200
    return len(statements)
