"""A task is one line, under the number of the request that rang for it; a fault is told without anybody's words."""

import importlib

import pytest

from program.doorbell import Bell
from tests.logs.conftest import written

__all__ = ["written"]
NUMBER = "0123456789abcdef"
CANARY = "canary"


@pytest.fixture
def apply(workers, app, monkeypatch):
    """Let Celery run the task of a bell here, with everything that it does around one."""
    monkeypatch.setattr(workers, "flask_app", app)

    def apply(bell, **headers):
        with app.app_context():
            return workers.app.tasks[bell].apply(headers=headers)

    return apply


@pytest.fixture
def sweep(workers, monkeypatch):
    """What the sweep does, as the test says."""
    module = importlib.import_module("workers.reminders")
    return lambda does: monkeypatch.setattr(module, "sweep", does)


def test_what_a_task_did_is_one_line_under_the_number_of_the_request(apply, sweep, written):
    sweep(lambda **_: 3)
    apply(Bell.SWEEP, request_id=NUMBER)
    [line] = written.of("task")
    assert (line["task"], line["done"], line["request_id"], line["level"]) == (Bell.SWEEP, 3, NUMBER, "info")
    assert line["ms"] >= 0


def test_the_clocks_own_bell_gets_a_number_and_nothing_to_do_is_not_worth_a_line(apply, sweep, written):
    sweep(lambda **_: 0)
    apply(Bell.SWEEP)
    apply(Bell.SWEEP)
    lines = written.of("task")
    assert {line["level"] for line in lines} == {"debug"}
    assert len({line["request_id"] for line in lines}) == 2


def test_a_fault_is_told_once_with_its_task_and_without_its_words(apply, sweep, written):
    def breaks(**_):
        raise ValueError(CANARY)

    sweep(breaks)
    assert isinstance(apply(Bell.SWEEP, request_id=NUMBER).result, ValueError)
    [line] = [line for line in written.lines if "exception" in line]
    assert (line["task"], line["request_id"], line["level"]) == (Bell.SWEEP, NUMBER, "error")
    assert line["exception"].endswith("builtins.ValueError")
    assert "breaks" in line["exception"]
    assert CANARY not in written.text
    assert written.of("task") == []
