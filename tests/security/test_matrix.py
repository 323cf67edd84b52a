"""Every route by every method, by eight principals, about what is theirs and what is not."""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from flask import render_template_string
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

import program
from program.access import POLICY, Permission, Role, every
from program.extensions import csrf
from program.web import allow
from tests.databases import other_app
from tests.security.matrix import (
    MATRIX,
    MISSING,
    OTHER_METHODS,
    PRINCIPALS,
    REFUSED,
    Doors,
    coded,
    fault_of_type,
    one_sided,
    read_matrix,
    unclassified,
)
from tests.security.objects import objects_of
from tests.security.places import LEAVING, OPTIONAL
from tests.web.test_queries import not_counted


@pytest.fixture
def doors(cast, client, client_of):
    objects = objects_of(cast)
    browsers = {who: client if who == "nobody" else client_of(getattr(cast, who)) for who in PRINCIPALS}
    return Doors(browsers, objects)


def one_of_each():
    """An address of each route: which methods it takes does not hang on whose object it is about."""
    return sorted({row.endpoint: row.address for row in reversed(MATRIX)}.values())


def blueprints():
    """The names of all there are, whether or not the settings switch them on."""
    modules = walk_packages(program.__path__, "program.")
    views = [import_module(found.name) for found in modules if found.name.endswith(".views")]
    return {view.bp.name for view in views}


def test_the_application_of_these_proofs_has_every_part_that_there_is(app):
    assert set(app.blueprints) == blueprints()
    assert {"oidc", "demo"} <= set(app.blueprints)


def test_the_matrix_names_every_route_and_nothing_else(app):
    assert unclassified(app, MATRIX) == set()


def test_every_page_of_it_is_one_that_the_other_proofs_look_at(app):
    assert not_counted(app) == {endpoint for endpoint, *_rest in OPTIONAL} | LEAVING


def test_what_is_optional_is_not_there_unless_it_is_switched_on(databases, backend):
    plain = databases.application(backend)
    assert {endpoint for endpoint, _method in unclassified(plain, MATRIX)} == {
        *("oidc.begin", "oidc.back", "oidc.finish", "demo.mail", "demo.letter")
    }


def test_what_leads_to_an_object_is_tried_with_more_than_one(app):
    assert one_sided(app, MATRIX) == set()


def test_everybody_is_answered_as_the_matrix_says(doors, tally):
    there = [row for row in MATRIX if row.about != MISSING]
    assert list(doors.try_all(there)) == []
    assert doors.untyped == []
    tally("matrix: routes by principals", len(there) * len(PRINCIPALS))


@pytest.mark.one_database
def test_what_is_not_there_is_answered_as_the_matrix_says(doors, tally):
    nowhere = [row for row in MATRIX if row.about == MISSING]
    assert list(doors.try_all(nowhere)) == []
    tally("matrix: routes to nothing by principals", len(nowhere) * len(PRINCIPALS))


@pytest.mark.one_database
def test_the_head_of_a_page_is_as_closed_as_the_page(doors, tally):
    pages = [row for row in MATRIX if row.method == "GET"]
    assert list(doors.try_all(pages, "HEAD")) == []
    tally("matrix: heads by principals", len(pages) * len(PRINCIPALS))


def test_every_answer_names_its_type_and_that_it_is_utf8(doors, tally):
    """What is not a page, too: files, JSON, and what strangers, wrong methods and wrong addresses are answered."""
    tried = [
        ("GET", row.address) for row in MATRIX if row.endpoint in {"static", "health.live", "health.ready"}
    ]
    tried += [("PUT", "/sign-in"), ("GET", "/nowhere"), ("OPTIONS", "/sign-in"), ("GET", "/audit?since=no")]
    tried += [(row.method, row.address) for row in MATRIX if row.endpoint.startswith("history.")]
    for method, address in tried:
        for who in PRINCIPALS:
            doors.ask(who, method, address)
    files = Path(doors.browsers["nobody"].application.static_folder).iterdir()
    for file in files:
        doors.ask("nobody", "GET", f"/static/{file.name}")
    assert doors.untyped == []
    tally("answers asked for their type", len(tried) * len(PRINCIPALS))


