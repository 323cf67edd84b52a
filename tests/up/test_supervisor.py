"""The supervisor, with real processes: what dies is started again, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from program.up import guardian
from program.up.leash import Guardian
from program.up.supervisor import ROUND, Part, PartFailedError, Supervisor

pytestmark = pytest.mark.live
LAUNCH = Path(__file__).with_name("launch.py")


def runs(pid: int) -> bool:
    """Whether the process exists and is more than an entry that nobody has collected."""
    listing = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(listing.stdout.strip()) and not listing.stdout.startswith("Z")


def wait_for(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def shell(name: str, script: str, folder: Path) -> Part:
    return Part(name, ["sh", "-c", script], dict(os.environ), folder)


@contextmanager
def launched(folder, hangup):
    """A launcher that takes a hang-up so from its start, however these tests were started themselves."""
    command = [sys.executable, str(LAUNCH), str(folder), hangup.name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        if process.poll() is None:
            process.kill()


def pids_in(folder):
    return {name: int((folder / name).read_text()) for name in ("stubborn", "grandchild", "pliant")}


@pytest.fixture
def launcher(tmp_path):
    with launched(tmp_path, signal.SIG_DFL) as process:
        yield process


@pytest.fixture
def pids(launcher, tmp_path):
    return pids_in(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_signal_stops_every_child(launcher, pids, number):
    os.kill(pids["stubborn"], signal.SIGKILL)  # the next test waits for it
    launcher.send_signal(number)
    assert launcher.wait(timeout=3) == 0
    assert [name for name, pid in pids.items() if runs(pid)] == []


def test_under_nohup_a_hang_up_stops_nothing(tmp_path):
    with launched(tmp_path, signal.SIG_IGN) as launcher:
        pids = pids_in(tmp_path)
        launcher.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            launcher.wait(timeout=10 * ROUND)
        assert [name for name, pid in pids.items() if not runs(pid)] == []
        os.kill(pids["stubborn"], signal.SIGKILL)
        launcher.send_signal(signal.SIGTERM)
        assert launcher.wait(timeout=3) == 0
    assert [name for name, pid in pids.items() if runs(pid)] == []


def test_child_that_will_not_stop_is_killed_within_five_seconds(launcher, pids):
    assert all(runs(pid) for pid in pids.values())
    begun = time.monotonic()
    launcher.send_signal(signal.SIGTERM)
    assert launcher.wait(timeout=6) == 0
    assert time.monotonic() - begun < 5
    assert [name for name, pid in pids.items() if runs(pid)] == []


def test_killed_launcher_leaves_none(launcher, pids):
    launcher.kill()
    launcher.wait()
    wait_for(lambda: not runs(pids["pliant"]), seconds=2)
    wait_for(lambda: not any(runs(pid) for pid in pids.values()), seconds=guardian.GRACE + 1)


def test_child_that_dies_is_started_again(tmp_path, capsys):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(shell("web", "exec sleep 60", tmp_path))
        first = supervisor.pids()["web"]
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: supervisor.tend() or supervisor.pids()["web"] != first)
        second = supervisor.pids()["web"]
        assert runs(second)
    assert not runs(second)
    assert "web ended (signal SIGKILL) and was started again" in capsys.readouterr().err


def test_children_of_one_that_died_do_not_stay(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(shell("web", f"sleep 60 & echo $! > {tmp_path}/orphan; exec sleep 60", tmp_path))
        wait_for(lambda: (tmp_path / "orphan").exists() and (tmp_path / "orphan").read_text().strip())
        orphan = int((tmp_path / "orphan").read_text())
        first = supervisor.pids()["web"]
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: supervisor.tend() or supervisor.pids()["web"] != first)
        assert not runs(orphan)


def test_child_that_keeps_dying_stops_everything_with_its_last_lines(tmp_path):
    with Supervisor(tmp_path, most=2) as supervisor:
        supervisor.start(shell("steady", "exec sleep 60", tmp_path))
        steady = supervisor.pids()["steady"]
        supervisor.start(shell("beat", "echo no schedule to read; exit 3", tmp_path))
        with pytest.raises(PartFailedError, match=r"beat ended 3 times in 60 s(.|\n)*no schedule to read"):
            supervisor.run()
    assert not runs(steady)


def test_child_that_dies_before_all_is_ready_is_an_error_at_once(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(shell("web", "echo cannot bind; exit 1", tmp_path))
        with pytest.raises(PartFailedError, match=r"web ended at once \(exit code 1\)(.|\n)*cannot bind"):
            supervisor.wait_until(lambda: False, seconds=5, what="never ready")


def test_missing_program_is_an_error_with_its_name(tmp_path):
    part = Part("redis", [str(tmp_path / "none")], dict(os.environ), tmp_path)
    with (
        Supervisor(tmp_path) as supervisor,
        pytest.raises(PartFailedError, match="redis could not be started"),
    ):
        supervisor.start(part)


def test_waiting_has_an_end(tmp_path):
    with (
        Supervisor(tmp_path) as supervisor,
        pytest.raises(PartFailedError, match="the web server is not ready"),
    ):
        supervisor.wait_until(lambda: False, seconds=0.2, what="the web server is not ready")


def test_signal_in_the_middle_of_a_round_waits_for_its_end(tmp_path, monkeypatch):
    poll, finished = subprocess.Popen.poll, []

    def interrupted(process):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)
        finished.append(process.pid)
        return poll(process)

    with Supervisor(tmp_path) as supervisor:
        supervisor.start(shell("web", "exec sleep 60", tmp_path))
        with monkeypatch.context() as patch:
            patch.setattr(subprocess.Popen, "poll", interrupted)
            with pytest.raises(KeyboardInterrupt):
                supervisor.run()
    assert finished
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_guardian_that_is_killed_is_replaced_and_knows_the_groups():
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    keeper = Guardian()
    keeper.add(child.pid)
    keeper._process.kill()
    keeper._process.wait()
    keeper.renew()
    keeper._hang_up()
    assert child.wait(timeout=2) == -signal.SIGTERM
    keeper.close()
