"""What somebody typed stays a text: a hundred scripts in every field, thirty addresses of elsewhere everywhere."""

from collections import Counter
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import request
from markupsafe import Markup, escape

from program import markdown
from program.access import Permission
from program.extensions import limiter
from program.sign_in.services import mint_sign_in_link
from program.web import allow
from tests.databases import other_app, undone
from tests.factories import NOW
from tests.pages import submit, text_of
from tests.security.letters import make_letter
from tests.security.markup import dangers, leads_elsewhere
from tests.security.payloads import REDIRECTS, RUNNING, XSS
from tests.security.planting import LONG, SHORT, packed, pages_that_show, planted, send, turns, typed_columns

pytestmark = pytest.mark.one_database


def found_on(world, pages):
    """What would run on these pages."""
    answers = [(at, world.browsers[who].get(at)) for who, at in pages]
    assert [at for at, answer in answers if answer.status_code >= 500] == []
    drawn = [(at, answer) for at, answer in answers if not is_calendar(answer)]
    return [(at, found) for at, answer in drawn if (found := dangers(text_of(answer)))]


def is_calendar(answer):
    """Whether no browser draws it as a page, since it says that it is a calendar and may not be taken for more."""
    return answer.mimetype == "text/calendar" and answer.headers["X-Content-Type-Options"] == "nosniff"


BY_NAME = "/attachments/"
"""Files whose address holds a name that is planted: they are no longer there then."""


def test_a_hundred_scripts_in_every_column_run_on_no_page(world, backend, tally):
    """Each column holds all of them on three pages that show it, and every sixth turn of them on the others."""
    shown, dangerous, tried = pages_that_show(world), [], 0
    shown = {page: columns for page, columns in shown.items() if not page[1].startswith(BY_NAME)}
    assert len(shown) > 10
    wanted, whole = wanted_turns(shown)
    for turn in range(max(wanted.values())):
        pages = [
            page for page, most in wanted.items() if turn < most and (turn < whole[page] or turn % 6 == 0)
        ]
        with planted(XSS, turn):
            dangerous += found_on(world, pages)
        tried += len(pages)
    assert dangerous == []
    tally("turns of scripts through the columns", turn + 1)
    tally("columns with scripts in them", len(typed_columns()))
    tally("pages that show such columns", len(shown))
    tally("pages read with scripts in their columns", tried)


def wanted_turns(shown):
    """By the page, how many turns its columns take, and how many of them it is to be read in without a gap."""
    wanted = {page: max(turns(column, XSS) for column in columns) for page, columns in shown.items()}
    seen, whole = Counter(), dict.fromkeys(shown, 0)
    for page, columns in shown.items():
        fresh = [column for column in columns if seen[column] < 3]
        whole[page] = max((turns(column, XSS) for column in fresh), default=0)
        seen.update(columns)
    return wanted, whole


def test_a_hundred_scripts_through_every_field_of_every_form_run_nowhere(world, tally):
    """Also on the page that shows the form again, with what was typed kept."""
    places = [place for place in world.forms() if place.texts]
    shown, fields, dangerous = world.pages, 0, []
    for place in places:
        long = packed(XSS, LONG)
        for text in (*packed(XSS, SHORT), *long, long[0] * 12):
            with undone():
                answer = send(world, place, text)
                assert answer.status_code < 500
                dangerous += [(place.action, found) for found in dangers(text_of(answer))]
                if answer.status_code < 400 and text in long:
                    dangerous += found_on(world, shown)
        fields += len(place.texts)
    assert dangerous == []
    tally("text fields of forms with scripts in them", fields)


def test_a_hundred_scripts_in_a_file_run_nowhere(world, tally):
    places = [(place, name) for place in world.forms() for name in place.files]
    assert places != []
    for place, name in places:
        for text in packed(XSS, LONG):
            limiter.reset()
            chosen = {name: (BytesIO(text.encode()), f"{XSS[0]}.csv")}
            with undone():
                browser = world.browsers[place.who]
                answer = browser.post(place.action, data=place.fields | chosen)
                refused = answer.status_code == 422
                answer = answer if refused else browser.get(answer.location)
            assert refused or answer.status_code == 200
            assert dangers(text_of(answer)) == []
    tally("file fields with scripts in them", len(places))


def test_a_form_that_came_too_late_shows_scripts_as_text(world, tally):
    """The page that keeps what was typed when the token is gone, or the person is signed out."""
    places = [place for place in world.forms() if place.texts]
    for place in places:
        data = dict.fromkeys(place.texts, "\n".join(XSS))
        for who in (place.who, "nobody"):
            limiter.reset()
            answer = world.browsers[who].post(place.action, data=data, content_type=place.enctype)
            assert answer.status_code in {400, 401}
            assert dangers(text_of(answer)) == []
    tally("forms that came too late with scripts", 2 * len(places))


