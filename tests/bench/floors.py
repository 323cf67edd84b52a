"""What the programme is measured against: the least that could serve the same bytes, or take the same form."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import psycopg
from flask import Flask, Response, flash, redirect, render_template, request, session, url_for
from flask_wtf import CSRFProtect

from program.clock import now, show
from program.config import load_settings
from program.markdown import render_markdown
from program.reports.forms import report_form
from program.reports.models import TemplateSection
from program.reports.templates import SECTIONS
from program.sign_in.views import SESSION_KEY
from tests.bench import statements

Row = tuple[Any, ...]
Ask = Callable[..., Sequence[Row]]


def pages() -> Flask:
    """The pages over one kept connection of the driver, in the sizes that the URLs ask for."""
    app = _app()
    settings = load_settings()
    ask = _postgresql(settings.database_url) if "postgresql" in settings.database_url else _sqlite(settings)

    def page(name: str, read: Callable[..., dict[str, object]], *, of: str = "") -> None:
        @app.get(f"/{name}{of}", endpoint=name)
        def view(**which: int) -> Response:
            moment = now()
            token = sha256(session[SESSION_KEY].encode()).hexdigest()
            signed_in = ask(statements.SIGNED_IN, token, moment)
            if not signed_in:
                return Response(status=401)
            account_id, person, zone, _role = signed_in[0]
            found = read(ask, account_id, moment, **which)
            text = render_template(f"{name}.html", person=person, zone=zone, now=moment, **found)
            return Response(text.encode().ljust(int(request.args["bytes"])), mimetype="text/html")

    app.jinja_env.filters["markdown"] = render_markdown
    app.jinja_env.filters["shown"] = lambda at, zone, moment: show(_instant(at), zone_name=zone, now=moment)
    page("fellow", _fellow)
    page("mentor", _mentor)
    page("queue", _queue)
    page("report", _report, of="/<int:report_id>")
    return app


def submit() -> Flask:
    """The same form, session and CSRF check, and nothing behind them."""
    app = _app()
    CSRFProtect(app)
    form_class = report_form((TemplateSection(**section) for section in SECTIONS), complete=True)

    @app.get("/reports/<int:report_id>")
    def read(report_id: int) -> str:
        return str(report_id)

    @app.post("/periods/<int:period_id>/report")
    def send(period_id: int):
        if SESSION_KEY not in session:
            return redirect("/sign-in")
        form = form_class()
        if not form.validate_on_submit():
            return "not filled in", 422
        flash("Your report is with your mentor. You will hear as soon as it is read.", "ok")
        return redirect(url_for("read", report_id=period_id))

    return app


def _app() -> Flask:
    """With the programme's cookies."""
    settings = load_settings()
    app = Flask(__name__, template_folder="floor")
    app.config.update(
        SECRET_KEY=settings.secret_key, SESSION_COOKIE_NAME="fellowship", SESSION_REFRESH_EACH_REQUEST=False
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def _fellow(ask: Ask, account_id: int, moment: datetime) -> dict[str, object]:
    day = moment.date()
    mine = (account_id, moment)
    owed = ask(statements.OWED, *mine, account_id, account_id, day, day, *mine, moment)
    return {
        "fellowship": ask(statements.FELLOWSHIP, account_id)[0],
        "owed": owed,
        "weeks": ask(statements.WEEKS, *mine)[::-1],
        "open_asks": ask(statements.OPEN_ASKS, account_id)[0][0],
    }


def _mentor(ask: Ask, account_id: int, moment: datetime) -> dict[str, object]:
    day = moment.date()
    weeks: dict[int, list[Row]] = {}
    for fellowship_id, *week in ask(statements.FELLOWS_WEEKS, account_id, day, day, moment):
        weeks.setdefault(fellowship_id, []).append(tuple(week))
    return {
        "lines": ask(statements.QUEUE, account_id, day, day, 13)[:12],
        "fellows": ask(statements.FELLOWS, account_id, day, day),
        "weeks": weeks,
    }


def _queue(ask: Ask, account_id: int, moment: datetime) -> dict[str, object]:
    day = moment.date()
    return {"lines": ask(statements.QUEUE, account_id, day, day, 31)[:30]}


def _report(ask: Ask, account_id: int, moment: datetime, *, report_id: int) -> dict[str, object]:
    mine = (account_id, moment.date(), moment.date())
    report = ask(statements.REPORT, report_id, *mine)[0]
    before = ask(statements.PREVIOUS, report[0], report[9])
    return {
        "report": report,
        "sections": ask(statements.SECTIONS, report[1]),
        "revisions": [(*row[:1], _texts(row[1]), *row[2:]) for row in ask(statements.REVISIONS, report_id)],
        "promised": _texts(before[0][1]) if before else {},
        "asks": ask(statements.ASKS, report_id, before[0][0] if before else 0),
        "plan": ask(statements.PLAN, report_id),
        "reviews": ask(statements.REVIEWS, report_id),
        "typed": ask(statements.TYPED, report_id, account_id),
        "files": ask(statements.FILES, report_id),
        "place": ask(statements.PLACE, *mine, report_id)[0],
        "report_id": report_id,
    }


def _texts(body: dict[str, str] | str) -> dict[str, str]:
    """What the driver gives: PostgreSQL the sections, SQLite their JSON."""
    return json.loads(body) if isinstance(body, str) else body


def _instant(value: datetime | str) -> datetime:
    """What the driver gives: PostgreSQL an instant, SQLite its text in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _sqlite(settings: Any) -> Ask:
    connection = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)

    def ask(statement: str, *values: object) -> Sequence[Row]:
        plain = [
            str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value for value in values
        ]
        return connection.execute(statement, [str(v) if hasattr(v, "day") else v for v in plain]).fetchall()

    return ask


def _postgresql(url: str) -> Ask:
    connection = psycopg.connect(url, autocommit=True)

    def ask(statement: str, *values: object) -> Sequence[Row]:
        return connection.execute(statement.replace("?", "%s"), values).fetchall()

    return ask
