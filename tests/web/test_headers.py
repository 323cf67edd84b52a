"""The same protection on every response, whatever it says."""

import pytest

from program.extensions import limiter
from program.up.ports import HOST, free_port
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
}


def unprotected(response):
    """The headers that are missing, different or there twice."""
    policy = dict(
        part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";")
    )
    wrong = [name for name, value in FIXED.items() if response.headers.getlist(name) != [value]]
    return wrong + [name for name in CSP if policy.get(name) != CSP[name]]


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
    for response in (client.get("/static/app.css"), client.get("/health/live"), client.options("/sign-in")):
        assert unprotected(response) == []


def test_too_many_tries_have_them_too(client):
    for _ in range(6):
        response = submit(client, "/sign-in", email="ada@people.example")
    assert response.status_code == 429
    assert unprotected(response) == []


def test_a_fault_has_them_too(tmp_path, now):
    with other_app(tmp_path, database_url="sqlite://") as app:
        response = app.test_client().get("/sign-in", headers={"Cookie": ""})
        assert unprotected(response) == []
        app.view_functions["sign_in.ask"] = _broken
        _broken.permission = app.view_functions["sign_in.send"].permission
        response = app.test_client().get("/sign-in")
    assert response.status_code == 500
    assert unprotected(response) == []
    assert "the cause" not in response.get_data(as_text=True)


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


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager", "staff"])
def test_nothing_on_a_page_comes_from_elsewhere_or_runs_inline(cast, client_of, who):
    make_report(cast.fellowship, asks="One?")
    browser = client_of(getattr(cast, who))
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


def test_with_redis_away_pages_work_and_limits_hold(tmp_path, now, backend, databases):
    """Sign-in, the one page that needs both Redis's limits and its bell."""
    application = databases.application(backend)
    url = application.config["SQLALCHEMY_DATABASE_URI"]
    with other_app(tmp_path, database_url=url, redis_url=f"redis://{HOST}:{free_port()}/0") as app:
        browser = app.test_client()
        assert browser.get("/health/ready").json["redis"] is False
        answers = [submit(browser, "/sign-in", email="unknown@people.example").status_code for _ in range(6)]
        assert limiter.enabled
    assert answers == [302] * 5 + [429]
