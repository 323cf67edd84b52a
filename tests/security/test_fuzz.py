"""Whatever is sent in a form, an address or its query: an answer, and never a fault."""

import re
from io import BytesIO
from urllib.parse import quote

import pytest
from flask import request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from program.access import Permission
from program.extensions import limiter
from program.forms import Form, line_field
from program.web import RowId, allow
from tests.databases import other_app, undone
from tests.security.places import PARAMETER, URLENCODED, form_fields, query_parameters

pytestmark = pytest.mark.one_database

PART = re.compile(r"<(?:[^<>]*:)?(\w+)>")
EACH = 12
"""Tries for each form and each route, of three values or more."""
MORE = 4
"""Further tries where something else has tried the same code: files in the place of text, pages of a route tried."""
TRICKY = (
    *("", "0", "-1", "2147483647", "2147483648", "9" * 40, "1e308", "NaN", "true", "null", "None"),
    *("a\x00b", "\x00", "%00", "\ud800", "\ufffe\uffff", "\u202eabc", "\u0130", "ß" * 300, "e\u0301" * 200),
    *("'; DROP TABLE account; --", "{{7*7}}", "${7*7}", "%s%n", "../../etc/passwd", "\r\nX-Planted: 1"),
    *("2026-02-30", "0000-00-00", "9999-12-31T23:59:59Z", "x" * 30_000, "[]", "{}", '["a"]', "MTIz", "eyJ9"),
)
MULTIPART = "multipart/form-data"
LIST = "Ada Marsh;ada@new.example\nBen Öst;ben@new.example\n"
FILES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfea", b"\xfe\xff\xd8\x00", b"\x81", b"\x00" * 9]
    ),
    st.sampled_from([b"PK\x03\x04\x14\x00", b"\x89PNG\r\n\x1a\n\x00\x00", b"%PDF-1.7\n%\xe2\xe3"]),
    st.sampled_from([LIST.encode(code) for code in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252")]),
    st.sampled_from(TRICKY).map(lambda text: text.encode("utf-8", "replace")),
)
NAMES = st.sampled_from(
    ["people.csv", "people.xlsx", "../../etc/passwd", "", "a\x00.csv", "\u202evsc.exe", "x" * 3_000]
)
VALUES = st.one_of(st.sampled_from(TRICKY), st.text(max_size=60), st.integers().map(str))


def tries(strategy, send, *, count=EACH):
    """Send that many examples; each that fails is reported by hypothesis as small as it can be."""
    quiet = settings(max_examples=count, suppress_health_check=list(HealthCheck))

    @quiet
    @given(strategy)
    def attempt(example):
        send(example)

    attempt()


def encoded(values):
    """The values as a browser can send them: half characters are what no UTF-8 holds."""
    return {name: value.encode("utf-8", "replace").decode() for name, value in values.items()}


def sent(world, who, address, method, values, *, enctype=URLENCODED):
    """What a request of this person is answered, with nothing of it kept."""
    limiter.reset()
    posted = method == "POST"
    data = {"csrf_token": world.token_of(who)} | values if posted else None
    packed = {"data": data, "content_type": enctype} if posted else {"query_string": values}
    with undone():
        answer = world.browsers[who].open(address.partition("?")[0], method=method, **packed)
    assert answer.status_code < 500, (method, who, address, values)
    return answer.status_code


def test_no_form_falls_over_whatever_is_typed_into_it(world, tally):
    places, answers = world.forms(), []
    for place in places:
        names = [name for name in place.fields if name != "csrf_token"]
        values = st.fixed_dictionaries({}, optional=dict.fromkeys(names, VALUES)).map(encoded)

        def send(typed, place=place):
            answers.append(
                sent(world, place.who, place.action, "POST", place.fields | typed, enctype=place.enctype)
            )

        tries(values, send)
    assert {302, 422} <= set(answers)
    tally("forms fuzzed", len(places))
    tally("requests of fuzz to forms", len(answers))


def test_no_form_falls_over_whatever_file_it_is_given(world, tally):
    """In a field for files, and in the place of every other."""
    places, answers = world.forms(), []
    for place in places:
        names = [*place.files, *(name for name in place.fields if name != "csrf_token"), "csrf_token"]
        chosen = st.dictionaries(st.sampled_from(names), st.tuples(FILES, NAMES), min_size=1, max_size=3)

        def send(files, place=place):
            data = {name: (BytesIO(body), called) for name, (body, called) in files.items()}
            answers.append(
                sent(world, place.who, place.action, "POST", place.fields | data, enctype=MULTIPART)
            )

        tries(chosen, send, count=EACH * 4 if place.files else MORE)
    assert {302, 422} <= set(answers)
    tally("requests of fuzz with files", len(answers))


def test_no_route_falls_over_whatever_is_posted_to_it(world, tally):
    """With the fields of every form there is, and with those of none, to routes that no form on a page leads to."""
    names, answers = [*form_fields(), "planted", "sort", "next"], []
    bodies = st.dictionaries(st.sampled_from(names), VALUES, max_size=6).map(encoded)
    for rule in world.rules("POST"):
        who, addresses = world.who_enters(rule), st.fixed_dictionaries(parts(world, rule))

        def send(example, rule=rule, who=who):
            address, body = example
            answers.append(sent(world, who, address_of(rule, address), "POST", body))

        tries(st.tuples(addresses, bodies), send)
    tally("requests of fuzz to routes that change something", len(answers))


def test_no_page_falls_over_whatever_its_address_asks_for(world, tally):
    answers, names = [], query_parameters()
    assert {"after", "state"} <= set(names)
    queries = st.dictionaries(st.sampled_from([*names, "planted"]), VALUES, max_size=4).map(encoded)
    for rule in world.rules("GET"):
        who, addresses = world.who_enters(rule), st.fixed_dictionaries(parts(world, rule))

        def send(example, rule=rule, who=who):
            address, query = example
            answers.append(sent(world, who, address_of(rule, address), "GET", query))

        tries(st.tuples(addresses, queries), send)
    for who, address in world.pages:

        def ask(query, who=who, address=address):
            answers.append(sent(world, who, address, "GET", query))

        tries(queries, ask, count=MORE)
    tally("query parameters fuzzed", len(names))
    tally("requests of fuzz to pages", len(answers))


def parts(world, rule):
    """For each part of the route's address: ids that are there, ids that are not, and whatever else it takes."""
    known = sorted({str(value) for value in world.objects.values() if isinstance(value, int)})
    numbers = st.sampled_from([*known, "0", "2147483647", "2147483648", "9" * 30])
    words = st.one_of(
        st.sampled_from(["%00", "\x00", "a" * 3000, "é", ".."]), st.text(min_size=1, max_size=20)
    )
    return {name: numbers if isinstance(kind, RowId) else words for name, kind in rule._converters.items()}


def address_of(rule, values):
    """The route's address with these parts in it, quoted as a browser would."""
    given = {name: quote(value, safe="") for name, value in encoded(values).items()}
    return PART.sub(lambda part: given[part[1]], rule.rule)


def test_a_page_that_falls_over_is_seen(tmp_path, now):
    with other_app(tmp_path, database_url="sqlite://") as app:
        app.add_url_rule(
            "/planted", "planted", allow(Permission.PUBLIC)(lambda: str(int(request.args.get("n", 0))))
        )
        client = app.test_client()

        def send(query):
            assert client.get("/planted", query_string=query).status_code < 500

        with pytest.raises(AssertionError):
            tries(st.dictionaries(st.just("n"), VALUES).map(encoded), send)


def test_a_new_parameter_and_a_new_field_are_found():
    assert PARAMETER.findall("""a = request.args.get("after"); b = request.args['sort']""") == [
        "after",
        "sort",
    ]

    class PlantedForm(Form):
        planted_field = line_field("Planted")

    assert "planted_field" in form_fields()
