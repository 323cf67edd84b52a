"""What every answer carries, whatever was asked, and what still works when a part is gone."""

import time

import pytest
from flask import request

from program.doorbell import Bell, ring_after_commit
from program.extensions import db
from program.up.ports import HOST, free_port
from program.web import HEADERS
from tests.databases import other_app
from tests.factories import make_report, period_of
from tests.pages import Browser, filled, find_form, read, signed_in, submit

SITE = "https://programme.example"
ANSWERS = [
    ("GET", "/sign-in", 200),
    ("GET", "/static/app.css", 200),
    ("GET", "/health/live", 200),
    ("GET", "/account", 302),
    ("GET", "/nothing", 404),
    ("GET", "/reports/1", 302),
    ("GET", "/sign-in/unknown", 410),
    ("DELETE", "/sign-in", 405),
    ("POST", "/sign-in", 400),
    ("POST", "/account", 401),
    ("OPTIONS", "/sign-in", 200),
    ("HEAD", "/sign-in", 200),
]


@pytest.fixture
def over_https(tmp_path):
    """A browser of a site that people reach by HTTPS."""
    with other_app(tmp_path, database_url="sqlite://", public_url=SITE) as app:
        yield app.test_client()


@pytest.fixture
def without_redis(backend, databases, tmp_path, app):
    """The application on the same rows, told of a Redis that is not there."""
    url = f"redis://{HOST}:{free_port()}/0"
    shared = db._app_engines[app][None]
    with other_app(tmp_path, database_url=databases.empty(backend), redis_url=url) as other:
        other.test_client_class = Browser
        with other.app_context():
            own = db.engine
            db._app_engines[other][None] = shared
        yield other
        db._app_engines[other][None] = own


@pytest.mark.parametrize(("method", "address", "status"), ANSWERS)
def test_every_answer_carries_the_headers(client, method, address, status):
    response = client.open(address, method=method)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_so_does_a_page_that_broke(app, cast, client_of, monkeypatch):
    monkeypatch.setitem(app.view_functions, "accounts.own", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    response = client_of(cast.fellow).get("/account")
    assert response.status_code == 500
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert response.headers["Cache-Control"] == "no-store"
    assert "what broke" not in response.text


def broken():
    raise RuntimeError("what broke")


broken.permission = "signed_in"


def test_so_do_bodies_that_are_too_large_and_tries_that_are_too_many(client):
    form = filled(find_form(read(client.get("/sign-in")), "/sign-in"))
    large = client.post("/sign-in", data=form | {"email": "x" * (2 * 1024 * 1024 + 1)})
    tries = [client.post("/sign-in", data=form | {"email": "ada@people.example"}) for _ in range(6)]
    assert (large.status_code, tries[0].status_code, tries[-1].status_code) == (413, 302, 429)
    for response in (large, tries[-1]):
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_a_policy_without_holes():
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy


def test_pages_are_kept_by_no_cache_and_assets_for_a_year(client):
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert client.get("/nothing").headers["Cache-Control"] == "no-store"
    link = read(client.get("/sign-in")).find("link", rel="stylesheet")["href"]
    assert "?v=" in link
    assert "max-age=31536000" in client.get(link).headers["Cache-Control"]


def test_pages_speak_of_no_other_origin(client):
    page = read(client.get("/sign-in"))
    named = [tag.get("src") or tag.get("href") for tag in page.find_all(["link", "script", "img"])]
    assert named
    assert [address for address in named if not address.startswith(("/static/", "data:"))] == []


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "", "a b"])
def test_a_strange_host_gets_no_page(client, host):
    response = client.get("/sign-in", headers={"Host": host})
    assert (response.status_code, response.mimetype) == (400, "text/plain")
    assert "evil" not in response.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost"])
def test_its_own_hosts_get_theirs(client, host):
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("address", "status"), [("/sign-in", 200), ("/nothing", 404), ("/account", 302)])
def test_over_https_every_answer_insists_on_it(over_https, address, status):
    response = over_https.get(address, base_url=SITE)
    assert response.status_code == status
    assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_over_http_nothing_does(client):
    response = client.get("/sign-in")
    assert "Strict-Transport-Security" not in response.headers
    assert "Secure" not in response.headers["Set-Cookie"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(over_https):
    cookie = over_https.get("/sign-in", base_url=SITE).headers["Set-Cookie"]
    parts = set(cookie.split("; ")[1:])
    assert cookie.startswith("__Host-fellowship=")
    assert parts == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize(
    ("proxies", "believed"),
    [(0, ("127.0.0.1", "http")), (1, ("203.0.113.9", "https")), (2, ("198.51.100.4", "https"))],
)
def test_a_forwarded_address_is_believed_of_as_many_proxies_as_were_named(tmp_path, proxies, believed):
    forwarded = {"X-Forwarded-For": "198.51.100.4, 203.0.113.9", "X-Forwarded-Proto": "https, https"}
    seen = []
    with other_app(tmp_path, database_url="sqlite://", trusted_proxies=proxies) as app:
        app.before_request(lambda: seen.append((request.remote_addr, request.scheme)))
        app.test_client().get("/sign-in", headers=forwarded)
    assert seen == [believed]


def test_without_redis_pages_work_and_writes_are_kept(without_redis, cast):
    report = make_report(cast.other_fellowship)
    desk = f"/periods/{period_of(cast.cohort, 5).id}/report"
    started = time.monotonic()
    fellow, mentor = signed_in(without_redis, cast.fellow), signed_in(without_redis, cast.other_mentor)
    sent = submit(fellow, desk, desk, **{"section-done": "Ran it.", "section-plan": "Write it up."})
    assert sent.status_code == 302
    read_it = f"/reports/{report.id}"
    assert submit(mentor, read_it, f"{read_it}/accept", comment="Good.").status_code == 302
    for address in ("/mentor", "/reviews", "/account"):
        assert mentor.get(address).status_code == 200
    assert time.monotonic() - started < 10


def test_without_redis_people_can_ask_to_sign_in_and_are_still_counted(without_redis):
    client = without_redis.test_client()
    tries = [submit(client, "/sign-in", email="ada@people.example").status_code for _ in range(5)]
    form = filled(find_form(read(client.get("/sign-in")), "/sign-in"))
    last = client.post("/sign-in", data=form | {"email": "ada@people.example"})
    assert [*tries, last.status_code] == [302] * 5 + [429]


def test_without_redis_the_programme_is_ready_and_says_so(without_redis):
    response = without_redis.test_client().get("/health/ready")
    assert (response.status_code, response.json["ready"], response.json["redis"]) == (200, True, False)


def test_a_bell_that_cannot_be_rung_costs_one_short_wait(without_redis):
    with without_redis.app_context():
        started = time.monotonic()
        for _ in range(20):
            ring_after_commit(Bell.DELIVER)
            db.session.commit()
        assert time.monotonic() - started < 5
