"""A parameter that comes twice does no harm: the first counts for every check and for what is done."""

import re

import pytest
from flask import request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from program.accounts.models import Account
from program.extensions import db, limiter
from program.notices.models import Notice
from program.sign_in.forms import LinkForm
from tests.databases import undone
from tests.pages import filled, find_form, read
from tests.security.matrix import same_cookie
from tests.security.places import PROGRAM, query_parameters

pytestmark = pytest.mark.one_database

MARK = "qzmarkzq"
OTHERS = (MARK, "2147483648")
"""What an address asks for the second time."""
REFUSED = (422, None)
"""What a list is answered that holds something else, too."""


def answered(world, who, address, data):
    """The status, and where it leads; nothing of it is kept."""
    limiter.reset()
    with undone(), same_cookie(world.browsers[who]):
        answer = world.browsers[who].post(address, data=data)
    return answer.status_code, answer.location


def test_a_field_that_comes_twice_counts_as_it_came_first(world, backend, tally):
    """Every form on one database; some on the other, which only sees what the forms let through."""
    tried, otherwise = 0, []
    for place in world.forms()[:: 1 if backend == "sqlite" else 4]:
        once = answered(world, place.who, place.action, place.fields)
        for name in place.fields:
            twice = MultiDict(place.fields)
            twice.add(name, MARK)
            got = answered(world, place.who, place.action, twice)
            otherwise += [(place.action, name, got)] if got not in (once, REFUSED) else []
            tried += 1
    assert otherwise == []
    tally("fields that came twice", tried)


def test_an_address_may_ask_for_a_thing_twice(world, tally):
    names, faults = query_parameters(), []
    for who, address in world.pages:
        path = address.partition("?")[0]
        for other in OTHERS:
            query = MultiDict([(name, value) for name in names for value in (other, "1", other)])
            answer = world.browsers[who].get(path, query_string=query)
            faults += [(path, other)] if answer.status_code >= 500 else []
    assert faults == []
    tally("pages asked for things twice", len(world.pages) * len(OTHERS))


def test_nothing_asks_for_a_parameter_wherever_it_comes_from():
    """What an address says does not stand in for what a form should have said."""
    sources = {path: path.read_text("utf-8") for path in PROGRAM.rglob("*.py")}
    assert [path.name for path, source in sources.items() if re.search(r"request\.values", source)] == []
    assert any("request.args" in source for source in sources.values())


@pytest.fixture
def sign_in(client):
    """Send the form that asks for a link, with these addresses; the status."""
    token = filled(find_form(read(client.get("/sign-in")), "/sign-in"))["csrf_token"]

    def send(*emails):
        data = MultiDict([("csrf_token", token), *(("email", email) for email in emails)])
        return client.post("/sign-in", data=data).status_code

    return send


def mailed_to():
    return db.session.scalars(select(Account.email).join(Notice, Notice.account_id == Account.id)).all()


def test_a_second_token_does_not_make_up_for_a_wrong_one(world):
    token = world.token_of("fellow")
    for tokens, status in ((["wrong", token], 400), (["", token], 400), ([token, "wrong"], 302)):
        data = MultiDict([("name", "Ada"), ("time_zone", "UTC"), *(("csrf_token", one) for one in tokens)])
        assert answered(world, "fellow", "/account", data)[0] == status


def test_tries_are_counted_for_the_address_that_is_mailed_to(cast, sign_in):
    """Not for another one that is sent beside it, so that a limit is not got round."""
    tried = [sign_in(cast.fellow.email, f"{number}@people.example") for number in range(6)]
    assert tried == [302] * 5 + [429]
    assert mailed_to() == [cast.fellow.email] * 5
    assert sign_in("other@people.example", cast.fellow.email) == 302
    assert len(mailed_to()) == 5


def test_who_is_erased_is_who_was_typed_first(cast, world):
    page = f"/people/{cast.other_fellow.id}/erase"
    data = MultiDict(filled(find_form(read(world.browsers["staff"].get(page)), page)))
    data.setlist("email", [cast.fellow.email, cast.other_fellow.email])
    assert answered(world, "staff", page, data) == (422, None)
    data.setlist("email", [cast.other_fellow.email, cast.fellow.email])
    assert answered(world, "staff", page, data)[0] == 302


def test_tries_that_are_counted_for_another_address_are_caught(cast, sign_in, monkeypatch):
    monkeypatch.setattr(LinkForm, "validate_on_submit", second_counts)
    tried = [sign_in(f"{number}@people.example", cast.fellow.email) for number in range(6)]
    assert (tried, len(mailed_to())) == ([302] * 6, 6)


def second_counts(form):
    """As if the form read what came last."""
    form.email.data = request.form.getlist("email")[-1]
    return True
