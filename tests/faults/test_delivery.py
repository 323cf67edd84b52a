"""Mail arrives once whatever is killed while it goes out; and the run that shows it notices when it does not."""

import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.live

KILLED = {"sqlite": ("worker", "redis", "machine"), "postgresql": ("child", "beat", "machine")}
"""Each takes seconds: the full run kills all of them on both."""
LAST_LINE = re.compile(r"notices (\d+) lost (\d+) duplicated (\d+) ambiguous (\d+) seconds [\d.]+")


def deliver(*options, only=()):
    """Run it: exit code, notices, lost, duplicated, ambiguous; and all that it said."""
    kinds = [word for kind in only for word in ("--only", kind)]
    command = [sys.executable, "-m", "tests.faults.delivery", *options, *kinds]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    said = done.stdout + done.stderr
    found = LAST_LINE.fullmatch(done.stdout.strip().rpartition("\n")[2])
    assert found, said
    return done.returncode, *map(int, found.groups()), said


def test_each_message_arrives_once(backend):
    options = ("--db", backend, "--notices", "120", "--kills", "3", "--seconds", "90")
    code, notices, lost, duplicated, _ambiguous, said = deliver(*options, only=KILLED[backend])
    assert (code, notices, lost, duplicated) == (0, 120, 0, 0), said
    assert said.count("kill ") == 3


def test_a_relay_that_cannot_be_asked_doubles_no_more_than_was_in_doubt():
    options = ("--no-xhas", "--notices", "40", "--kills", "1", "--seconds", "90", "--after-ms", "100")
    code, notices, lost, duplicated, ambiguous, said = deliver(*options, only=["machine"])
    assert (code, notices, lost) == (0, 40, 0), said
    assert duplicated <= ambiguous <= 2, said


def test_an_unmarked_handoff_is_noticed():
    options = (
        "--plant",
        "no-mark",
        "--notices",
        "24",
        "--kills",
        "2",
        "--seconds",
        "90",
        "--after-ms",
        "150",
    )
    code, _notices, lost, duplicated, _ambiguous, said = deliver(*options, only=["machine"])
    assert (code, lost) == (1, 0), said
    assert duplicated >= 1, said


def test_work_that_nobody_takes_over_is_noticed():
    options = (
        "--plant",
        "no-rescue",
        "--notices",
        "24",
        "--kills",
        "1",
        "--seconds",
        "8",
        "--after-ms",
        "100",
    )
    code, _notices, lost, _duplicated, _ambiguous, said = deliver(*options, only=["machine"])
    assert code == 1, said
    assert lost >= 1, said
    assert "'sending'" in said