def test_scripts_in_a_mail_of_the_demo_run_on_no_page(app, client):
    settings = app.extensions["settings"]
    for payload in XSS:
        line = " ".join(payload.split())
        name = make_letter(
            settings, name="1.letter", subject=line, to=f'"{line[:40]}" <ada@x.example>', text=payload
        )
        for address in ("/demo/mail", f"/demo/mail/{name}"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert dangers(text_of(answer)) == []
    make_letter(settings)


def test_scripts_in_addresses_run_on_no_page(world):
    for payload in XSS:
        for address in ("/reports", "/nowhere/" + payload.replace("?", "")):
            answer = world.browsers["fellow"].get(address, query_string={"after": payload, "state": payload})
            assert answer.status_code < 500
            assert dangers(text_of(answer)) == []


def test_a_page_that_shows_a_text_as_it_was_typed_is_caught(world, monkeypatch):
    monkeypatch.setattr(markdown.nh3, "clean", lambda html, **_rules: html)
    monkeypatch.setattr(markdown, "_parser", markdown.MarkdownIt("commonmark", {"html": True}))
    with planted(XSS, 0):
        assert found_on(world, world.pages) != []


def test_the_checker_sees_each_script_that_is_not_escaped():
    assert len(RUNNING) > 60
    assert [payload for payload in RUNNING if not dangers(f"<main><p>{Markup(payload)}</p></main>")] == []
    assert [payload for payload in XSS if dangers(f"<main><p>{escape(payload)}</p></main>")] == []


def escapes(client, method, address, **sent):
    """Where the answer leads, if that is elsewhere."""
    answer = client.open(address, method=method, **sent)
    assert answer.status_code < 500
    return [answer.location] if answer.location and leads_elsewhere(answer.location) else []


NAMES = ("next", "url", "after", "return_to", "redirect_uri", "target")
PROBES = ("/reports", "//evil.example", "https://evil.example")
"""What shows whether an answer leads where it is told at all: to a page of ours, or elsewhere."""


def tempted(lead, away):
    """Send the addresses of elsewhere, all of them if any of the probes changes where the answer leads.

    `lead` sends one, or none, and says where that leads; what leads elsewhere is put into `away`. How many were sent.
    """
    plain, probed = lead(None), {payload: lead(payload) for payload in PROBES}
    steered = any(location != plain for location in probed.values())
    found = {payload: lead(payload) for payload in REDIRECTS} if steered else probed
    away += [location for location in found.values() if location and leads_elsewhere(location)]
    return len(found)


def test_no_address_of_elsewhere_is_led_to_by_any_page(world, client, tally):
    away, sent = [], 0
    pages = {at.partition("?")[0]: who for who, at in world.pages}
    for address, who in pages.items():
        for browser in (client, world.browsers[who]):

            def lead(payload, address=address, browser=browser):
                head = {"Referer": payload.strip().replace("\n", "").replace("\r", "")} if payload else {}
                asked = dict.fromkeys(NAMES, payload) if payload else {}
                answer = browser.get(address, query_string=asked, headers=head)
                assert answer.status_code < 500
                return answer.location

            sent += tempted(lead, away)
    for payload in REDIRECTS:
        away += escapes(client, "GET", payload if payload.startswith("/") else f"/{payload}")
    assert away == []
    tally("addresses of elsewhere", len(REDIRECTS))
    tally("pages asked with addresses of elsewhere", sent)


def test_the_way_to_the_issuer_leads_to_the_issuer_whatever_it_is_told(client, issuer, tally):
    ends = set()
    for payload in REDIRECTS:
        limiter.reset()
        asked = dict.fromkeys(("next", "url", "redirect_uri", "state", "issuer"), payload)
        going = urlsplit(client.get("/sign-in/oidc", query_string=asked).location)
        ends.add((f"{going.scheme}://{going.netloc}{going.path}", *parse_qs(going.query)["redirect_uri"]))
    assert ends == {(f"{issuer.address}/go", "http://127.0.0.1:8000/sign-in/oidc/back")}
    tally("ways to the issuer with addresses of elsewhere", len(REDIRECTS))


def test_no_address_of_elsewhere_is_led_to_by_any_form(world, tally):
    away, sent = [], 0
    for place in world.forms():

        def lead(payload, place=place):
            limiter.reset()
            extra = dict.fromkeys(NAMES, payload) if payload else {}
            browser, form = world.browsers[place.who], extra | place.fields
            with undone():
                answer = browser.post(place.action, data=form, content_type=place.enctype, query_string=extra)
            assert answer.status_code < 500
            return answer.location

        sent += tempted(lead, away)
    assert away == []
    tally("forms sent with addresses of elsewhere", sent)


def test_signing_in_leads_to_no_address_of_elsewhere_that_was_asked_for_before(app, world, tally):
    """The one place where an address is remembered: the page that a stranger asked for first."""
    away = []
    for payload in REDIRECTS:
        limiter.reset()
        browser = app.test_client()
        for address in (payload if payload.startswith("/") else f"/{payload}", f"/reports?next={payload}"):
            browser.get(address)
        path = urlsplit(mint_sign_in_link(world.cast.fellow, now=NOW)).path
        location = submit(browser, path).location
        away += [location] if leads_elsewhere(location) else []
    assert away == []
    tally("sign-ins after asking for an address of elsewhere", len(REDIRECTS))


def test_all_addresses_of_elsewhere_are_sent_where_one_of_them_changes_anything():
    away = []
    assert tempted(lambda told: told if told and told.startswith("https:") else "/", away) == len(REDIRECTS)
    assert away != []
    assert tempted(lambda _told: "/", []) == len(PROBES)


def test_a_redirect_to_wherever_it_is_told_is_caught(tmp_path, now):
    with other_app(tmp_path, database_url="sqlite://") as app:
        view = allow(Permission.PUBLIC)(lambda: app.redirect(request.args["next"]))
        app.add_url_rule("/planted", "planted", view)
        for payload in ("//evil.example", "https://evil.example", "javascript:x()"):
            assert escapes(app.test_client(), "GET", "/planted", query_string={"next": payload}) != [], (
                payload
            )
        assert escapes(app.test_client(), "GET", "/planted", query_string={"next": "/reports"}) == []
