"""Each line is one object with the fields that are said; where people are served, as JSON."""

import json
import logging
import subprocess
import sys

import pytest

from program.logs.lines import FIELDS, make_formatter
from program.logs.redaction import tell_fault
from tests.factories import NOW

logger = logging.getLogger("program.tests")
CANARY = "canary"
FORGED = 'hello\n{"event": "sign-in", "account": 1}\r\x1b[2J\u2028end'


def test_a_line_says_when_how_bad_who_and_what(written, now):
    logger.warning("a bell could not be rung", extra={"bell": "health.tick", "error": "refused"})
    assert written.lines == [
        {
            "at": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "level": "warning",
            "logger": "program.tests",
            "event": "a bell could not be rung",
            "bell": "health.tick",
            "error": "refused",
        }
    ]


def test_a_field_that_is_not_on_the_list_is_left_out(written):
    logger.info("saved", extra={"body": CANARY, "account": 3})
    [line] = written.lines
    assert line["account"] == 3
    assert CANARY not in written.text


def test_nobody_writes_a_line_of_their_own(written):
    logger.info(FORGED, extra={"error": FORGED})
    logger.info("%s", FORGED)
    assert len(written.lines) == 2
    assert {line["logger"] for line in written.lines} == {"program.tests"}


def test_nor_in_words():
    record = logging.makeLogRecord({"msg": FORGED, "levelname": "INFO", "levelno": 20, "error": FORGED})
    assert len(make_formatter(as_json=False).format(record).splitlines()) == 1


def test_a_fault_is_one_field_and_the_arguments_of_its_message_are_not_kept(written):
    fault = ValueError(CANARY)
    given = {"name": "x", "exc": CANARY}
    logging.getLogger("celery.app.trace").error("Task %(name)s: %(exc)s", given, exc_info=fault)
    [line] = written.lines
    assert line["event"] == "Task %(name)s: %(exc)s"
    assert line["exception"] == tell_fault(fault)
    assert CANARY not in written.text


def test_a_formatter_that_keeps_everything_is_caught():
    plain = logging.Formatter("%(message)s")
    record = logging.makeLogRecord({"msg": FORGED})
    assert len(plain.format(record).splitlines()) > 1


def test_every_field_says_what_it_is():
    assert all(FIELDS.values())


LOUD = """
import logging
from program.app import create_app
create_app()
logging.getLogger("elsewhere").error("from %s", "ada@people.example")
"""


@pytest.mark.parametrize(
    ("address", "is_json"), [("http://127.0.0.1:8000", False), ("http://fellows.example", True)]
)
def test_lines_are_json_where_people_are_served(address, is_json, tmp_path):
    """A new process, because here it is the test runner that decides what becomes of lines."""
    loud = (
        LOUD
        if not is_json
        else LOUD.replace("create_app()\n", "create_app(load_settings())\n", 1).replace(
            "import logging", "import logging\nfrom program.config import load_settings"
        )
    )
    environment = {"FELLOWSHIP_INSTANCE": str(tmp_path), "FELLOWSHIP_PUBLIC_URL": address}
    done = subprocess.run(
        [sys.executable, "-c", loud], env=environment, capture_output=True, text=True, check=True
    )
    [line] = done.stderr.splitlines()
    assert "ada@" not in line
    assert "from [address]" in line
    assert line.startswith("{") is is_json
    if is_json:
        assert json.loads(line)["level"] == "error"
