"""Where a request ends is never in doubt: what somebody on the way could read as two is refused, or closed after."""

import re
import socket
from contextlib import suppress
from threading import Thread

import pytest

from program.up.ports import HOST, free_port
from tests.live import Live, wait_until

pytestmark = pytest.mark.live
STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3}) ", re.MULTILINE)
SECOND = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
"""What is hidden behind the first request: nobody may answer it."""
TYPE = "Content-Type: application/x-www-form-urlencoded"
SHORT = "Content-Length: 4"
CHUNKED = "Transfer-Encoding: chunked"
BODY, NONE, FOUR = b"a=bc", b"0\r\n\r\n", b"4\r\na=bc\r\n0\r\n\r\n"


def post(*heads, body=BODY, eol="\r\n", version="1.1"):
    """A request to sign in with these heads, as bytes."""
    lines = [f"POST /sign-in HTTP/{version}", f"Host: {HOST}", TYPE, *heads, "", ""]
    return eol.join(lines).encode("latin-1") + body


DOUBTFUL = {
    "both lengths": post(SHORT, CHUNKED, body=NONE),
    "both lengths, the other way round": post(CHUNKED, SHORT, body=NONE),
    "both lengths, as long as all": post(f"Content-Length: {len(NONE + SECOND)}", CHUNKED, body=NONE),
    "two lengths": post(SHORT, "Content-Length: 0"),
    "two lengths, the other way round": post("Content-Length: 0", SHORT),
    "two equal lengths": post(SHORT, SHORT),
    "two lengths in one head": post("Content-Length: 4, 0"),
    "a length with a sign": post("Content-Length: +4"),
    "a length below nothing": post("Content-Length: -1"),
    "a length in hexadecimal": post("Content-Length: 0x4"),
    "a length with a line under it": post("Content-Length: 0_4"),
    "a length in other digits": post("Content-Length: \xb2"),
    "a length with a space before the colon": post("Content-Length : 4"),
    "a length in a folded line": post("Content-Length:\r\n 4"),
    "a folded line": post("X-A: b\r\n Content-Length: 4"),
    "a length behind a NUL": post("X-A: b\0", SHORT),
    "a length behind a bare CR": post("X-A: b\rContent-Length: 4"),
    "a length behind a bare LF": post(f"X-A: b\n{SHORT}", "Content-Length: 0"),
    "bare LF everywhere": post(SHORT, "Content-Length: 0", eol="\n"),
    "bare CR everywhere": post(SHORT, eol="\r"),
    "a space before the first head": post(f" {SHORT}", "Content-Length: 0"),
    "a head without a colon": post("Content-Length 4", "Content-Length: 0"),
    "an unknown encoding": post("Transfer-Encoding: xchunked", SHORT),
    "an encoding that is not the last": post("Transfer-Encoding: chunked, identity", SHORT, body=FOUR),
    "two encodings": post(CHUNKED, "Transfer-Encoding: identity", body=FOUR),
    "chunked twice": post("Transfer-Encoding: chunked, chunked", body=FOUR),
    "an encoding with a tab": post("Transfer-Encoding:\tchunked", SHORT, body=NONE),
    "an encoding with a vertical tab": post("Transfer-Encoding: \x0bchunked", SHORT, body=NONE),
    "an encoding with a space before the colon": post("Transfer-Encoding : chunked", SHORT, body=NONE),
    "an encoding in quotes": post('Transfer-Encoding: "chunked"', SHORT, body=NONE),
    "an encoding with a line under it": post(
        "Transfer_Encoding: chunked", SHORT, "Content-Length: 0", body=NONE
    ),
    "an encoding in HTTP/1.0": post(CHUNKED, SHORT, "Connection: keep-alive", body=NONE, version="1.0"),
    "a chunk with a sign": post(CHUNKED, body=b"+4\r\na=bc\r\n0\r\n\r\n"),
    "a chunk below nothing": post(CHUNKED, body=b"-1\r\n\r\n0\r\n\r\n"),
    "a chunk in 0x": post(CHUNKED, body=b"0x4\r\na=bc\r\n0\r\n\r\n"),
    "a chunk with a line under it": post(CHUNKED, body=b"0_4\r\na=bc\r\n0\r\n\r\n"),
    "a chunk that is longer than it says": post(CHUNKED, body=b"2\r\na=bc\r\n0\r\n\r\n"),
    "a chunk with bare LF": post(CHUNKED, body=b"4\na=bc\n0\n\n"),
    "a chunk with an LF in its extension": post(CHUNKED, body=b"4;a\nb\r\na=bc\r\n0\r\n\r\n"),
    "a chunk of far too many digits": post(CHUNKED, body=b"0" * 9_000 + b"4\r\na=bc\r\n0\r\n\r\n"),
    "a chunk of no length": post(CHUNKED, body=b"\r\na=bc\r\n0\r\n\r\n"),
    "a body that is not chunked": post(CHUNKED, body=BODY),
}
PLAIN = {"a length": post(SHORT), "chunks": post(CHUNKED, body=FOUR)}
"""What is in no doubt."""
KEEPING = ("--worker-class", "gthread", "--threads", "4", "--keep-alive", "1")


@pytest.fixture
def servers(databases, tmp_path):
    """The ports of a web server as it is run, and of one that keeps connections open, as other settings have it."""
    ports = free_port(), free_port()
    with Live.on(databases.migrated("sqlite"), folder=tmp_path) as live:
        for port, options in zip(ports, ((), KEEPING), strict=True):
            bind = ("--bind", f"{HOST}:{port}", "--workers", "1")
            live.start(f"web-{port}", "gunicorn", "program.app:create_app()", *bind, *options)
        for port in ports:
            wait_until(
                lambda at=port: 200 in statuses(at, SECOND), seconds=60, what="a web server does not answer"
            )
        yield ports


def statuses(port, sent):
    """The status of each answer that comes before the connection is closed, or falls silent."""
    came = b""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=5) as line:
        line.sendall(sent)
        while piece := line.recv(65_536):
            came += piece
    return [int(status) for status in STATUS.findall(came)]


def at_once(port, texts):
    """What each of them is answered with the second request behind it, by its name."""
    answers = {}
    threads = [
        Thread(target=lambda n=n, t=t: answers.update({n: statuses(port, t + SECOND)}))
        for n, t in texts.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_no_request_in_doubt_is_answered_twice(servers, tally):
    as_it_is_run, keeping = servers
    assert statuses(as_it_is_run, SECOND + SECOND) == [200]
    assert statuses(keeping, SECOND + SECOND) == [200, 200]  # a second answer would be seen
    for port in servers:
        plain = at_once(port, PLAIN)
        assert [got[:1] for got in plain.values()] == [[400]] * len(PLAIN)  # there is no token in them
        answers = at_once(port, DOUBTFUL)
        assert {name: got for name, got in answers.items() if len(got) > 1} == {}
        assert {name: got for name, got in answers.items() if not {*got} <= {400, 501}} == {}
        assert len([got for got in answers.values() if got]) > len(DOUBTFUL) / 2  # the others were closed
        tally("requests whose end is in doubt", len(DOUBTFUL))
