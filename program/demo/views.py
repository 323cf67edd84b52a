"""The demo's mail, as it reached the SMTP server. Only there when the demo is switched on."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.errors import NotFoundError
from program.paging import PAGE_SIZE, Page
from program.web import allow

bp = Blueprint("demo", __name__, url_prefix="/demo")


@dataclass(frozen=True, slots=True)
class Received:
    """One mail in the Maildir."""

    key: str
    to: str
    subject: str
    date: str


@bp.get("/mail")
@allow(Permission.PUBLIC)
def mail() -> ResponseReturnValue:
    """All mail, the newest first."""
    page, to = (
        _list_mail(cursor=request.args.get("after"), to=request.args.get("to", "")),
        request.args.get("to", ""),
    )
    return render_template("demo/mail.html", page=page, to=to)


@bp.get("/mail/<key>")
@allow(Permission.PUBLIC)
def letter(key: str) -> ResponseReturnValue:
    """One mail, as text; its links can be followed."""
    path = next((path for path in _letters() if path.name == key), None)
    if path is None:
        raise NotFoundError("There is no such mail.")
    message = _parse(path)
    text = message.get_body(("plain",))
    return render_template("demo/letter.html", message=message, text=text.get_content() if text else "")


def _list_mail(*, cursor: str | None, to: str) -> Page[Received]:
    letters = [path for path in _letters() if cursor is None or path.name < cursor]
    received = (_received(path) for path in letters)
    wanted = (one for one in received if to.lower() in one.to.lower())
    rows = [one for one, _ in zip(wanted, range(PAGE_SIZE + 1), strict=False)]
    more = rows[PAGE_SIZE - 1].key if len(rows) > PAGE_SIZE else None
    return Page(rows[:PAGE_SIZE], more, is_first=cursor is None)


def _letters() -> list[Path]:
    """The Maildir's files, the newest first: their names begin with the second they came in."""
    folder: Path = current_app.extensions["settings"].mail_dir / "new"
    return sorted(folder.iterdir(), key=lambda path: path.name, reverse=True) if folder.is_dir() else []


def _received(path: Path) -> Received:
    message = _parse(path)
    return Received(path.name, str(message["To"]), str(message["Subject"]), str(message["Date"]))


def _parse(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        message: Any = BytesParser(policy=policy.default).parse(file)
    return cast("EmailMessage", message)
