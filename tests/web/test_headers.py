"""The same protection on every response, whatever it says."""

import pytest

from tests.databases import other_app
from tests.factories import make_report, period_of
from tests.pages import read, submit

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def unprotected(response):
    """The headers that are missing, different or there twice."""
    [policy] = response.headers.getlist("Content-Security-Policy")
    wrong = [name for name, value in FIXED.items() if response.headers.getlist(name) != [value]]
    return wrong + sorted(CSP.items() ^ {tuple(part.strip().split(" ", 1)) for part in policy.split(";")})


def test_what_is_missing_different_or_there_twice_is_seen(client):
    response = client.get("/sign-in")
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace("script-src 'self'", "script-src *")
    response.headers["Referrer-Policy"] = "unsafe-url"
    response.headers.add("X-Frame-Options", "DENY")
    del response.headers["X-Content-Type-Options"]
    assert unprotected(response) == [
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        ("script-src", "'self'"),
        ("script-src", "*"),
    ]


def test_every_kind_of_response_has_them(cast, client, client_of):
    fellow, mentor = client_of(cast.fellow), client_of(cast.mentor)
    report = f"/reports/{make_report(cast.fellowship, number=4).id}"
    desk = f"/periods/{period_of(cast.cohort, 5).id}/report"
    responses = {
        200: fellow.get("/fellow"),
        302: client.get("/fellow"),
        308: fellow.get("/sign-in//sent"),
        400: fellow.post(desk),
        401: client.post(desk),
        404: fellow.get("/nowhere"),
        405: fellow.post("/fellow"),
        409: submit(mentor, report, f"{report}/accept", revision="9"),
        410: client.get("/sign-in/unknown"),
        413: fellow.post(desk, data={"x": "x" * (3 * 1024 * 1024)}),
        422: submit(client, "/sign-in", email="nonsense"),
    }
    found = {status: response.status_code for status, response in responses.items()}
    assert found == {status: status for status in responses}
    for status, response in responses.items():
        assert (status, unprotected(response)) == (status, [])
        assert response.headers["Cache-Control"] == "no-store"
    others = client.get("/static/app.css"), client.get("/health/live"), client.head("/sign-in")
    for response in (*others, client.options("/sign-in")):
        assert (response.status_code, unprotected(response)) == (200, [])


def test_too_many_tries_have_them_too(client):
    for _ in range(6):
        response = submit(client, "/sign-in", email="ada@people.example")
    assert response.status_code == 429
    assert unprotected(response) == []


def test_a_fault_has_them_too(tmp_path, now):
    with other_app(tmp_path, database_url="sqlite://") as app:
        _broken.permission = app.view_functions["sign_in.ask"].permission
        app.view_functions["sign_in.ask"] = _broken
        response = app.test_client().get("/sign-in")
    assert response.status_code == 500
    assert unprotected(response) == []
    assert response.headers["Cache-Control"] == "no-store"


def _broken():
    raise RuntimeError("the cause")


def test_assets_are_kept_by_browsers_under_an_address_of_their_content(client):
    page = read(client.get("/sign-in"))
    addresses = [tag["href"] for tag in page.find_all("link")] + [
        tag["src"] for tag in page.find_all("script")
    ]
    assert len(addresses) >= 5
    for address in addresses:
        assert address.startswith("/static/")
        assert "?v=" in address
        response = client.get(address)
        assert response.status_code == 200
        assert "max-age=31536000" in response.headers["Cache-Control"]


@pytest.mark.parametrize("who", ["nobody", "fellow", "mentor", "manager", "staff"])
def test_nothing_on_a_page_comes_from_elsewhere_or_runs_inline(cast, client, client_of, who):
    make_report(cast.fellowship, asks="One?")
    browser = client if who == "nobody" else client_of(getattr(cast, who))
    page = read(browser.get("/", follow_redirects=True))
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"], tag
        for name in ("src", "href", "action", "formaction", "data-autosave"):
            assert not tag.get(name, "").startswith(("http:", "https:", "//", "javascript:", "data:")), tag
    assert page.find_all("style") == []
    assert [script for script in page.find_all("script") if not script.get("src")] == []


def test_errors_are_json_for_those_who_ask_for_it(client):
    response = client.get("/nowhere", headers={"Accept": "application/json"})
    assert response.json == {
        "status": 404,
        "title": response.json["title"],
        "message": response.json["message"],
    }
    assert unprotected(response) == []
