"""Too much of anything: refused by a real web server, at once, and without taking it into memory."""

import http.client
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from program.body import MOST_FIELDS, URLENCODED
from program.up.ports import HOST, free_port
from tests.pages import read

MB = 1024 * 1024
FIFTY = 50
PIECE = b"x" * (64 * 1024)
SLOW, MUCH = 3.0, 20
"""Seconds and megabytes that nothing which is refused may take."""


PLAIN = {"Content-Type": URLENCODED}
PARTS = {"Content-Type": "multipart/form-data; boundary=b"}
HUNG_UP = 0
"""The server answers and hangs up before all was sent: its answer may get lost on the way."""


def part(name, more=""):
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\nx\r\n'


def parts(count, more=""):
    return "".join(part(f"f{number}", more) for number in range(count)) + "--b--\r\n"


TOO_MUCH = {
    "20,000 fields": ("POST", "/sign-in", "&".join(f"f{n}=x" for n in range(20_000)), PLAIN, {413}),
    "a million fields": ("POST", "/sign-in", "a&" * 1_000_000, PLAIN, {413}),
    "20,000 parts": ("POST", "/sign-in", parts(20_000), PARTS, {413}),
    "15,000 files": ("POST", "/sign-in", parts(15_000, '; filename="f"'), PARTS, {413}),
    "a part with a name of a megabyte": ("POST", "/sign-in", part("x" * MB) + "--b--\r\n", PARTS, {400}),
    "a path of 64 kB": ("GET", "/" + "x" * 64 * 1024, None, {}, {414}),
    "a path of 64 kB in pieces": ("GET", "/sign-in" + "/x" * 32 * 1024, None, {}, {414}),
    "32,000 parameters": ("GET", "/sign-in?" + "a&" * 32_000, None, {}, {414}),
    "2,000 heads": ("GET", "/sign-in", None, {f"X-{n}": "y" for n in range(2_000)}, {431}),
    "a cookie of a megabyte": ("GET", "/sign-in", None, {"Cookie": "a=" + "x" * MB}, {431, HUNG_UP}),
}
"""Method, path, body, heads, and how it may be answered."""


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
    sizes = {"Content-Length": str(FIFTY * MB)} if length else {}
    for _ in range(3):
        ask(port, "POST", "/sign-in", body=b"email=a%40b.example", headers=PLAIN)
    before = memory(live)
    with suppress(BrokenPipeError, ConnectionResetError):  # it hung up before all was sent: refused, too
        assert ask(port, "POST", "/sign-in", body=pieces(), headers=PLAIN | sizes) == 413
    grown = memory(live) - before
    assert grown < FIFTY
    assert ask(port, "GET", "/health/live") == 200
    tally("megabytes of memory that 50 took", round(grown))


def test_too_much_of_anything_is_refused_at_once_and_takes_no_memory(server, tally):
    live, port = server
    for _ in range(3):
        ask(port, "GET", "/sign-in")
        ask(port, "POST", "/sign-in", body="email=a%40b.example", headers=PLAIN)
    wrong = {}
    for name, (method, path, body, heads, expected) in TOO_MUCH.items():
        before, began, answer = memory(live), time.monotonic(), HUNG_UP
        with suppress(BrokenPipeError, ConnectionResetError):
            answer = ask(port, method, path, body=body, headers=heads)
        seconds, grown = time.monotonic() - began, memory(live) - before
        if answer not in expected or seconds > SLOW or grown > MUCH:
            wrong[name] = (answer, seconds, grown)
    assert wrong == {}
    assert ask(port, "GET", "/health/live") == 200
    tally("requests with too much of something", len(TOO_MUCH))


def flooded(client):
    method, path, body, heads, _expected = TOO_MUCH["a million fields"]
    return client.open(path, method=method, data=body, headers=heads).status_code


def test_fields_that_nobody_counts_are_seen(app, client, monkeypatch):
    assert flooded(client) == 413
    monkeypatch.setitem(app.config, "MAX_FORM_PARTS", None)
    assert flooded(client) == 400  # taken, and then found to have no token


@pytest.mark.parametrize(("count", "status"), [(MOST_FIELDS, 400), (MOST_FIELDS + 1, 413)])
def test_so_many_fields_are_read_and_no_more(client, count, status):
    body = "&".join(["a=1"] * count)
    assert client.post("/sign-in", data=body, headers=PLAIN).status_code == status


def world_forms(world):
    for who, address in world.pages:
        yield from read(world.browsers[who].get(address)).find_all("form")


@pytest.mark.one_database
def test_no_form_sends_half_as_many_fields_as_are_read(world):
    counts = [len(list(form.find_all(["input", "textarea", "select"]))) for form in world_forms(world)]
    assert len(counts) > 20
    assert max(counts) < MOST_FIELDS / 2


def test_the_measure_above_sees_memory_that_is_taken(server):
    live, _port = server
    assert memory(live) > 20
