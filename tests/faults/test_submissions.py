"""Twenty send, twenty save and some send from two devices at once: nothing is lost, doubled or refused."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.live


def press(*options):
    """Run it: exit code, and all that it said."""
    command = [sys.executable, "-m", "tests.faults.submissions", "--pairs", "4", "--seconds", "60", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    return done.returncode, done.stdout + done.stderr


def test_what_is_sent_at_once_is_there_once(backend):
    code, said = press("--count", "20", "--db", backend)
    assert code == 0, said
    assert "0 faults" in said


def test_what_is_answered_and_not_kept_is_noticed():
    code, said = press("--count", "10", "--db", "sqlite", "--plant", "forgets")
    assert code == 1, said
    assert "or another text or state" in said


def test_who_sends_from_two_devices_and_is_told_off_is_noticed():
    code, said = press("--count", "1", "--db", "sqlite", "--plant", "scolds")
    assert code == 1, said
    assert "times: pair was answered 4" in said
