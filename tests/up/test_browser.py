"""The check's browser and its letters: forms go as the page made them, and what is wrong is said."""

from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from mailbox import Maildir
from threading import Thread
from urllib.parse import parse_qs

import pytest

from program.up.browser import Browser, CheckFailedError
from program.up.letters import Letters, sign_in_link

PAGE = """<main><ul><li><span class="row-title">Amara</span> <a href="/other">Read</a></li></ul>
<form method="post" action="/send"><input type="hidden" name="csrf_token" value="t0ken">
<textarea name="kept">
typed before</textarea><textarea name="text"></textarea>
<button>Send</button><button formaction="/aside">Put aside</button></form></main>"""


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer(500 if self.path == "/broken" else 200, PAGE)

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
        self._answer(200, f"{self.path} {sorted((name, *values) for name, values in form.items())}")

    def _answer(self, status, text):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def browser():
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with Browser(f"http://127.0.0.1:{server.server_port}") as browser:
            browser.open("/")
            yield browser
        server.shutdown()
        thread.join()


def test_a_form_goes_with_what_it_holds_and_what_is_typed(browser):
    browser.press("Send", text="new")
    browser.expect("/send [('csrf_token', 't0ken'), ('kept', 'typed before'), ('text', 'new')]")


def test_a_button_may_send_its_form_elsewhere(browser):
    browser.press("Put aside")
    browser.expect("/aside")


def test_a_link_is_found_by_its_row(browser):
    assert browser.first_row() == "Amara"
    browser.follow(within="Amara", label="Read")
    assert browser.url.endswith("/other")


def test_what_is_missing_or_broken_is_said(browser):
    with pytest.raises(CheckFailedError, match="no button “Accept”"):
        browser.press("Accept")
    with pytest.raises(CheckFailedError, match="no link “Jonas”"):
        browser.follow(within="Jonas")
    with pytest.raises(CheckFailedError, match="does not say “Done”"):
        browser.expect("Done")
    with pytest.raises(CheckFailedError, match="/broken answered 500"):
        browser.open("/broken")


def test_letters_are_found_by_address_and_subject(tmp_path):
    box, letters = Maildir(tmp_path / "mail"), Letters(tmp_path / "mail")
    assert letters.to("amara@fellows.example") == []
    for subject in ("Your link to sign in", "Report for week 5: due tomorrow"):
        message = EmailMessage()
        message["To"], message["Subject"] = "Amara <amara@fellows.example>", subject
        message.set_content("Here:\n\nhttp://127.0.0.1:8000/sign-in/abc123\n\nYours")
        box.add(message.as_bytes())
    found = letters.to("amara@fellows.example", about="link to sign in")
    assert [sign_in_link(one) for one in found] == ["http://127.0.0.1:8000/sign-in/abc123"]
    assert len(letters.to("amara@fellows.example")) == 2
