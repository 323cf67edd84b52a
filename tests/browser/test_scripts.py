"""A hundred scripts on the pages that show people's words, in Chromium: none runs, and none asks for anything."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine

from program.access import Role
from program.extensions import db
from program.headers import HEADERS
from program.reviews.models import Verdict
from tests.databases import other_app
from tests.factories import NOW, make_account, make_draft, make_report, make_review
from tests.pages import signed_in
from tests.scenarios import running_cohort
from tests.security.conftest import tally
from tests.security.payloads import XSS
from tests.security.planting import packed

__all__ = ["tally"]
pytestmark = pytest.mark.browser
HOME = "http://127.0.0.1:8000"
ALL = "\n\n".join(XSS)
NAME = 120
"""Characters that a name may have."""
HOOK = """
window.xss = [];
for (const name of ["x", "alert", "confirm", "prompt"]) window[name] = () => { window.xss.push(name); };
addEventListener("securitypolicyviolation", (event) => window.xss.push(event.violatedDirective), true);
"""
"""Every payload that runs calls `x`; one that a policy has to stop has come through, too."""
PROVOKE = """async () => {
  for (const element of document.querySelectorAll("main *")) {
    for (const kind of ["load", "error", "focus", "toggle", "mouseover"]) element.dispatchEvent(new Event(kind));
  }
  const shows = (link) => ["http:", "https:", "mailto:"].includes(link.protocol);
  for (const link of document.querySelectorAll("main a[href]")) if (!shows(link)) link.click();
  await new Promise((done) => setTimeout(done, 100));
  return window.xss;
}"""
OPEN = "{% extends 'base.html' %}{% block main %}{{ text }}{% endblock %}"


@dataclass
class Shelf:
    """Pages as the application answers them, to be given to Chromium; what it asked for besides is kept."""

    pages: dict[str, dict] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)

    def put(self, path, answer):
        self.pages[path] = {
            "status": answer.status_code,
            "headers": dict(answer.headers),
            "body": answer.data,
        }

    def give(self, route):
        parts = urlsplit(route.request.url)
        answer = self.pages.get(f"{parts.path}?{parts.query}") or self.pages.get(parts.path)
        if f"{parts.scheme}://{parts.netloc}" == HOME and answer:
            return route.fulfill(**answer)
        if parts.path != "/favicon.ico":
            self.strangers.append(route.request.url)
        return route.abort()


@pytest.fixture
def app(databases, tmp_path):
    """With its clock in the running cohort's fifth week, for as long as pages are made."""
    url = databases.migrated("sqlite")
    with (
        time_machine.travel(NOW, tick=False),
        other_app(tmp_path, database_url=url) as app,
        app.app_context(),
    ):
        yield app
        db.session.remove()


def full_of_scripts(cast):
    """A report whose sections, asks, answers and comment hold them, a draft, and names; the addresses to look at."""
    lines = [payload for payload in XSS if "\n" not in payload]
    sections = {"done": ALL, "learned": ALL, "blocked": ALL, "plan": ALL}
    report = make_report(cast.fellowship, number=3, **sections, asks="\n".join(lines))
    answers = {ask.id: XSS[place % len(XSS)] for place, ask in enumerate(report.asks)}
    make_review(report, cast.mentor, verdict=Verdict.RETURN, comment=ALL, answers=answers)
    draft = make_draft(cast.fellowship, number=5, **sections)
    for number, name in enumerate(packed(XSS, NAME)):
        make_account(
            name=name, email=f"{number}@people.example", roles=[(Role.MENTOR, Role.ANALYST)[number % 2]]
        )
    cast.fellow.name, cast.mentor.name = packed(XSS, NAME)[:2]
    db.session.commit()
    read, write = f"/reports/{report.id}", f"/periods/{draft.period_id}/report"
    return [
        *(("fellow", read), ("mentor", read), ("staff", read), ("fellow", write)),
        *(("staff", "/people?role=mentor"), ("staff", "/people?role=analyst")),
    ]


def shelved(app, cast, addresses):
    """The pages with all that they need."""
    shelf = Shelf()
    browsers = {who: signed_in(app, getattr(cast, who)) for who in ("fellow", "mentor", "staff")}
    db.session.commit()
    with app.app_context():
        for who, address in addresses:
            answer = browsers[who].get(address)
            assert answer.status_code == 200
            shelf.put(f"{address}{'&' if '?' in address else '?'}by={who}", answer)
        for file in Path(app.static_folder).iterdir():
            shelf.put(f"/static/{file.name}", browsers["fellow"].get(f"/static/{file.name}"))
    return shelf


def looked_at(chromium, shelf, paths):
    """What ran, was stopped, popped up, or was asked for elsewhere; and which payloads could be read, by page."""
    context = chromium.new_context(base_url=HOME, service_workers="block")
    context.add_init_script(HOOK)
    context.route("**/*", shelf.give)
    page, noticed, shown = context.new_page(), [], {}
    page.on("dialog", lambda dialog: (noticed.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda said: noticed.append(said.text) if "Content Security" in said.text else None)
    for path in paths:
        page.goto(path)
        noticed += page.evaluate(PROVOKE)
        text = page.evaluate(
            "() => document.body.innerText + [...document.querySelectorAll('textarea')].map(t => t.value)"
        )
        words = " ".join(text.split())
        shown[path] = {payload for payload in XSS if " ".join(payload.split()) in words}
    context.close()
    return noticed + shelf.strangers, shown


def test_a_hundred_scripts_run_on_no_page_in_chromium(app, chromium, tally):
    cast = running_cohort()
    shelf = shelved(app, cast, full_of_scripts(cast))
    paths = [path for path in shelf.pages if "by=" in path]
    noticed, shown = looked_at(chromium, shelf, paths)
    assert noticed == []
    assert [path for path, read in shown.items() if read != {*XSS} and "role=" not in path] == []
    assert {payload for path, read in shown.items() if "role=" in path for payload in read} == {*XSS}
    tally("pages of scripts in Chromium", len(paths))
    tally("scripts that Chromium showed as text", sum(map(len, shown.values())))


def planted(app, *, policy):
    """A page that shows the scripts as they were typed, with or without the policy."""
    careless = app.jinja_env.overlay(autoescape=False)
    with app.test_request_context(HOME):
        page = careless.from_string(OPEN).render(text=ALL, account=None, demo=False)
        answer = app.make_response(page)
    if policy:
        answer.headers["Content-Security-Policy"] = HEADERS["Content-Security-Policy"]
    shelf = Shelf()
    shelf.put("/planted", answer)
    return shelf


def test_a_page_without_escaping_and_without_a_policy_is_caught(app, chromium):
    shelf = planted(app, policy=False)
    noticed, _shown = looked_at(chromium, shelf, ["/planted"])
    assert "x" in noticed
    assert any("evil.example" in address for address in shelf.strangers)


def test_a_page_without_escaping_is_caught_although_the_policy_stops_it(app, chromium):
    noticed, _shown = looked_at(chromium, planted(app, policy=True), ["/planted"])
    assert "x" not in noticed
    assert any("Content Security" in said for said in noticed)
