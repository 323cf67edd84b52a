"""Each is reminded once whatever is killed meanwhile; and the run that shows it notices when somebody is not."""

import re
import subprocess
import sys

import pytest

from tests.faults.reminders import Plan, run

pytestmark = pytest.mark.live

KILLED = {"sqlite": ("worker", "redis", "relay"), "postgresql": ("child", "beat", "machine")}
"""Each takes seconds: the full run kills all of them on both."""
LAST_LINE = r"notices 6 lost [2-6] duplicated 0 silent 0 ambiguous 0 seconds [\d.]+"


@pytest.fixture
def remind(databases, tmp_path):
    """Run it, on SQLite if nothing else is asked for."""
    return lambda backend="sqlite", **plan: run(databases.migrated(backend), tmp_path, Plan(**plan))


def test_each_is_reminded_once(backend, remind, capsys):
    told = remind(backend, notices=120, kills=3, only=KILLED[backend], busy=0.03, dropped=0.03, seconds=100)
    assert (told.notices, told.lost, told.duplicated) == (120, 0, 0), told
    assert capsys.readouterr().out.count("kill ") == 3
    assert told.is_good(mute=False)


def test_a_relay_that_cannot_be_asked_doubles_no_more_than_was_in_doubt(remind):
    told = remind(notices=40, kills=1, only=("machine",), mute=True, dropped=0, after_ms=100, seconds=100)
    assert (told.notices, told.lost, told.silent) == (40, 0, 0), told
    assert told.duplicated <= told.ambiguous <= 4, told
    assert told.is_good(mute=True)


def test_an_unmarked_handoff_is_noticed(remind):
    told = remind(notices=24, kills=2, only=("machine",), after_ms=150, seconds=100, pairs=1, plant="no_mark")
    assert (told.lost, told.silent >= 1) == (0, True), told
    assert not told.is_good(mute=False)


def test_work_that_nobody_takes_over_is_noticed(remind):
    told = remind(notices=24, kills=1, only=("machine",), after_ms=100, seconds=8, pairs=1, plant="no_rescue")
    assert told.lost >= 1, told
    assert told.left["sending"] >= told.lost
    assert not told.is_good(mute=False)


def test_work_that_is_acknowledged_early_and_held_in_redis_is_noticed(remind):
    plan = {"within": 0.1, "after_ms": 500, "seconds": 12, "pairs": 1, "plant": "early_ack"}
    told = remind(notices=40, kills=1, only=("redis",), **plan)
    assert told.lost >= 1, told
    assert not told.left, "and the database knows nothing of it"
    assert not told.is_good(mute=False)


def test_a_message_without_a_unique_key_is_noticed(remind):
    """On PostgreSQL, where two sweep at the same moment: SQLite lets only one write."""
    told = remind("postgresql", notices=30, kills=0, within=4, seconds=15, plant="no_key")
    assert told.silent >= 1, told
    assert not told.is_good(mute=False)


def test_a_sweep_that_only_looks_at_the_present_minute_is_noticed():
    """By the command: its last line says so, and its exit code."""
    plan = ("--notices", "6", "--kills", "0", "--seconds", "4", "--pairs", "1", "--plant", "same_minute")
    command = [sys.executable, "-m", "tests.faults.reminders", *plan]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert re.fullmatch(LAST_LINE, done.stdout.strip().rpartition("\n")[2]), done.stdout + done.stderr
    assert done.returncode == 1