def test_an_answer_that_says_too_little_of_its_type_is_caught():
    for kind in ("text/html", "text/html; charset=latin-1", "", "image/svg+xml"):
        assert fault_of_type(TestResponse([], 200, Headers({"Content-Type": kind}), None)) != ""
    for kind in ("text/html; charset=utf-8", "application/zip", "application/json"):
        assert fault_of_type(TestResponse([], 200, Headers({"Content-Type": kind}), None)) == ""


@pytest.mark.one_database
def test_no_other_method_is_taken(doors, tally):
    addresses = one_of_each()
    taken = [
        (method, address, who)
        for method in OTHER_METHODS
        for address in addresses
        for who in PRINCIPALS
        if doors.ask(who, method, address).status_code != 405
    ]
    assert taken == []
    tally("matrix: other methods by principals", len(OTHER_METHODS) * len(addresses) * len(PRINCIPALS))


BY_THEIR_ADDRESS = {"accounts.stop"}
"""Steps that mail programs take by themselves: what they may do stands in the address, signed."""


def without_token(doors, rows):
    """The steps that somebody could take, or come closer to, without the token of the page."""
    return [
        (row.address, who)
        for row in rows
        if row.method == "POST" and row.endpoint not in BY_THEIR_ADDRESS
        for who, expected in row.answers.items()
        if coded(doors.ask(who, "POST", row.address, token=False))
        not in {"400", expected} & (REFUSED | {"400"})
    ]


@pytest.mark.one_database
def test_no_step_is_taken_without_the_token_of_its_page(doors, tally):
    assert without_token(doors, MATRIX) == []
    tally("steps without a token by principals", sum(r.method == "POST" for r in MATRIX) * len(PRINCIPALS))


def test_a_step_that_wants_no_token_is_caught(doors, monkeypatch):
    monkeypatch.setattr(csrf, "protect", lambda: None)
    monkeypatch.setitem(doors.browsers["fellow"].application.config, "WTF_CSRF_ENABLED", False)
    rows = [row for row in MATRIX if row.endpoint == "writing.save"]
    assert ("/periods/{open_period}/report/draft", "fellow") in without_token(doors, rows)


@pytest.mark.one_database
def test_asking_for_options_shows_nothing(doors):
    shown = [
        (address, who)
        for address in one_of_each()
        for who in PRINCIPALS
        if (answer := doors.ask(who, "OPTIONS", address)).status_code == 200 and answer.get_data()
    ]
    assert shown == []


def test_a_route_without_a_row_is_found(tmp_path):
    with other_app(tmp_path, database_url="sqlite://", oidc_issuer="https://a.example", demo=True) as app:
        view = allow(Permission.PUBLIC)(lambda: render_template_string("open"))
        app.add_url_rule("/planted", "planted", view, methods=["GET", "DELETE"])
        assert unclassified(app, MATRIX) == {("planted", "GET"), ("planted", "DELETE")}


def test_a_route_that_is_tried_with_one_object_only_is_found(app):
    rows = [row for row in MATRIX if (row.endpoint, row.about) != ("reviews.read", "other")]
    assert one_sided(app, [r for r in rows if r.endpoint != "reviews.read" or r.about == "own"]) == {
        ("reviews.read", "GET")
    }


def test_a_policy_that_lets_everybody_in_is_caught(doors, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.REPORT_READ, dict.fromkeys(Role, every))
    rows = [row for row in MATRIX if row.endpoint == "reviews.read"]
    caught = {(d.address, d.who) for d in doors.try_all(rows)}
    assert {("/reports/{report}", "other_mentor"), ("/reports/{other_report}", "fellow")} <= caught
    assert ("/reports/{report}", "analyst") in caught


def test_an_unguarded_route_is_caught(doors, app, monkeypatch):
    monkeypatch.setattr(app.view_functions["home.staff"], "permission", Permission.SIGNED_IN)
    caught = {d.who for d in doors.try_all([row for row in MATRIX if row.endpoint == "home.staff"])}
    assert caught == set(PRINCIPALS) - {"nobody", "staff"}


def test_a_table_is_read_as_it_is_written():
    head = "endpoint,method,address,about," + ",".join(PRINCIPALS)
    (row,) = read_matrix(head + "\nhome.index,GET,/,," + ",".join(["sign-in"] + ["302"] * 7))
    assert (row.endpoint, row.answers["nobody"], row.answers["staff"]) == ("home.index", "sign-in", "302")
