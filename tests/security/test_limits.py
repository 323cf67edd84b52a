"""Whatever can be guessed, taken away or asked for by strangers has a limit, and each limit holds to the last try."""

from contextlib import contextmanager
from inspect import unwrap
from types import CodeType, FunctionType

import pytest
from flask_limiter.util import get_qualified_name
from wtforms.form import BaseForm

from program import limits
from program.access import Permission
from program.extensions import limiter
from program.factors.forms import CodeForm
from program.limits import By, Limit
from program.tries import limited, limits_of
from program.web import SAFE_METHODS, allow, permission_of
from tests.databases import other_app, undone
from tests.pages import token_of
from tests.security.matrix import MATRIX, PRINCIPALS, REFUSED, Doors, same_cookie
from tests.security.objects import objects_of

pytestmark = pytest.mark.one_database

SECRETS = {"code", "credential", "password", "new_password"}
"""Fields that take what can be guessed, or what costs much to check."""
DOWNLOAD = "Content-Disposition"
TABLE = {name: value for name, value in vars(limits).items() if isinstance(value, Limit)}
SIGNED_OUT = {By.NETWORK, By.TYPED}


def functions_of(view):
    """The view, and the functions of its own module that it calls, wherever they call each other."""
    found, waiting = [], [unwrap(view)]
    while waiting:
        function = waiting.pop()
        if function in found:
            continue
        found.append(function)
        named = (function.__globals__.get(name) for name in names_in(function.__code__))
        waiting += [f for f in named if isinstance(f, FunctionType) and f.__module__ == function.__module__]
    return found


def names_in(code):
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return {*code.co_names, *(name for one in inner for name in names_in(one))}


def takes_secret(view):
    """Whether a form of the view has a field for a secret."""
    named = [f.__globals__.get(name) for f in functions_of(view) for name in names_in(f.__code__)]
    forms = [form for form in named if isinstance(form, type) and issubclass(form, BaseForm)]
    return any(SECRETS & set(dir(form)) for form in forms)


def is_download(view):
    return any(DOWNLOAD in function.__code__.co_consts for function in functions_of(view))


def wanting(app):
    """The endpoints that need a limit, and why: what strangers do, what takes a secret, what is taken away."""
    for rule in app.url_map.iter_rules():
        view, unsafe = app.view_functions[rule.endpoint], bool(rule.methods - SAFE_METHODS)
        if rule.endpoint != "static" and is_download(view):
            yield rule.endpoint, "download"
        elif unsafe and takes_secret(view):
            yield rule.endpoint, "secret"
        elif unsafe and permission_of(app, rule.endpoint) is Permission.PUBLIC:
            yield rule.endpoint, "public"


def unlimited(app):
    return {(endpoint, why) for endpoint, why in wanting(app) if not limits_of(app, endpoint)}


@pytest.fixture
def open_app(tmp_path):
    """The application with every way in switched on, to which a test may add routes."""
    with other_app(
        tmp_path, database_url="sqlite://", oidc_issuer="https://issuer.example", demo=True
    ) as app:
        yield app


def test_what_can_be_guessed_taken_away_or_asked_for_by_strangers_has_a_limit(open_app, tally):
    found = dict(wanting(open_app))
    assert unlimited(open_app) == set()
    assert found == {
        "accounts.stop": "public",
        "bounces.take": "public",
        "digests.accept": "public",
        "factors.confirm": "secret",
        "factors.enter": "secret",
        "factors.keep_password": "secret",
        "factors.show": "secret",
        "feeds.read": "download",
        "history.export": "download",
        "invitations.join": "public",
        "oidc.finish": "secret",
        "passkeys.add": "secret",
        "passkeys.options": "public",
        "passkeys.sign_in": "secret",
        "personal.take": "download",
        "sign_in.redeem": "public",
        "sign_in.send": "public",
        "story.export": "download",
        "story.export_report": "download",
    }
    tally("routes that need a limit and have one", len(found))


def test_every_limit_of_the_table_is_used_and_no_other(open_app):
    used = [limit for endpoint in open_app.view_functions for limit in limits_of(open_app, endpoint)]
    assert set(used) == set(TABLE.values())
    known = limiter.limit_manager._decorated_limits
    for endpoint, view in open_app.view_functions.items():
        counted = [limit.limit_provider for limit in known.get(get_qualified_name(view), ())]
        assert sorted(counted) == sorted(limit.rate for limit in limits_of(open_app, endpoint)), endpoint


