"""What every template can use: filters, the navigation, who is looking."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from flask import Flask, g, request, url_for
from jinja2 import StrictUndefined

from program.access import Permission, Role, may_enter
from program.clock import Shown, show, written_day
from program.config import Settings
from program.lines import read_lines
from program.links import link_lines
from program.logs.requests import current_request_id
from program.markdown import render_markdown

CONCERNS = ("Concerns", "concerns.listing")
"""Nobody sees the concerns of somebody whom they look at the site as, so they are not led there."""
PLACES: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.FELLOW: (("My week", "home.fellow"), ("Reports", "reports.own"), CONCERNS),
    Role.MENTOR: (("Mentoring", "home.mentor"), ("Queue", "reviews.queue"), CONCERNS),
    Role.RESEARCH_MANAGER: (("My fellows", "home.manager"), CONCERNS),
    Role.STAFF: (
        ("Programme", "home.staff"),
        ("Cohorts", "cohorts.listing"),
        ("Mentors", "pool.listing"),
        ("Surveys", "releases.waves"),
        ("People", "people.listing"),
        ("Organisations", "catalogue.listing"),
        ("Messages", "outbox.listing"),
        ("Audit", "history.listing"),
    ),
    Role.ANALYST: (("In numbers", "home.analyst"), ("Surveys", "releases.waves")),
    Role.ADMIN: (
        ("People", "people.listing"),
        ("Audit", "history.listing"),
        ("Policy", "policy.table"),
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation."""

    label: str
    url: str
    current: bool


@lru_cache(maxsize=4_096)
def path_to(endpoint: str, **values: Any) -> str:
    """The path of a page. It is the same for the same values, and a long page leads to dozens."""
    return url_for(endpoint, **values)


def navigation() -> list[Place]:
    """Where the account can go, by its roles; a place that two of them lead to once."""
    roles = g.account.roles if g.account else ()
    places = {
        endpoint: label for role, places in PLACES.items() if role in roles for label, endpoint in places
    }
    if g.account and g.account.seen_by:
        places.pop(CONCERNS[1], None)
    return [
        Place(label, path_to(endpoint), request.endpoint == endpoint) for endpoint, label in places.items()
    ]


def shown(instant: datetime) -> Shown:
    """An instant for the reader of this page."""
    zone_name = g.account.time_zone if g.account else "UTC"
    return show(instant, zone_name=zone_name, now=g.now)


def shown_to(instant: datetime, zone_name: str, now: datetime) -> Shown:
    """An instant for the reader of a mail."""
    return show(instant, zone_name=zone_name, now=now)


def sentence(words: str) -> str:
    """The words as they begin a sentence; what is capital in them stays so."""
    return words[:1].upper() + words[1:]


def init_presentation(app: Flask, settings: Settings) -> None:
    """Give the templates what they share. A name that a template misspells is an error, not an empty string."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(shown=shown, shown_to=shown_to, day=written_day, sentence=sentence)
    app.jinja_env.filters.update(markdown=render_markdown, links=link_lines, lines=read_lines)
    app.context_processor(lambda: _context(settings))
    app.jinja_env.globals.update(url_for=path_to, request_id=current_request_id)
    _fingerprint_assets(app)


def _context(settings: Settings) -> dict[str, Any]:
    inside = bool(request)
    account = getattr(g, "account", None)
    return {
        "account": account,
        "navigation": navigation() if inside and account else [],
        "may_search": inside and request.endpoint != "search.find" and may_enter(account, Permission.SEARCH),
        "demo": settings.demo,
        "oidc_name": settings.oidc_name if settings.oidc_issuer else "",
        "now": getattr(g, "now", None),
    }


def _fingerprint_assets(app: Flask) -> None:
    """Asset addresses change with their content, so that browsers may keep them for a year."""
    folder = Path(cast("str", app.static_folder))
    prints = {
        p.name: sha256(p.read_bytes()).hexdigest()[:10] for p in sorted(folder.iterdir()) if p.is_file()
    }
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in prints:
            values["v"] = prints[values["filename"]]
