"""Staff say where they are alerted; who could write there, by the address, is nobody who reads a page."""

from sqlalchemy import inspect, select, text

from program.alerts.models import Alert, AlertChannel
from program.alerts.services import MOST_CHANNELS
from program.audit.models import AuditEvent
from program.extensions import db
from tests.factories import CHAT, NOW, make_channel
from tests.pages import read, submit

SECRET = "secret-part"


def everything():
    """All that is in the database."""
    tables = inspect(db.engine).get_table_names()
    return str([db.session.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables])


def test_a_channel_is_added_tried_switched_and_removed(staff, client_of):
    browser = client_of(staff)
    submit(browser, "/alerts", "/alerts", name="#programme-staff", address=CHAT)
    channel = db.session.scalars(select(AlertChannel)).one()
    page = read(browser.get("/alerts")).text
    assert "on at hooks.chat.example; nothing was said there yet" in " ".join(page.split())
    submit(browser, "/alerts", f"/alerts/{channel.id}/try")
    assert len(db.session.scalars(select(Alert)).all()) == 1
    submit(browser, "/alerts", f"/alerts/{channel.id}/off")
    assert not channel.is_on
    submit(browser, "/alerts", f"/alerts/{channel.id}/on")
    channel.tried_at, channel.last_error = NOW, "it answered 404"
    assert "not taken" in read(browser.get("/alerts")).text
    submit(browser, "/alerts", f"/alerts/{channel.id}/remove")
    assert db.session.scalars(select(AlertChannel)).all() == []


def test_the_address_is_sealed_and_on_no_page(staff, client_of):
    browser = client_of(staff)
    submit(browser, "/alerts", "/alerts", name="Staff", address=CHAT)
    assert SECRET not in browser.get("/alerts").text
    assert SECRET not in browser.get("/audit").text
    assert SECRET not in everything()
    assert "hooks.chat.example" in str(db.session.scalars(select(AuditEvent.after)).all())


def test_a_wrong_address_is_said_to_be_one(staff, client_of):
    browser = client_of(staff)
    answer = submit(browser, "/alerts", "/alerts", name="Staff", address="https://127.0.0.1/x")
    assert answer.status_code == 422
    assert "whole https address" in answer.text
    assert db.session.scalars(select(AlertChannel)).all() == []


def test_one_that_is_off_is_not_tried_and_there_are_not_too_many(staff, client_of):
    browser = client_of(staff)
    channels = [make_channel(f"#{number}", staff=staff) for number in range(MOST_CHANNELS)]
    channels[0].is_on = False
    token = {"csrf_token": read(browser.get("/alerts")).find("input", {"name": "csrf_token"})["value"]}
    assert browser.post(f"/alerts/{channels[0].id}/try", data=token).status_code == 409
    assert browser.post("/alerts", data={**token, "name": "x", "address": CHAT}).status_code == 409
