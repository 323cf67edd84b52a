"""Coaching beside a report is between two, and nobody else."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from program.access import every
from program.commenting import queries
from program.commenting.models import Comment
from program.commenting.queries import find_apart, list_comments
from program.commenting.services import add_comments
from program.errors import ForbiddenError, NotFoundError
from program.notices.models import Notice, NoticeKind
from program.reports.desks import get_coached_desk, get_desk
from tests.factories import NOW, make_draft, make_report, period_of
from tests.pages import submit

SAID = "Say which layer. <b>"


@pytest.fixture
def period(cast):
    return period_of(cast.cohort, 5).id


@pytest.fixture
def coached(cast, period):
    return lambda: get_coached_desk(cast.manager, cast.fellowship.id, period, now=NOW)


def say(desk, actor, **texts):
    return add_comments(desk, texts=texts, actor=actor, now=NOW)


def test_the_other_of_the_two_is_told_and_answers(cast, coached, period, session):
    report = make_draft(cast.fellowship)
    assert say(coached(), cast.manager, done=SAID, plan="") == 1
    assert say(get_desk(cast.fellow, period, now=NOW), cast.fellow, done="Layer six.") == 1
    told = session.execute(select(Notice.kind, Notice.account_id).order_by(Notice.id)).all()
    assert told == [
        (NoticeKind.COMMENTED, cast.fellow.id),
        (NoticeKind.COMMENTED, cast.manager.id),
    ]
    found = [
        (one.section_key, one.author_id, one.text) for one in list_comments(cast.fellow, report.id, now=NOW)
    ]
    assert found == [("done", cast.manager.id, SAID), ("done", cast.fellow.id, "Layer six.")]


def test_sent_twice_it_is_said_once(cast, coached, session):
    make_draft(cast.fellowship)
    assert [say(coached(), cast.manager, done=SAID), say(coached(), cast.manager, done=SAID)] == [1, 0]
    assert len(session.scalars(select(Comment)).all()) == 1


def test_nobody_else_reads_it_and_it_shows_when_they_could(cast, coached, monkeypatch):
    report = make_report(cast.fellowship)
    say(coached(), cast.manager, done=SAID)
    others = (cast.mentor, cast.staff, cast.other_fellow, cast.other_mentor)
    assert [len(list_comments(one, report.id, now=NOW)) for one in others] == [0, 0, 0, 0]
    monkeypatch.setattr(queries, "relations_of", lambda *_args: frozenset([every]))
    assert [len(list_comments(one, report.id, now=NOW)) for one in others] == [1, 1, 1, 1]


def test_only_the_two_say_something_and_only_to_what_is_there(cast, coached, period):
    with pytest.raises(NotFoundError, match="has not been begun"):
        say(coached(), cast.manager, done=SAID)
    make_draft(cast.fellowship)
    for actor in (cast.mentor, cast.staff):
        with pytest.raises(ForbiddenError):
            say(coached(), actor, done=SAID)
    assert say(coached(), cast.manager, nowhere=SAID) == 0


def test_a_comment_is_shown_beside_its_section_and_kept_when_it_is_too_long(cast, client_of, period):
    make_draft(cast.fellowship)
    browser = client_of(cast.manager)
    address = f"/fellowships/{cast.fellowship.id}/periods/{period}/report"
    submit(browser, address, f"{address}/comments", **{"comment-done": SAID})
    page = client_of(cast.fellow).get(f"/periods/{period}/report").text
    assert "Say which layer. &lt;b&gt;" in page
    answer = submit(browser, address, f"{address}/comments", **{"comment-done": "x" * 2_001})
    assert answer.status_code == 422
    assert "x" * 2_001 in answer.text


def test_what_is_between_the_two_stands_on_the_report_for_them_alone(cast, coached, client_of, session):
    report = make_report(cast.fellowship, how="3", why="Hardly slept.")
    say(coached(), cast.manager, done=SAID)
    page = f"/reports/{report.id}"
    readers = {
        name: client_of(getattr(cast, name)).get(page).text
        for name in ("fellow", "manager", "mentor", "staff")
    }
    assert [name for name, text in readers.items() if "Hardly slept." in text] == ["fellow", "manager"]
    assert [name for name, text in readers.items() if "Say which layer." in text] == ["fellow", "manager"]


def test_nobody_who_looks_at_the_site_as_one_of_them_has_it(cast):
    report = make_report(cast.fellowship, why="Hardly slept.")
    assert find_apart(cast.fellow, report, now=NOW).sections[0][1] == "Hardly slept."
    looking = SimpleNamespace(id=cast.fellow.id, roles=cast.fellow.roles, seen_by=cast.staff.id)
    assert find_apart(looking, report, now=NOW) is None
