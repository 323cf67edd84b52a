"""A private address for what one owes: made, read without a sign-in, renewed, switched off."""

import re
from datetime import timedelta

import pytest
import time_machine
import vobject
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.extensions import db
from program.feeds import queries
from program.feeds.models import CalendarFeed
from program.logs.redaction import hush
from program.sign_in.tokens import hash_token
from tests.factories import NOW, make_concern, make_deadline, make_report, period_of
from tests.pages import read, submit, words

DAY = timedelta(days=1)
ADDRESS = re.compile(r"http\S+(/calendar/([0-9a-f]{64})\.ics)")


def make_address(browser):
    """The path of a new address, as its page shows it, and the token in it."""
    return ADDRESS.search(words(submit(browser, "/account/calendar", "/account/calendar"))).groups()


def events_at(client, path):
    """What stands there: the title and the deadline by UID."""
    answer = client.get(path)
    assert answer.status_code == 200
    calendar = vobject.readOne(answer.get_data(as_text=True))
    found = calendar.contents.get("vevent", [])
    return {event.uid.value: (event.summary.value, event.dtstart.value) for event in found}


@pytest.fixture
def week(cast):
    """Only the fifth report is owed."""
    for number in range(1, 5):
        make_report(cast.fellowship, number=number)
    return period_of(cast.cohort, 5)


@pytest.fixture
def path(cast, client_of):
    return make_address(client_of(cast.fellow))[0]


def test_the_address_is_shown_once_and_only_its_hash_is_kept(cast, client_of):
    browser = client_of(cast.fellow)
    assert "no address yet" in words(browser.get("/account/calendar"))
    assert "/account/calendar" in str(read(browser.get("/account")))
    path, token = make_address(browser)
    feed = db.session.get(CalendarFeed, cast.fellow.id)
    assert feed.token_hash == hash_token(token)
    assert token not in str(read(browser.get("/account/calendar")))
    assert browser.get(path).status_code == 200


def test_what_is_owed_stands_there_moves_and_goes(cast, client, path, week):
    first = events_at(client, path)
    assert [*first.values()] == [("Report for week 5", week.due_at)]
    make_deadline(cast.fellowship, due_at=week.due_at + DAY)
    assert events_at(client, path) == dict.fromkeys(first, ("Report for week 5", week.due_at + DAY))
    make_report(cast.fellowship, number=5)
    assert events_at(client, path) == {}


def test_who_looks_again_is_sent_nothing_until_something_changes(cast, client, path, week):
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    known = {"If-None-Match": answer.headers["ETag"]}
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        again = client.get(path, headers=known)
        assert (again.status_code, again.data) == (304, b"")
        make_report(cast.fellowship, number=5)
        assert client.get(path, headers=known).status_code == 200


def test_a_new_address_ends_the_one_before_and_switching_off_ends_both(cast, client_of, client):
    browser = client_of(cast.fellow)
    first, _token = make_address(browser)
    second, _token = make_address(browser)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    submit(browser, "/account/calendar", "/account/calendar/end")
    assert "no address yet" in words(browser.get("/account/calendar"))
    assert client.get(second).status_code == 404
    kept = select(AuditEvent.tag).where(AuditEvent.tag.in_([t for t in Tag if ":calendar:" in t]))
    assert db.session.scalars(kept.order_by(AuditEvent.id)).all() == [
        Tag.CALENDAR_MAKE,
        Tag.CALENDAR_RENEW,
        Tag.CALENDAR_END,
    ]


@pytest.mark.parametrize("change", [{"disabled_at": NOW}, {"joined_at": None}])
def test_whoever_cannot_sign_in_has_no_calendar(cast, client, path, change):
    for name, value in change.items():
        setattr(cast.fellow, name, value)
    db.session.flush()
    assert client.get(path).status_code == 404


def test_a_query_that_forgets_who_is_disabled_would_be_seen(cast, client, path, monkeypatch):
    monkeypatch.setattr(queries.Account, "can_sign_in", CalendarFeed.account_id == CalendarFeed.account_id)
    with pytest.raises(AssertionError):
        test_whoever_cannot_sign_in_has_no_calendar(cast, client, path, {"disabled_at": NOW})


def test_nobody_elses_debts_stand_there_and_a_concern_is_not_told(cast, client_of, client, week):
    concern = make_concern(cast.fellowship, cast.fellow, cast.staff)
    path, _token = make_address(client_of(cast.staff))
    assert [*events_at(client, path).values()] == [("Something waits for you", concern.owed_at)]
    text = client.get(path).get_data(as_text=True).lower()
    assert "concern" not in text
    assert "okafor" not in text


def test_no_line_of_a_log_holds_the_address(path):
    assert hush(f"GET {path} 200") == "GET /calendar/[token].ics 200"
