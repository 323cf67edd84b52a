"""What somebody was refused is written down, and nothing of what they tried to do happens."""

from datetime import timedelta

import pytest
from sqlalchemy import false, select

from program.audit.models import AuditEvent, Tag
from program.audit.verification import verify_chain
from program.extensions import db
from program.history import refusals as refusals_module
from program.history.refusals import MOST, MOST_OF_ADDRESS, NOTED, SPAN, note_refusal
from program.sign_in.models import SignInSession
from tests.factories import NOW, make_report
from tests.pages import token_of, words


@pytest.fixture
def report(cast):
    return make_report(cast.fellowship, number=4)


def noted(*tags):
    events = select(AuditEvent).where(AuditEvent.tag.in_(tags or NOTED)).order_by(AuditEvent.id)
    return db.session.scalars(events).all()


def refusals():
    return [(event.actor_id, event.after) for event in noted(Tag.ACCESS_REFUSE)]


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


def test_strangers_before_a_closed_door_and_pages_that_open_are_not_noted(cast, client, client_of, report):
    client.get(f"/reports/{report.id}")
    client.get("/nowhere")
    client.get("/sign-in", base_url="http://evil.example")
    client_of(cast.fellow).get(f"/reports/{report.id}")
    assert noted() == []


TOKEN = "0123456789abcdef" * 4


@pytest.mark.parametrize("path", [f"/sign-in/{TOKEN}", f"/join/{TOKEN}", "/join/short"])
def test_a_link_that_does_not_work_is_noted_when_it_is_opened_and_when_it_is_used(cast, client, path):
    token = token_of(client, "/sign-in")
    assert client.get(path).status_code == client.post(path, data={"csrf_token": token}).status_code == 410
    opened, used = noted()
    route = "sign_in" if path.startswith("/sign-in") else "invitations"
    assert opened.after == {"method": "GET", "route": f"{route}.arrive", "status": 410}
    last = {"sign_in": "redeem", "invitations": "join"}[route]
    assert used.after == {"method": "POST", "route": f"{route}.{last}", "status": 410}
    for event in (opened, used):
        assert (event.tag, event.actor_id, event.subject_kind, event.subject_id, event.address) == (
            Tag.LINK_REFUSE,
            None,
            "account",
            0,
            "127.0.0.1",
        )
        assert TOKEN not in repr(vars(event))
    assert verify_chain().sequence > 0


def test_who_is_signed_in_is_named_with_the_link_that_does_not_work(cast, client_of):
    client_of(cast.fellow).get(f"/join/{TOKEN}")
    [event] = noted()
    assert (event.tag, event.actor_id, event.subject_id) == (Tag.LINK_REFUSE, cast.fellow.id, cast.fellow.id)


@pytest.mark.parametrize("known", [True, False])
def test_who_runs_into_a_limit_is_noted_without_what_was_typed(cast, client, known):
    email = cast.fellow.email if known else "nobody.we.know@people.example"
    token = token_of(client, "/sign-in")
    sent = {"csrf_token": token, "email": email}
    answers = [client.post("/sign-in", data=sent).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    for event in noted():
        assert event.after == {"method": "POST", "route": "sign_in.send", "status": 429}
        assert (event.tag, event.actor_id, event.subject_id, event.address) == (
            Tag.LIMIT_REACH,
            None,
            0,
            "127.0.0.1",
        )
        assert email not in repr(vars(event))
    assert len(noted()) == 2


def test_who_takes_too_much_away_is_noted_by_account(cast, client_of):
    browser = client_of(cast.staff)
    token = token_of(browser, "/account")
    answers = [browser.post("/audit/export", data={"csrf_token": token}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    [event] = noted()
    assert (event.tag, event.actor_id, event.after["route"]) == (
        Tag.LIMIT_REACH,
        cast.staff.id,
        "history.export",
    )


@pytest.mark.parametrize(
    ("site", "count"), [("cross-site", 1), ("same-site", 1), ("same-origin", 0), (None, 0)]
)
def test_a_form_from_another_site_is_noted_and_one_that_was_open_too_long_is_not(
    cast, client_of, site, count
):
    browser = client_of(cast.fellow)
    headers = {"Sec-Fetch-Site": site} if site else {}
    data = {"name": "Somebody else", "csrf_token": "stale"}
    assert browser.post("/account", data=data, headers=headers).status_code == 400
    assert [(event.tag, event.actor_id) for event in noted()] == [(Tag.FORM_REFUSE, cast.fellow.id)] * count


def opened(client, number, *, network="192.0.2"):
    return client.get(f"/join/{TOKEN}", environ_base={"REMOTE_ADDR": f"{network}.{number}"}).status_code


def test_strangers_leave_so_many_from_one_address_and_so_many_together(cast, client, session, count_queries):
    for _ in range(MOST_OF_ADDRESS + 3):
        assert opened(client, 1) == 410
    assert len(noted()) == MOST_OF_ADDRESS
    for number in range(2, MOST + 2):
        assert opened(client, number) == 410
    assert len(noted()) == MOST
    with count_queries() as full:
        opened(client, 1)
    for event in noted():
        event.at = NOW - SPAN - timedelta(seconds=1)
    with count_queries() as free:
        opened(client, 1)
    assert len(noted()) == MOST + 1
    assert len([one for one in full if "audit_event" in one]) == 1
    assert len([one for one in free if "FROM audit_event" in one]) == 1


def test_strangers_cannot_hide_what_those_who_are_signed_in_are_refused(cast, client, client_of):
    for number in range(MOST + 1):
        opened(client, number)
    client_of(cast.fellow).get("/audit")
    assert refusals() != []


def test_a_refusal_that_is_kept_without_bounds_is_caught(cast, client, monkeypatch):
    monkeypatch.setattr(refusals_module, "_is_enough", lambda *_args, **_kwargs: false())
    for _ in range(MOST_OF_ADDRESS + 1):
        opened(client, 1)
    assert len(noted()) == MOST_OF_ADDRESS + 1


def test_what_strangers_did_is_told_as_such(cast, client, client_of):
    opened(client, 7)
    page = words(client_of(cast.staff).get("/audit?tag=access:link:refuse"))
    assert "somebody not signed in tried a link that does not work" in page
    assert "192.0.2.7" in page


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
