"""Deny by default: every route declares its permission, and opens to exactly those who have it."""

import re

import pytest
from flask import render_template_string

from program.access import Role
from program.web import permission_of
from tests.databases import other_app
from tests.factories import make_account
from tests.pages import token_of
from tests.security.objects import objects_of


def undeclared(app):
    """The endpoints that declare no permission."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if permission_of(app, rule.endpoint) is None}


@pytest.fixture
def objects(cast):
    return objects_of(cast)


@pytest.fixture
def browsers(cast, client_of):
    return {who: client_of(getattr(cast, who)) for who in ("other_fellow", "staff")}


def test_every_route_declares_a_permission(app):
    assert undeclared(app) == set()


def test_a_route_that_declares_none_is_found_and_refused(tmp_path):
    with other_app(tmp_path, database_url="sqlite://") as app:
        app.add_url_rule("/planted", "planted", lambda: render_template_string("open"))
        assert undeclared(app) == {"planted"}
        assert app.test_client().get("/planted").status_code == 404


def test_a_page_that_may_not_be_seen_looks_like_one_that_is_not_there(browsers, objects):
    def page(address):
        text = browsers["other_fellow"].get(address).get_data(as_text=True)
        return re.sub(r'name="csrf_token" value="[^"]*"', "", text)

    assert page("/reports/{report}".format(**objects)) == page("/reports/999999")


def test_strangers_are_sent_to_sign_in(client, objects):
    response = client.get("/reports/{report}".format(**objects))
    assert (response.status_code, response.location) == (302, "/sign-in")


def test_staff_who_also_mentor_read_every_report_but_answer_only_their_fellows(cast, client_of, objects):
    both = make_account(name="Imogen Ward", roles=[Role.STAFF, Role.MENTOR])
    browser = client_of(both)
    report = objects["report"]
    assert browser.get(f"/reports/{report}").status_code == 200
    data = {"csrf_token": token_of(browser, "/account"), "revision": "1"}
    assert browser.post(f"/reports/{report}/accept", data=data).status_code == 403
