"""Each is reminded once whatever is killed meanwhile; and the run that shows it notices when somebody is not."""

import re
import subprocess
import sys
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.live

KILLED = {"sqlite": ("worker", "redis", "relay"), "postgresql": ("child", "beat", "machine")}
"""Each takes seconds: the full run kills all of them on both."""
LAST_LINE = re.compile(
    r"notices (\d+) lost (\d+) duplicated (\d+) silent (\d+) ambiguous (\d+) seconds [\d.]+"
)


class Told(NamedTuple):
    """What a run came to."""

    code: int
    notices: int
    lost: int
    duplicated: int
    silent: int
    ambiguous: int
    said: str


def remind(*options, notices, kills, only=(), seconds=100):
    """Run it."""
    kinds = [word for kind in only for word in ("--only", kind)]
    figures = ["--notices", str(notices), "--kills", str(kills), "--seconds", str(seconds)]
    command = [sys.executable, "-m", "tests.faults.reminders", *figures, *options, *kinds]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    said = done.stdout + done.stderr
    found = LAST_LINE.fullmatch(done.stdout.strip().rpartition("\n")[2])
    assert found, said
    return Told(done.returncode, *map(int, found.groups()), said)


def test_each_is_reminded_once(backend):
    spoilt = ("--busy", "0.03", "--dropped", "0.03")
    told = remind("--db", backend, *spoilt, notices=120, kills=3, only=KILLED[backend])
    assert told[:5] == (0, 120, 0, 0, 0), told.said
    assert told.said.count("kill ") == 3


def test_a_relay_that_cannot_be_asked_doubles_no_more_than_was_in_doubt():
    told = remind("--no-xhas", "--dropped", "0", "--after-ms", "100", notices=40, kills=1, only=["machine"])
    assert told[:3] == (0, 40, 0), told.said
    assert told.silent == 0, told.said
    assert told.duplicated <= told.ambiguous <= 4, told.said


def test_an_unmarked_handoff_is_noticed():
    told = remind("--plant", "no_mark", "--after-ms", "150", notices=24, kills=2, only=["machine"])
    assert (told.code, told.lost) == (1, 0), told.said
    assert told.silent >= 1, told.said


def test_work_that_nobody_takes_over_is_noticed():
    told = remind(
        "--plant", "no_rescue", "--after-ms", "100", notices=24, kills=1, only=["machine"], seconds=8
    )
    assert told.code == 1, told.said
    assert told.lost >= 1, told.said
    assert "'sending'" in told.said


def test_work_that_is_acknowledged_early_and_held_in_redis_is_noticed():
    told = remind(
        "--plant",
        "early_ack",
        "--within",
        "0.1",
        "--after-ms",
        "500",
        notices=40,
        kills=1,
        only=["redis"],
        seconds=12,
    )
    assert told.code == 1, told.said
    assert told.lost >= 1, told.said
    assert "not sent" not in told.said, "and the database knows nothing of it"


def test_a_sweep_that_only_looks_at_the_present_minute_is_noticed():
    told = remind("--plant", "same_minute", notices=30, kills=0, seconds=5)
    assert told.code == 1, told.said
    assert told.lost >= 10, told.said


def test_a_message_without_a_unique_key_is_noticed():
    told = remind("--plant", "no_key", notices=6, kills=0, seconds=5)
    assert (told.code, told.lost) == (1, 0), told.said
    assert told.silent >= 6, told.said
