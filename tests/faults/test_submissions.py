"""Twenty send, twenty save and some send from two devices at once: nothing is lost, doubled or refused."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.live


def test_what_is_sent_at_once_is_there_once(backend):
    options = ("--count", "20", "--pairs", "4", "--db", backend, "--seconds", "60")
    command = [sys.executable, "-m", "tests.faults.submissions", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 faults" in done.stdout
