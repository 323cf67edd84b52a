"""An address that somebody typed leads to a chat service and to nothing else: not inside, not round a corner."""

import json
import socket
from contextlib import contextmanager
from threading import Event

import pytest

from program.alerts.addresses import is_public, read_address
from program.alerts.wire import NotTakenError, Wire, look_up
from program.up.ports import HOST
from tests.security.chat import ADDRESS, NAME, Chat, running_chat, wire_to

GOOD = {
    "https://hooks.slack.com/services/T0/B0/abc": ("hooks.slack.com", "/services/T0/B0/abc"),
    "HTTPS://Chat.Example.ORG:443/hooks/x?y=1&z=%20": ("chat.example.org", "/hooks/x?y=1&z=%20"),
    "https://xn--bcher-kva.example/": ("xn--bcher-kva.example", "/"),
}
HOSTILE = [
    "http://hooks.chat.example/x",
    "ftp://hooks.chat.example/x",
    "file:///etc/passwd",
    "gopher://hooks.chat.example/x",
    "//hooks.chat.example/x",
    "https:///x",
    "https://hooks.chat.example",
    "https://hooks.chat.example:80/x",
    "https://hooks.chat.example:6379/x",
    "https://hooks.chat.example:443:80/x",
    "https://hooks.chat.example:0443/x",
    "https://user@hooks.chat.example/x",
    "https://user:word@hooks.chat.example/x",
    "https://hooks.chat.example@127.0.0.1/x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f.0.0.1/x",
    "https://0x7f000001/x",
    "https://0177.0.0.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fd00:ec2::254]/x",
    "https://localhost/x",
    "https://redis/x",
    "https://hooks.chat.example./x",
    "https://.hooks.chat.example/x",
    "https://hooks..example/x",
    "https://-hooks.example/x",
    "https://hooks.chat.example\\@127.0.0.1/x",
    "https://hooks.chat.example/\\x",
    "https://hooks.chat.example#@127.0.0.1/x",
    "https://hooks.chat.example?@127.0.0.1/x",
    "https://hooks.chat.example/x#y",
    "https://hooks.chat.example/x y",
    "https://hooks.chat.example/x\r\nHost: inside",
    "https://hooks.chat.example/x\n",
    "https://hooks.chat.example/\N{FULLWIDTH SOLIDUS}x",
    "https://\N{CIRCLED DIGIT ONE}27.0.0.1/x",
    "https://hooks\N{IDEOGRAPHIC FULL STOP}chat.example/x",
    "https://hoo\N{KELVIN SIGN}s.chat.example/x",
    " https://hooks.chat.example/x",
    f"https://hooks.chat.example/{'x' * 500}",
    f"https://{'a' * 64}.example/x",
    f"https://{'a.' * 130}example/x",
]
PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1"]
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "168.63.129.16",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:1.1.1.1", "::ffff:0:1.1.1.1", "64:ff9b::7f00:1",
    "64:ff9b::1.1.1.1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:4700::1111%eth0", "fec0::1",
    "ff02::1", "", "hooks.chat.example", "127.1", "2130706433",
]  # fmt: skip


@pytest.fixture
def chat():
    with running_chat() as chat:
        yield chat


@pytest.mark.parametrize("address", GOOD)
def test_an_address_of_a_chat_service_is_read(address):
    target = read_address(address)
    assert (target.host, target.path) == GOOD[address]


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_refused(address):
    with pytest.raises(ValueError, match="whole https address"):
        read_address(address)


def test_numbers_that_are_not_public_are_refused():
    assert [number for number in NOT_PUBLIC if is_public(number)] == []
    assert [number for number in PUBLIC if not is_public(number)] == []


def test_the_text_arrives_at_the_name_that_was_given(chat):
    wire_to(chat).post(ADDRESS, "3 messages failed")
    [(host, path, text)] = chat.asked
    assert (host, path, json.loads(text)) == (NAME, "/services/T0/secret-part", {"text": "3 messages failed"})
    assert chat.names == [NAME]


