"""A web server of one process, and requests to it over plain sockets.

The generator's own time goes into both sides of a ratio and flatters it, so it is kept small: no HTTP library, and
the next request is already waiting while an answer is read.
"""

import socket
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from program.up.ports import HOST, answers, free_port
from tests.bench.figures import Load
from tests.live import Live, wait_until

Outcome = tuple[int, str]
"""The status, and how long the body is or where it redirects to (its first step)."""
AHEAD = 2
"""Requests under way at once: the server never waits for the generator."""


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn with one sync worker."""

    port: int
    worker: int

    def request(self, path: str, *, cookie: str, fields: dict[str, str] | None = None) -> bytes:
        """A request as it goes over the wire; a POST if it has fields."""
        body = urlencode(fields or {}).encode()
        method = "GET" if fields is None else "POST"
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{self.port}", f"Cookie: {cookie}"]
        lines += ["Accept: text/html", "Connection: close"]
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def ask(self, request: bytes) -> bytes:
        """The whole answer."""
        return _answer(self._send(request))

    def load(self, requests: Iterable[bytes]) -> tuple[Load, Counter[Outcome]]:
        """Send them all; what it took, and what was answered how often."""
        seen: Counter[Outcome] = Counter()
        sent: deque[socket.socket] = deque()
        cpu, began = cpu_seconds(self.worker), time.perf_counter()
        for request in requests:
            sent.append(self._send(request))
            if len(sent) == AHEAD:
                seen[outcome(_answer(sent.popleft()))] += 1
        for left in sent:
            seen[outcome(_answer(left))] += 1
        seconds = time.perf_counter() - began
        return Load(seen.total(), seconds, cpu_seconds(self.worker) - cpu), seen

    def times(self, requests: Iterable[bytes], *, status: int) -> list[float]:
        """Seconds that each takes, one after the other. Each has to be answered with this status."""
        found = []
        for request in requests:
            began = time.perf_counter()
            answer = self.ask(request)
            found.append(time.perf_counter() - began)
            assert outcome(answer)[0] == status, f"answered {outcome(answer)}"
        return found

    def _send(self, request: bytes) -> socket.socket:
        connection = socket.create_connection((HOST, self.port), timeout=30)
        connection.sendall(request)
        return connection


@contextmanager
def serving(live: Live, name: str, application: str) -> Iterator[Server]:
    """Serve the application until the block is left."""
    port = free_port()
    options = ["--workers", "1", "--bind", f"{HOST}:{port}", "--log-level", "warning", "--no-control-socket"]
    process = live.start(name, "gunicorn", application, *options)
    try:
        wait_until(
            lambda: answers(port) and bool(children(process.pid)), seconds=20, what=f"{name} did not start"
        )
        yield Server(port, children(process.pid)[0])
    finally:
        live.stop(name)


def outcome(answer: bytes) -> Outcome:
    """What of an answer is counted."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head[9:12])
    if 300 <= status < 400:
        target = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"location:"))
        return status, target.split(b":", 1)[1].decode().strip().split("/")[1]
    return status, f"{len(body)} bytes"


def body_of(answer: bytes) -> str:
    """The page that an answer brings."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head.decode()
    return body.decode()


def cpu_seconds(pid: int) -> float:
    """The CPU time of all threads of the process so far (the clock id is how Linux names it)."""
    return time.clock_gettime((~pid << 3) | 2)


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(entry.parent.name))
    return sorted(found)


def _answer(connection: socket.socket) -> bytes:
    with connection:
        return b"".join(iter(lambda: connection.recv(65_536), b""))
