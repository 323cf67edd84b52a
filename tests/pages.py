"""Using pages as people do: forms are fetched, filled in and sent with what is hidden in them."""

from contextvars import copy_context
from datetime import timedelta
from io import BytesIO
from mimetypes import guess_type
from secrets import token_urlsafe
from typing import Any
from zipfile import ZipFile

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from program import clock
from program.accounts.models import Account
from program.extensions import db
from program.sign_in.browser import SESSION_KEY
from program.sign_in.models import SignInSession
from program.sign_in.tokens import hash_token

FILES = {"application/pdf", "application/zip", "image/png", "image/jpeg", "image/webp"}
"""What is no text."""


class LoneBrowser(FlaskClient):
    """What a request leaves in context variables ends with it, as on a server."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        return copy_context().run(super().open, *args, buffered=buffered, **kwargs)


class Browser(LoneBrowser):
    """Each request has an application context and a database session of its own.

    What the test has made is committed to its savepoint before, so that both see the same rows.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        with self.application.app_context():
            return super().open(*args, **kwargs)


def signed_in(app: Flask, account: Account) -> FlaskClient:
    """A browser in which the account is signed in."""
    token = token_urlsafe(32)
    now = clock.now()
    started = SignInSession(account_id=account.id, token_hash=hash_token(token), created_at=now)
    started.last_seen_at = started.proved_at = started.second_factor_at = now
    started.expires_at = now + timedelta(days=14)
    db.session.add(started)
    db.session.flush()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = token
    return client


def open_sessions(account: Account) -> int:
    """How many sessions of the account are open."""
    query = select(func.count()).where(
        SignInSession.account_id == account.id, SignInSession.ended_at.is_(None)
    )
    return db.session.scalar(query) or 0


def text_of(response: TestResponse) -> str:
    """What a response says: of a zip what its files say, of a PDF its text, of a picture its bytes."""
    return _said(response.mimetype, response.get_data())


def _said(kind: str | None, content: bytes) -> str:
    match kind:
        case "application/zip":
            return "\n".join(_said(guess_type(name)[0], data) for name, data in _unpacked(content))
        case "application/pdf":
            lines = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
            return lines + lines.replace("\n", "")  # words are broken at hyphens
        case kind if kind in FILES:
            return content.decode("latin-1")
        case _:
            return content.decode()


def _unpacked(content: bytes) -> list[tuple[str, bytes]]:
    archive = ZipFile(BytesIO(content))
    return [(name, archive.read(name)) for name in archive.namelist()]


def read(response: TestResponse) -> BeautifulSoup:
    """The page as it can be searched; a file has nothing to be searched."""
    shown = "" if response.mimetype in FILES else response.get_data(as_text=True)
    return BeautifulSoup(shown, "html.parser")


def words(response: TestResponse) -> str:
    """The text of the page's main part on one line."""
    page = read(response)
    return " ".join((page.main or page).get_text(" ").split())


def find_form(page: BeautifulSoup, action: str) -> Tag:
    """The form that can be sent to this address, by itself or by one of its buttons."""
    for form in page.find_all("form"):
        targets = {form.get("action"), *(button.get("formaction") for button in form.find_all("button"))}
        if action in targets:
            return form
    raise AssertionError(f"no form for {action} on this page")


def filled(form: Tag) -> dict[str, str]:
    """What the form sends if nothing is typed."""
    fields: dict[str, str] = {}
    for control in form.find_all(["input", "textarea", "select"]):
        name, value = control.get("name"), _value(control)
        if name and value is not None:
            fields[name] = value
    return fields


def _value(control: Tag) -> str | None:
    match control.name, control.get("type"):
        case "textarea", _:
            return control.get_text().removeprefix("\n")
        case _, "file":
            return None
        case "select", _:
            chosen = control.find("option", selected=True) or control.find("option")
            return chosen.get("value", chosen.get_text()) if chosen else None
        case _, "radio" | "checkbox":
            return control.get("value", "on") if control.has_attr("checked") else None
        case _:
            return control.get("value", "")


def submit(
    client: FlaskClient,
    url: str,
    action: str | None = None,
    /,
    headers: dict[str, str] | None = None,
    **typed: str,
) -> TestResponse:
    """Open the page, fill in its form for `action` (the page itself unless given) and send it."""
    response = client.get(url)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    fields = filled(find_form(read(response), action or url))
    return client.post(action or url, data={**fields, **typed}, headers=headers)


def token_of(client: FlaskClient, url: str) -> str:
    """The CSRF token that a page carries."""
    field = read(client.get(url)).find("input", {"name": "csrf_token"})
    assert field is not None, f"{url} has no form"
    return field["value"]
