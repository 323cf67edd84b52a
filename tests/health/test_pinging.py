"""Who watches from elsewhere is told of each good tick, and of no other; what they answer harms nothing."""

import logging
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests

from program.extensions import db
from program.health.pinging import ping
from program.health.services import LATE
from program.up.ports import HOST, free_port
from tests.factories import NOW, make_notice


class Watcher(BaseHTTPRequestHandler):
    """Somebody elsewhere. `asked` is of their server."""

    def do_GET(self):
        self.server.asked.append((self.path, db_is_free()))
        self.send_response(self.server.answer)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_said):
        """Quietly."""


def db_is_free():
    """Whether the one who pings holds no transaction at this moment; set by the test."""
    return Watcher.is_free()


@pytest.fixture
def watcher(monkeypatch):
    server = HTTPServer((HOST, 0), Watcher)
    server.asked, server.answer = [], 200
    server.url = f"http://{HOST}:{server.server_port}/secret-path"
    Watcher.is_free = staticmethod(lambda: True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_good_tick_is_told_with_no_transaction_open(app, watcher):
    session = db.session()
    Watcher.is_free = staticmethod(lambda: not session.in_transaction())
    assert ping(watcher.url, now=NOW)
    assert watcher.asked == [("/secret-path", True)]


def test_a_tick_while_mail_is_stuck_is_not_told(cast, watcher):
    make_notice(cast.fellow, at=NOW - LATE - timedelta(seconds=1))
    db.session.commit()
    assert not ping(watcher.url, now=NOW)
    assert watcher.asked == []
    assert ping(watcher.url, now=NOW - timedelta(seconds=1))


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_an_answer_that_is_not_good_is_logged_without_the_address(app, watcher, caplog, answer):
    watcher.answer = answer
    with caplog.at_level(logging.WARNING):
        good = ping(watcher.url, now=NOW)
    assert (good, len(watcher.asked)) == (answer == 302, 1)
    assert "secret-path" not in caplog.text


def test_nobody_there_is_logged_and_breaks_nothing(app, caplog):
    assert not ping(f"http://{HOST}:{free_port()}/secret-path", now=NOW)
    assert [record.error for record in caplog.records] == ["ConnectionError"]
    assert "secret-path" not in caplog.text


def test_one_who_hangs_is_not_waited_for(app, monkeypatch):
    asked = {}

    def hang(url, **options):
        asked.update(options)
        raise requests.Timeout

    monkeypatch.setattr(requests, "get", hang)
    assert not ping("https://watcher.example/x", now=NOW)
    assert asked["timeout"] <= 5
