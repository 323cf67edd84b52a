"""A body of fifty megabytes: refused by a real web server, which does not take it into memory."""

import http.client
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from program.up.ports import HOST, free_port

MB = 1024 * 1024
FIFTY = 50
PIECE = b"x" * (64 * 1024)


@pytest.fixture
def server(live):
    """A web server of one process."""
    port = free_port()
    live.start("web", "gunicorn", "program.app:create_app()", "--bind", f"{HOST}:{port}", "--workers", "1")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if ask(port, "GET", "/health/live") == 200:
                return live, port
        except OSError:
            time.sleep(0.1)
    raise AssertionError(live.said("web"))


def ask(port, method, path, **given):
    """The status of the answer."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=60)) as line:
        line.request(method, path, **given)
        with line.getresponse() as answer:
            answer.read()
            return answer.status


def memory(live):
    """The most that any process of the server has ever had in memory, in MB."""
    leader = live.processes["web"].pid
    children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
    return max(peak(pid) for pid in children)


def peak(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def pieces():
    for _ in range(FIFTY * MB // len(PIECE)):
        yield PIECE


@pytest.mark.parametrize("length", [True, False], ids=["with its length", "in pieces of no said length"])
def test_fifty_megabytes_are_refused_in_less_memory_than_they_are(server, tally, length):
    live, port = server
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    sizes = {"Content-Length": str(FIFTY * MB)} if length else {}
    for _ in range(3):
        ask(port, "POST", "/sign-in", body=b"email=a%40b.example", headers=kind)
    before = memory(live)
    with suppress(BrokenPipeError, ConnectionResetError):  # it hung up before all was sent: refused, too
        assert ask(port, "POST", "/sign-in", body=pieces(), headers=kind | sizes) == 413
    grown = memory(live) - before
    assert grown < FIFTY
    assert ask(port, "GET", "/health/live") == 200
    tally("megabytes of memory that 50 took", round(grown))


def test_the_measure_above_sees_memory_that_is_taken(server):
    live, _port = server
    assert memory(live) > 20
