"""What nobody expected is written down once, with where it came from: in a page, at its commit, and in a task."""

import logging

import pytest

from program.access import Permission
from program.doorbell import Bell
from program.web import allow
from tests.workers.conftest import run, workers

__all__ = ["run", "workers"]


class PlantedError(Exception):
    """Nobody expects this one."""


def planted(*_args, **_given):
    raise PlantedError("the cause")


def written_down(caplog):
    """The records of the fault, each with the function it came from."""
    found = []
    for record in caplog.records:
        error = record.exc_info[1] if record.exc_info else None
        while error is not None and not isinstance(error, PlantedError):
            error = error.__cause__ or error.__context__
        if error is not None:
            assert record.levelno >= logging.ERROR
            last = error.__traceback__
            while last.tb_next:
                last = last.tb_next
            found.append(last.tb_frame.f_code.co_name)
    return found


def in_a_view(app, monkeypatch):
    monkeypatch.setitem(app.view_functions, "sign_in.sent", allow(Permission.PUBLIC)(planted))
    return "GET", "/sign-in/sent"


def before_the_view(app, monkeypatch):
    monkeypatch.setitem(app.before_request_funcs, None, [*app.before_request_funcs[None], planted])
    return "GET", "/sign-in/sent"


def after_the_view(app, monkeypatch):
    """As when a commit fails: nothing of that is tried again for the page that says so."""

    def fail(response):
        return response if response.status_code >= 500 else planted()

    monkeypatch.setitem(app.after_request_funcs, None, [*app.after_request_funcs[None], fail])
    return "GET", "/sign-in/sent"


PLACES = [in_a_view, before_the_view, after_the_view]


@pytest.mark.parametrize("place", PLACES)
def test_a_fault_in_a_page_is_written_down_once(place, app, client, caplog, monkeypatch, tally):
    with monkeypatch.context() as patch:
        method, address = place(app, patch)
        answer = client.open(address, method=method)
    assert answer.status_code == 500
    assert "the cause" not in answer.get_data(as_text=True)
    assert written_down(caplog) == ["planted"]
    tally("places of faults", 1)


def test_a_fault_in_a_task_is_written_down_once(workers, app, caplog, monkeypatch, tally):
    monkeypatch.setattr(workers, "flask_app", app)
    monkeypatch.setattr("workers.delivery.deliver_due", planted)
    assert workers.app.tasks[Bell.DELIVER.value].apply().state == "FAILURE"
    assert written_down(caplog) == ["planted"]
    tally("places of faults", 1)


def test_a_fault_that_is_swallowed_and_one_that_is_written_down_twice_are_seen(
    app, client, caplog, monkeypatch
):
    with monkeypatch.context() as patch:
        method, address = in_a_view(app, patch)
        patch.setattr(app, "log_exception", lambda _error: None)
        assert client.open(address, method=method).status_code == 500
        assert written_down(caplog) == []
    for _ in range(2):
        try:
            planted()
        except PlantedError:
            logging.getLogger("program").exception("again")
    assert written_down(caplog) == ["planted"] * 2
