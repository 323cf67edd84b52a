"""Redis is away and comes back: nothing is lost, and sending goes on soon; again and again."""

import re
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.live, pytest.mark.one_database]

LAST_LINE = re.compile(
    r"notices 70 lost 0 duplicated 0 silent 0 ambiguous \d+ seconds [\d.]+ again [\d.]+ restarts 2 deaf 0 slowest [\d.]+"
)


def test_after_ten_ticks_without_redis_and_after_each_restart_mail_goes_out_again(backend):
    figures = ("--tick", "1", "--restarts", "2", "--overhead", "15", "--db", backend)
    command = [sys.executable, "-m", "tests.faults.redis_away", *figures]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    said = done.stdout + done.stderr
    assert LAST_LINE.fullmatch(done.stdout.strip().rpartition("\n")[2]), said
    assert done.returncode == 0, said
