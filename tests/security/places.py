"""Where an attacker can put something: the forms and parameters of the application as it is, found and not listed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from program import forms
from program.access import may_enter
from program.extensions import db
from program.web import permission_of
from tests.pages import filled, read
from tests.scenarios import Cast
from tests.security.letters import make_letter
from tests.web.test_queries import PAGES, few_rows

PROGRAM = Path(forms.__file__).parent
PARAMETER = re.compile(r"""request\.(?:args|values)(?:\.get|\.getlist)?[\[(]["'](\w+)["']""")
ASKED = re.compile(r"(\w+Form)\(request\.args")
"""A form whose fields stand in the address."""
URLENCODED = "application/x-www-form-urlencoded"
TYPED = {None, "text", "search", "email", "url", "tel", "password"}
"""The kinds of input that take any text."""
OPTIONAL = (
    ("oidc.back", "nobody", "/sign-in/oidc/back?code=a-code&state=a-state"),
    ("demo.mail", "nobody", "/demo/mail"),
    ("demo.letter", "nobody", "/demo/mail/{letter}"),
)
"""The pages that are there where an issuer is set, or the demo is on."""
LEAVING = frozenset({"oidc.begin"})
"""Addresses that are no page: they lead to the issuer."""


@dataclass(frozen=True)
class Place:
    """A form on a page: who sees it, where it goes, what it sends by itself, and which of it is typed."""

    who: str
    page: str
    action: str
    endpoint: str
    fields: dict[str, str] = field(hash=False)
    texts: tuple[str, ...]
    """The names of fields that take any text."""
    files: tuple[str, ...] = ()
    """The names of fields that take a file."""
    enctype: str = URLENCODED
    """How a browser packs what it sends."""
    names: frozenset[str] = frozenset()
    """The names of all that it can send: what is not ticked, and its buttons, too."""


class World:
    """Every page of the programme with something on it, and a browser for each of the people who look."""

    def __init__(self, app: Flask, cast: Cast, browsers: dict[str, FlaskClient]) -> None:
        self.app, self.cast, self.browsers = app, cast, browsers
        self.objects = few_rows(cast) | {"letter": make_letter(app.extensions["settings"])}
        self.tokens: dict[str, str] = {}

    @property
    def pages(self) -> list[tuple[str, str]]:
        """Who looks, and at which address; the table they come from is checked to be whole."""
        every = [*(page[:3] for page in PAGES), *OPTIONAL]
        return [(who, address.format(**self.objects)) for _endpoint, who, address in every]

    def endpoint(self, address: str) -> str:
        """Where a form that is sent to this address arrives."""
        return self.app.url_map.bind("127.0.0.1").match(address.partition("?")[0], method="POST")[0]

    def forms(self) -> list[Place]:
        """Every form that changes something, once for each of its kinds."""
        found: dict[tuple[str, tuple[str, ...]], Place] = {}
        for who, address in self.pages:
            page = read(self.browsers[who].get(address))
            for place in self._on(page, who, address):
                found.setdefault((place.endpoint, place.texts), place)
        return [*found.values()]

    def _on(self, page, who: str, address: str) -> Iterator[Place]:
        for form in page.find_all("form", method=re.compile("post", re.IGNORECASE)):
            buttons = [button.get("formaction") for button in form.find_all("button")]
            controls = form.find_all(["input", "textarea"])
            texts = tuple(c["name"] for c in controls if c.name == "textarea" or c.get("type") in TYPED)
            named = form.find_all(["input", "textarea", "select", "button"], attrs={"name": True})
            names = frozenset(control["name"] for control in named)
            files = tuple(c["name"] for c in controls if c.get("type") == "file")
            for action in dict.fromkeys([form.get("action") or address, *filter(None, buttons)]):
                self.tokens.setdefault(who, filled(form).get("csrf_token", ""))
                endpoint, enctype = self.endpoint(action), form.get("enctype", URLENCODED)
                yield Place(who, address, action, endpoint, filled(form), texts, files, enctype, names)

    def rules(self, method: str) -> list[Rule]:
        """The routes that take this method."""
        rules = self.app.url_map.iter_rules()
        return sorted((rule for rule in rules if method in rule.methods), key=lambda rule: rule.endpoint)

    def who_enters(self, rule: Rule) -> str:
        """One of the people who pass the route's door."""
        permission = permission_of(self.app, rule.endpoint)
        people = [who for who in self.browsers if who != "nobody"]
        inside = (who for who in people if permission and may_enter(getattr(self.cast, who), permission))
        return next(inside, "nobody")

    def token_of(self, who: str) -> str:
        """A CSRF token that is good in this person's browser."""
        if who not in self.tokens:
            page = "/sign-in" if who == "nobody" else "/account"
            self.tokens[who] = read(self.browsers[who].get(page)).find("input", {"name": "csrf_token"})[
                "value"
            ]
        return self.tokens[who]


def query_parameters() -> list[str]:
    """The names that any view reads from the address."""
    source = "\n".join(path.read_text() for path in PROGRAM.rglob("*.py"))
    asked = {*ASKED.findall(source)}
    fields = {name for kind in _forms() if kind.__name__ in asked for name in _fields(kind)}
    return sorted({*PARAMETER.findall(source), *fields})


def form_fields() -> list[str]:
    """The names of the fields of every form there is, those that no page shows included."""
    return sorted({name for kind in _forms() for name in _fields(kind)})


def _forms() -> list[type[forms.Form]]:
    kinds = [forms.Form]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return kinds


def _fields(kind: type[forms.Form]) -> set[str]:
    return {name for name in dir(kind) if hasattr(getattr(kind, name), "field_class")}


def columns() -> dict[str, list[str]]:
    """The names of the columns of every model, by its table."""
    return {table.name: [column.name for column in table.columns] for table in db.metadata.sorted_tables}
