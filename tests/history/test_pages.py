"""Staff find what was done, by whom and to what, and take it away."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.audit.services import origin, record
from program.door import FRESH
from program.extensions import db
from program.sign_in.models import SignInSession
from tests.factories import NOW, make_report
from tests.pages import read, submit

DAY = timedelta(days=1)


@pytest.fixture
def events(cast):
    """A sign-in of the fellow the day before, from an address of its own, and a report."""
    token = origin.set("203.0.113.9")
    record(Tag.SIGN_IN, actor_id=cast.fellow.id, subject=("account", cast.fellow.id), now=NOW - DAY)
    origin.reset(token)
    return make_report(cast.fellowship, number=4, done="Canary text.")


def found(client, **asked):
    """Who did what, as the table says."""
    page = read(client.get("/audit", query_string=asked))
    return [
        tuple(" ".join(cell.get_text(" ").split()) for cell in line.find_all(["th", "td"])[:3])
        for line in page.select("tbody tr")
    ]


def test_the_newest_stands_first_in_plain_words_with_a_link_to_what_it_was_done_to(cast, client_of, events):
    client = client_of(cast.staff)
    what = "submitted a report state submitted, revision 1, late True"
    assert found(client, person="amara")[0] == ("Amara Okafor", what, f"report {events.id}")
    page = read(client.get("/audit?person=amara"))
    assert page.select_one("tbody a")["href"] == f"/reports/{events.id}"
    assert "Canary" not in page.get_text()


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"tag": "account:session:start"}, ["signed in"]),
        ({"address": "203.0.113.9"}, ["signed in"]),
        ({"until": "2026-06-09"}, ["signed in"]),
        ({"since": "2026-06-09", "until": "2026-06-09"}, ["signed in"]),
        ({"since": "2026-06-11"}, []),
        ({"person": "amara", "since": "2026-06-10", "tag": "report:revision:submit"}, ["submitted a report"]),
        ({"person": "nobody at all"}, []),
        ({"person": "%"}, None),
    ],
)
def test_each_filter_leaves_what_it_says(cast, client_of, events, asked, what):
    lines = found(client_of(cast.staff), **asked)
    assert what is None or [line[1].partition(" state")[0] for line in lines] == what


@pytest.mark.parametrize("asked", [{"since": "yesterday"}, {"until": "2026-02-31"}, {"tag": "nonsense"}])
def test_what_cannot_be_read_is_said_beside_its_field_and_kept(cast, client_of, asked):
    response = client_of(cast.staff).get("/audit", query_string=asked)
    assert response.status_code == 422
    assert read(response).select_one(".field-error") is not None


def test_the_end_of_the_calendar_is_no_fault(cast, client_of):
    asked = {"since": "0001-01-01", "until": "9999-12-31"}
    assert client_of(cast.staff).get("/audit", query_string=asked).status_code == 200


def test_the_sheet_has_what_was_searched_for_and_is_itself_an_event(cast, client_of, events):
    response = submit(
        client_of(cast.staff),
        "/audit?person=amara&tag=account:session:start",
        "/audit/export?person=amara&tag=account:session:start",
    )
    assert response.headers["Content-Disposition"] == "attachment; filename=audit.csv"
    [head, line] = csv.reader(io.StringIO(response.get_data(as_text=True)))
    assert dict(zip(head, line, strict=True))["what"] == "signed in"
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.AUDIT_EXPORT)).one()
    assert (event.actor_id, event.after["tag"], event.after["person"]) == (cast.staff.id, Tag.SIGN_IN, True)


def test_an_old_sign_in_exports_nothing(cast, client_of, events):
    client = client_of(cast.staff)
    page = read(client.get("/audit"))
    started = db.session.scalars(select(SignInSession).filter_by(account_id=cast.staff.id)).one()
    started.proved_at = NOW - FRESH - DAY
    data = {"csrf_token": page.find("input", {"name": "csrf_token"})["value"]}
    assert client.post("/audit/export", data=data).status_code == 401


def test_nobody_else_reads_the_record(cast, client_of):
    for who in (cast.fellow, cast.mentor, cast.manager):
        assert client_of(who).get("/audit").status_code == 404


def test_no_event_is_lost_between_pages(cast, client_of):
    for number in range(35):
        record(
            Tag.SIGN_OUT, actor_id=cast.fellow.id, subject=("account", cast.fellow.id), now=NOW - number * DAY
        )
    client = client_of(cast.staff)
    first = read(client.get("/audit?tag=account:session:end"))
    rest = read(client.get(first.find("a", {"rel": "next"})["href"]))
    assert [len(page.select("tbody tr")) for page in (first, rest)] == [30, 5]