@pytest.mark.parametrize("numbers", [["10.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::1"], []])
def test_a_name_that_leads_inside_is_refused_before_anything_is_connected(monkeypatch, numbers):
    def connect(*_place, **_options):
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotTakenError, match="not public") as refused:
        Wire(look_up=lambda _host, _port: numbers).post(ADDRESS, "x")
    assert refused.value.permanent


def test_this_machine_under_a_public_name_is_refused(chat, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (HOST, chat.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_options: found)
    with pytest.raises(NotTakenError, match="not public"):
        wire_to(chat, look_up=look_up, may_reach=is_public).post(ADDRESS, "x")
    assert chat.asked == []


class LooksUpTwice(Wire):
    """Planted: the name is looked at, then given to the socket, which looks it up by itself."""

    @contextmanager
    def _connected(self, target):
        if not all(map(self.may_reach, self.look_up(target.host, self.port))):
            raise NotTakenError("not public")
        [number] = self.look_up(target.host, self.port)
        plain = socket.create_connection((number, self.port))
        with self.context.wrap_socket(
            plain, server_hostname=target.host, do_handshake_on_connect=False
        ) as line:
            yield line


def rebound(chat, kind):
    """Where a wire connects whose name stands for one machine at first and for another a moment later."""
    answers, connected = [[HOST], ["127.0.0.2"], ["127.0.0.2"]], []

    def connect(place, **options):
        connected.append(place[0])
        raise OSError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", connect)
        wire = wire_to(
            chat, kind=kind, look_up=lambda *_asked: answers.pop(0), may_reach=lambda number: number == HOST
        )
        with pytest.raises(NotTakenError):
            wire.post(ADDRESS, "x")
    return connected


def test_a_name_that_changes_its_mind_changes_nothing(chat):
    assert rebound(chat, Wire) == [HOST]
    assert rebound(chat, LooksUpTwice) == ["127.0.0.2"], "the planted fault is seen"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_led_elsewhere(chat, status):
    with running_chat() as inside:
        chat.status, chat.headers = status, {"Location": f"https://{NAME}:{inside.port}/x"}
        with pytest.raises(NotTakenError, match="leads elsewhere") as refused:
            wire_to(chat).post(ADDRESS, "x")
        assert (refused.value.permanent, len(chat.asked), inside.asked) == (True, 1, [])


def test_proxies_of_the_environment_are_not_used(chat, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    wire_to(chat).post(ADDRESS, "x")
    assert len(chat.asked) == 1


def test_a_certificate_for_another_name_is_refused():
    with running_chat("another.example") as chat:
        with pytest.raises(NotTakenError, match="certificate"):
            wire_to(chat).post(ADDRESS, "x")
        assert chat.asked == []


def test_one_who_sends_a_byte_now_and_then_is_hung_up_on(chat):
    chat.drips = Event()
    with pytest.raises(NotTakenError, match="in time") as late:
        wire_to(chat, longest=0.2).post(ADDRESS, "x")
    assert not late.value.permanent


def test_one_who_says_nothing_is_hung_up_on():
    with socket.create_server((HOST, 0)) as silent:
        wire = wire_to(Chat(silent.getsockname()[1]), longest=0.2)
        with pytest.raises(NotTakenError, match="in time"):
            wire.post(ADDRESS, "x")


def test_what_a_service_says_is_not_read(chat):
    chat.body = b"x" * 8_000_000
    wire_to(chat).post(ADDRESS, "x")


@pytest.mark.parametrize(
    ("status", "permanent"), [(400, True), (404, True), (410, True), (429, False), (408, False), (503, False)]
)
def test_an_answer_says_whether_to_try_again(chat, status, permanent):
    chat.status = status
    with pytest.raises(NotTakenError) as refused:
        wire_to(chat).post(ADDRESS, "x")
    assert (str(refused.value), refused.value.permanent) == (f"it answered {status}", permanent)
    assert "secret-part" not in repr(refused.value)
