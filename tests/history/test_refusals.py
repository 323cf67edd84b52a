"""What somebody was refused is written down, and nothing of what they tried to do happens."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.audit.verification import verify_chain
from program.extensions import db
from program.history.refusals import MOST, SPAN, note_refusal
from program.sign_in.models import SignInSession
from tests.factories import NOW, make_report
from tests.pages import token_of


@pytest.fixture
def report(cast):
    return make_report(cast.fellowship, number=4)


def refusals():
    events = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ACCESS_REFUSE).order_by(AuditEvent.id))
    return [(event.actor_id, event.after) for event in events]


def test_a_page_of_somebody_else_is_noted_with_its_route_and_id(cast, client_of, report):
    client_of(cast.other_fellow).get(f"/reports/{report.id}?why=secret")
    after = {"method": "GET", "route": "reviews.read", "status": 404, "report_id": report.id}
    assert refusals() == [(cast.other_fellow.id, after)]
    assert verify_chain().sequence > 0


def test_a_step_of_somebody_else_is_noted_and_not_taken(cast, client_of, report):
    browser = client_of(cast.staff)
    data = {"csrf_token": token_of(browser, "/account"), "revision": "1"}
    assert browser.post(f"/reports/{report.id}/accept", data=data).status_code == 404
    [(who, after)] = refusals()
    assert (who, after["method"], after["status"]) == (cast.staff.id, "POST", 404)
    db.session.refresh(report)
    assert report.state == "submitted"


def test_who_looks_as_somebody_else_is_named_with_whom(cast, client_of, report):
    browser = client_of(cast.staff)
    started = db.session.scalars(select(SignInSession).filter_by(account_id=cast.staff.id)).one()
    started.looks_as_id = cast.fellow.id
    assert browser.get("/account").status_code == 403
    [(who, after)] = refusals()
    assert (who, after["looking_as"], after["status"]) == (cast.staff.id, cast.fellow.id, 403)


def test_strangers_and_pages_that_open_are_not_noted(cast, client, client_of, report):
    client.get(f"/reports/{report.id}")
    client.get("/nowhere")
    client_of(cast.fellow).get(f"/reports/{report.id}")
    assert refusals() == []


def test_so_many_are_kept_and_again_later(cast, client_of, session):
    browser = client_of(cast.fellow)
    for _ in range(MOST + 2):
        browser.get("/audit")
    assert len(refusals()) == MOST
    for event in session.scalars(select(AuditEvent).filter_by(tag=Tag.ACCESS_REFUSE)):
        event.at = NOW - SPAN - timedelta(seconds=1)
    browser.get("/audit")
    assert len(refusals()) == MOST + 1


def test_a_refusal_that_nobody_notes_would_be_seen(app, cast, client_of, report, monkeypatch):
    others = [function for function in app.after_request_funcs[None] if function is not note_refusal]
    monkeypatch.setitem(app.after_request_funcs, None, others)
    client_of(cast.other_fellow).get(f"/reports/{report.id}")
    assert refusals() == []
