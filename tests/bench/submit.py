"""Sending reports, over the same form, session and CSRF check with nothing behind them."""

from collections.abc import Iterator, Sequence
from itertools import islice
from math import ceil

from sqlalchemy import func, select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.demo.texts import report_sections
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import Notice, NoticeKind
from program.reports.models import Ask, Report, ReportState, Revision
from tests.bench.bulk import cohort_due_tomorrow, enrol, settle_statistics
from tests.bench.figures import PAIRS, Comparison, Load, interleave
from tests.bench.load import Server, serving
from tests.bench.stage import Visit, visit
from tests.databases import counted_queries
from tests.factories import make_account, make_assignment, make_mentor
from tests.live import Live

GOAL = 2.8
WEEKS = 26
Post = tuple[str, Visit, dict[str, str]]


def compare_submit(live: Live, backend: str, *, rounds: int, requests: int) -> Iterator[Comparison]:
    """Each report is another fellow's or another week's, with one ask, and is told to one mentor."""
    posts = _posts(live, count=(rounds * PAIRS + 1) * requests + 1)
    found = Comparison(f"report submit · {backend}", GOAL)
    found.note = f"{_count_statements(live, posts.pop())} statements"
    db.session.rollback()
    with (
        serving(live, "web", "program.app:create_app()") as ours,
        serving(live, "floor", "tests.bench.floors:submit()") as floor,
    ):
        mine, bare = _requests(ours, posts), _requests(floor, posts)
        yield interleave(
            found,
            rounds=rounds,
            ours=lambda: _load(ours, list(islice(mine, requests)), kept=1),
            floor=lambda: _load(floor, list(islice(bare, requests)), kept=0),
        )


def _posts(live: Live, *, count: int) -> list[Post]:
    cohort = cohort_due_tomorrow(weeks=WEEKS)
    mentor = make_mentor(make_account(name="Margit Leader", roles=[Role.MENTOR]))
    enrol(cohort, ceil(count / WEEKS))
    fellowships = db.session.scalars(select(Fellowship).filter_by(cohort_id=cohort.id)).all()
    for fellowship in fellowships:
        make_assignment(fellowship, mentor, starts_on=cohort.starts_on)
    settle_statistics()
    visits = [visit(live.app, fellowship.account) for fellowship in fellowships]
    paths = [f"/periods/{period.id}/report" for period in cohort.periods]
    text = report_sections("Interpretability", week=5, seed=1) | {
        "asks": "May I have two more GPUs for a week?"
    }
    fields = {f"section-{key}": value for key, value in text.items()} | {"version": "0"}
    return [(p, v, fields | {"csrf_token": v.csrf_token}) for p in paths for v in visits][:count]


def _requests(server: Server, posts: Sequence[Post]) -> Iterator[bytes]:
    return (server.request(path, cookie=seen.cookie, fields=fields) for path, seen, fields in posts)


def _load(server: Server, requests: Sequence[bytes], *, kept: int) -> Load:
    """Send them; each must be answered by a redirect to the report, and be kept with all that belongs to it."""
    before = _count_rows()
    found, answers = server.load(requests)
    assert answers == {(302, "reports"): len(requests)}, f"answered {answers}"
    grown = [now - then for now, then in zip(_count_rows(), before, strict=True)]
    assert grown == [kept * len(requests)] * len(before), f"{grown} rows were kept"
    return found


def _count_rows() -> list[int]:
    """Reports, revisions, asks, notices and events of sending."""
    conditions = (
        Report.state == ReportState.SUBMITTED,
        Revision.submitted_at.is_not(None),
        Ask.answered_at.is_(None),
        Notice.kind == NoticeKind.REPORT_SUBMITTED,
        AuditEvent.tag == Tag.REPORT_SUBMIT,
    )
    counts = [db.session.scalar(select(func.count()).where(condition)) for condition in conditions]
    db.session.rollback()
    return counts


def _count_statements(live: Live, post: Post) -> int:
    path, seen, fields = post
    browser = live.app.test_client()
    browser.set_cookie("fellowship", seen.cookie.removeprefix("fellowship="))
    with counted_queries() as statements:
        assert browser.post(path, data=fields).status_code == 302
    return len(statements)
