"""Every request is one line, under a number that its answer carries too."""

import re

import pytest

from program.doorbell import Bell, Doorbell
from program.logs.requests import HEADER, UNLOGGED, current_request_id
from program.web import permission_of
from tests.databases import other_app
from tests.pages import submit, token_of


def test_a_request_is_one_line_without_what_people_put_into_its_address(written, client_of, cast):
    browser = client_of(cast.fellow)
    response = browser.get("/reports?cursor=canary")
    [line] = [line for line in written.of("request") if line["route"] == "/reports"]
    assert (line["method"], line["status"], line["account"]) == ("GET", response.status_code, cast.fellow.id)
    assert line["ms"] >= 0
    assert line["request_id"] == response.headers[HEADER]
    assert "canary" not in written.text


@pytest.mark.parametrize(
    "path", ["/sign-in/" + "ab12" * 16, "/join/" + "ab12" * 16, "/sign-in/canary", "/canary"]
)
def test_a_token_in_an_address_is_not_kept(written, client, path):
    client.get(path)
    assert len(written.of("request")) == 1
    assert "ab12" not in written.text
    assert "canary" not in written.text


def test_each_request_has_a_number_of_its_own(client):
    numbers = [client.get("/sign-in").headers[HEADER] for _ in range(20)]
    assert len({*numbers}) == 20
    assert all(re.fullmatch("[0-9a-f]{16}", number) for number in numbers)
    assert current_request_id() is None, "what comes after it has none"


def test_nobody_chooses_the_number(client):
    assert client.get("/sign-in", headers={HEADER: "forged"}).headers[HEADER] != "forged"


def test_what_is_asked_for_all_the_time_is_not_logged(written, client):
    client.get("/health/live")
    client.get("/static/app.css")
    assert {line["level"] for line in written.of("request")} == {"debug"}
    assert {"static", "health.live", "health.ready", "health.metrics"} == UNLOGGED


def test_the_line_of_a_bell_carries_the_number(app, client, monkeypatch, cast):
    rung = []
    doorbell = Doorbell("redis://127.0.0.1:1/0")
    monkeypatch.setattr(
        doorbell.celery, "send_task", lambda name, **given: rung.append((name, given["headers"]))
    )
    monkeypatch.setitem(app.extensions, "doorbell", doorbell)
    response = submit(client, "/sign-in", email=cast.fellow.email)
    assert rung == [(Bell.DELIVER, {"request_id": response.headers[HEADER]})]


CANARY = "canary"


def _broken(**_values):
    raise ValueError(CANARY)


def test_a_fault_is_logged_once_and_people_are_given_its_number(written, tmp_path, now):
    with other_app(tmp_path, database_url="sqlite://") as app:
        _broken.permission = permission_of(app, "sign_in.ask")
        app.view_functions["sign_in.arrive"] = app.view_functions["sign_in.send"] = _broken
        browser = app.test_client()
        data = {"csrf_token": token_of(browser, "/sign-in"), "email": "canary@people.example"}
        answers = [browser.get("/sign-in/" + "ab12" * 16), browser.post("/sign-in", data=data)]
    faults = written.of("a request broke")
    assert [line["request_id"] for line in faults] == [answer.headers[HEADER] for answer in answers]
    for line, answer in zip(faults, answers, strict=True):
        assert answer.status_code == 500
        assert line["request_id"] in answer.get_data(as_text=True)
        assert line["exception"].endswith("builtins.ValueError")
        assert line["level"] == "error"
    assert [line["status"] for line in written.of("request")] == [200, 500, 500]
    assert "canary" not in written.text
    assert "ab12" not in written.text


def test_the_frameworks_own_line_would_be_caught(written, tmp_path, now):
    with other_app(tmp_path, database_url="sqlite://") as app:
        del app.log_exception
        _broken.permission = permission_of(app, "sign_in.ask")
        app.view_functions["sign_in.arrive"] = _broken
        app.test_client().get("/sign-in/canary")
    [line] = [line for line in written.lines if line["level"] == "error"]
    assert line["event"] == "Exception on %s [%s]" or "canary" in written.text
