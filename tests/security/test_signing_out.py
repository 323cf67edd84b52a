"""Whoever is signed in can sign out, wherever they are: on pages, on forms that were refused, and on errors."""

import pytest

from program.extensions import limiter
from tests.pages import find_form, read, token_of

pytestmark = pytest.mark.one_database

ERRORS = ("/nowhere", "/reports/999999", "/people?role=king", "/audit?since=no")


def without_way_out(answers):
    """The pages of these answers on which there is no button that signs out."""
    shown = [
        (at, read(a)) for at, a in answers if a.mimetype == "text/html" and a.status_code not in {301, 302}
    ]
    return [at for at, page in shown if not page.select("header form[action='/sign-out'] button")]


def test_signing_out_is_on_every_page_of_who_is_signed_in(world, backend, tally):
    """Every page on one database: they are made alike on the other."""
    answers = []
    for who, address in world.pages[:: 1 if backend == "sqlite" else 5]:
        if who != "nobody":
            answers.append((address, world.browsers[who].get(address)))
    for who, browser in world.browsers.items():
        if who != "nobody":
            answers += [(f"{address} of {who}", browser.get(address)) for address in ERRORS]
    assert len({answer.status_code for _at, answer in answers}) >= 3
    assert without_way_out(answers) == []
    tally("pages with a way out", len(answers))


def test_signing_out_is_on_what_a_refused_form_shows(world, tally):
    answers = []
    for place in world.forms():
        if place.who != "nobody":
            limiter.reset()
            answers.append((place.action, world.browsers[place.who].post(place.action, data={})))
    assert {answer.status_code for _at, answer in answers} == {400}
    assert without_way_out(answers) == []
    tally("refused forms with a way out", len(answers))


def test_who_looks_as_somebody_else_stops_that_first(cast, client_of):
    """What signs out then is the way back to oneself, on every page that can be looked at."""
    browser = client_of(cast.staff)
    token = {"csrf_token": token_of(browser, "/account")}
    assert browser.post(f"/people/{cast.fellow.id}/look-as", data=token).status_code == 302
    page = read(browser.get("/", follow_redirects=True))
    assert without_way_out([("/fellow", browser.get("/fellow"))]) == ["/fellow"]
    assert find_form(page, "/look-as/end").button.get_text(strip=True) == "Stop looking"


def test_a_page_without_a_way_out_is_found(client):
    assert without_way_out([("/sign-in", client.get("/sign-in"))]) == ["/sign-in"]
