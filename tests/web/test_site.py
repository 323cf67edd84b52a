"""What the site takes for its own: its hosts, HTTPS, its cookies, and the proxies in front of it."""

import pytest
from flask import request

from tests.databases import other_app

SITE = "https://programme.example"


@pytest.fixture
def over_https(tmp_path):
    """A browser of a site that people reach by HTTPS."""
    with other_app(tmp_path, database_url="sqlite://", public_url=SITE) as app:
        yield app.test_client()


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