def test_what_strangers_do_is_counted_by_what_they_cannot_choose(open_app):
    for endpoint, _why in wanting(open_app):
        counted = {limit.by for limit in limits_of(open_app, endpoint)}
        is_open = permission_of(open_app, endpoint) is Permission.PUBLIC
        assert (By.NETWORK in counted) if is_open else (counted == {By.ACCOUNT}), endpoint


def download():
    return "", {"Content-Disposition": "attachment"}


def sealed():
    return CodeForm()


def called():
    return sealed()


@pytest.mark.parametrize(
    ("view", "permission", "methods", "why"),
    [
        (lambda: "", Permission.PUBLIC, ["POST"], "public"),
        (download, Permission.SIGNED_IN, ["GET"], "download"),
        (sealed, Permission.SIGNED_IN, ["POST"], "secret"),
        (called, Permission.STAFF_HOME, ["PUT"], "secret"),
    ],
    ids=["strangers", "download", "code", "code in a function that it calls"],
)
def test_a_new_route_without_a_limit_is_found(open_app, view, permission, methods, why):
    open_app.add_url_rule("/planted", "planted", allow(permission)(view), methods=methods)
    assert unlimited(open_app) == {("planted", why)}
    open_app.view_functions["planted"] = allow(permission)(limited(limits.CODES)(view))
    assert unlimited(open_app) == set()


@contextmanager
def idle(view):
    """The view behind its limits does nothing in this block: it is tries that are counted, whatever comes of them."""
    function = unwrap(view)
    kept, function.__code__ = function.__code__, (lambda **_parts: "").__code__
    try:
        yield
    finally:
        function.__code__ = kept


def passed(doors, who, row, most):
    """How many of so many tries are not refused for being too many, before the first that is."""
    browser, token = doors.browsers[who], doors.tokens[who]
    address = row.address.format(**doors.objects)
    for tried in range(most):
        with undone(), same_cookie(browser):
            data = {"csrf_token": token} if row.method == "POST" else None
            if browser.open(address, method=row.method, data=data).status_code == 429:
                return tried
    return most


@pytest.fixture
def doors(cast, client, client_of):
    browsers = {who: client if who == "nobody" else client_of(getattr(cast, who)) for who in PRINCIPALS}
    return Doors(browsers, objects_of(cast))


def tried_out(app, doors):
    """Each route with a limit by somebody whom it lets in: what it lets through, and what it should."""
    seen = set()
    for row in MATRIX:
        declared = limits_of(app, row.endpoint)
        if not declared or row.about not in ("", "own") or row.endpoint in seen:
            continue
        seen.add(row.endpoint)
        least = min(int(limit.rate.partition(" ")[0]) for limit in declared)
        strangers = bool({limit.by for limit in declared} & SIGNED_OUT)
        enters = [who for who in ("staff", "fellow", "manager") if row.answers[who] not in REFUSED]
        who = "nobody" if strangers else enters[0]
        limiter.reset()
        with idle(app.view_functions[row.endpoint]):
            yield row.endpoint, passed(doors, who, row, least + 2), least


def test_each_limit_lets_through_as_many_as_it_says(app, doors, tally):
    found = list(tried_out(app, doors))
    assert [(endpoint, through) for endpoint, through, least in found if through != least] == []
    assert len(found) == 50
    tally("tries until each limit held", sum(through + 1 for _endpoint, through, _least in found))


def test_a_limit_that_is_declared_and_not_kept_is_caught(app, doors, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", False)
    _endpoint, through, least = next(tried_out(app, doors))
    assert through > least


def test_one_password_tried_on_many_people_is_counted_by_network(client):
    sent = {"csrf_token": token_of(client, "/sign-in/password"), "password": "Summer 2026!", "code": "123456"}
    people = (f"person-{number}@people.example" for number in range(22))
    tries = [client.post("/sign-in/password", data=sent | {"email": email}).status_code for email in people]
    assert tries == [422] * 20 + [429] * 2


def test_many_addresses_of_one_network_count_as_one(client):
    token = token_of(client, "/sign-in")
    tries = [
        client.post(
            f"/sign-in/{'0' * 64}",
            data={"csrf_token": token},
            environ_base={"REMOTE_ADDR": f"2001:db8:0:{number // 40}::{number:x}"},
        ).status_code
        for number in range(50)
    ]
    assert tries == [410] * 30 + [429] * 10 + [410] * 10
