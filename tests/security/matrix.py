"""Every route, method and principal against one table: `matrix.csv` says what each is to be answered."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from program.extensions import limiter
from program.web import SAFE_METHODS
from tests.databases import undone
from tests.pages import token_of

TABLE = Path(__file__).with_name("matrix.csv")
PRINCIPALS = (
    "nobody",
    "fellow",
    "other_fellow",
    "mentor",
    "other_mentor",
    "manager",
    "analyst",
    "staff",
)
MISSING = "missing"
"""What a row is about whose address has a number that nothing has."""
REFUSED = {"sign-in", "401", "404"}
OTHER_METHODS = ("PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Row:
    """One address: `about` says whose object it is (own is the fellow's), `{name}` stands for its id."""

    endpoint: str
    method: str
    address: str
    about: str
    answers: dict[str, str]


@dataclass(frozen=True)
class Deviation:
    """Somebody was answered otherwise than the table says."""

    method: str
    address: str
    who: str
    answer: str
    expected: str


def read_matrix(text: str) -> list[Row]:
    """The rows of the table."""
    return [
        Row(
            line["endpoint"],
            line["method"],
            line["address"],
            line["about"],
            {who: line[who] for who in PRINCIPALS},
        )
        for line in csv.DictReader(text.splitlines())
    ]


MATRIX = read_matrix(TABLE.read_text("utf-8"))


def unclassified(app: Flask, rows: list[Row]) -> set[tuple[str, str]]:
    """What the application answers to and no row names, and what rows name that is not there."""
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    return routes ^ {(row.endpoint, row.method) for row in rows}


def one_sided(app: Flask, rows: list[Row]) -> set[tuple[str, str]]:
    """The routes to an object that are tried with one kind of object only."""
    tried: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        tried.setdefault((row.endpoint, row.method), set()).add(row.about)
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.arguments - {"filename"} and len(tried.get((rule.endpoint, method), set())) < 2
    }


def fault_of_type(response: TestResponse) -> str:
    """What is wrong with how a response says what it holds; a text that does not name UTF-8 may be read otherwise."""
    kind, written = response.mimetype or "", response.mimetype_params.get("charset", "").lower()
    text = kind.startswith("text/") or kind.endswith(("xml", "javascript"))
    return f"{kind} {written}" if not kind or (text and written != "utf-8") else ""


class Doors:
    """The principals, each at a browser; what a request changes is undone."""

    def __init__(self, browsers: dict[str, FlaskClient], objects: dict[str, object]) -> None:
        self.browsers, self.objects = browsers, objects
        self.untyped: list[tuple[str, str, str]] = []
        self.tokens = {
            who: token_of(b, "/account" if who != "nobody" else "/sign-in") for who, b in browsers.items()
        }

    def ask(self, who: str, method: str, address: str, *, token: bool = True, **typed: str) -> TestResponse:
        """What the principal is answered. Nothing is filled into the form but the page's token, and what is typed."""
        limiter.reset()
        browser = self.browsers[who]
        data = {"csrf_token": self.tokens[who], **typed} if token and method not in SAFE_METHODS else None
        with undone(), same_cookie(browser):
            answer = browser.open(address.format(**self.objects), method=method, data=data)
        if wrong := fault_of_type(answer):
            self.untyped.append((method, address, wrong))
        return answer

    def try_all(self, rows: list[Row], method: str = "") -> Iterator[Deviation]:
        """Every row by every principal, by another method if one is given."""
        for row in rows:
            for who, expected in row.answers.items():
                answer = coded(self.ask(who, method or row.method, row.address))
                if answer != expected:
                    yield Deviation(method or row.method, row.address, who, answer, expected)


@contextmanager
def same_cookie(browser: FlaskClient) -> Iterator[None]:
    """Whatever cookie requests set in this block, the browser has the one from before after it."""
    name = browser.application.config["SESSION_COOKIE_NAME"]
    before = browser.get_cookie(name)
    yield
    browser.set_cookie(name, before.decoded_value if before else "", **({} if before else {"max_age": 0}))


def coded(response: TestResponse) -> str:
    """An answer as the table writes it: its status, or where a stranger is sent."""
    if response.status_code == 302 and response.location == "/sign-in":
        return "sign-in"
    return str(response.status_code)
