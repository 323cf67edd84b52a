"""Deny by default: every route declares its permission, and opens to exactly those who have it."""

import re
from datetime import timedelta

import pytest
from flask import render_template_string

from program.access import POLICY, Permission, Role, every
from program.surveys.models import WaveKind, WaveState
from program.web import permission_of
from tests.databases import other_app
from tests.factories import (
    NOW,
    make_account,
    make_cohort,
    make_draft,
    make_fellowship,
    make_report,
    make_wave,
    period_of,
)
from tests.pages import token_of

PEOPLE = ("nobody", "fellow", "other_fellow", "mentor", "other_mentor", "manager", "staff")
FELLOWS_AND_MENTORS = PEOPLE[1:5]
TO_SIGN_IN = 302
SIGN_IN = "/sign-in"

EVERYONE = (200,) * 7
SIGNED_IN = (TO_SIGN_IN, *(200,) * 6)
FELLOWS = (TO_SIGN_IN, 200, 200, 404, 404, 404, 404)
MENTORS = (TO_SIGN_IN, 404, 404, 200, 200, 404, 404)
MANAGERS = (TO_SIGN_IN, 404, 404, 404, 404, 200, 404)
STAFF = (TO_SIGN_IN, 404, 404, 404, 404, 404, 200)
NONE = (TO_SIGN_IN, *(404,) * 6)

# Endpoint, address ({…} from `objects`), and the answer to each of PEOPLE.
PAGES = [
    ("static", "/static/app.css", EVERYONE),
    ("health.live", "/health/live", EVERYONE),
    ("health.ready", "/health/ready", EVERYONE),
    ("sign_in.ask", "/sign-in", EVERYONE),
    ("sign_in.sent", "/sign-in/sent", EVERYONE),
    ("sign_in.arrive", "/sign-in/unknown", (410,) * 7),
    ("home.index", "/", (302,) * 7),
    ("accounts.own", "/account", SIGNED_IN),
    ("home.fellow", "/fellow", FELLOWS),
    ("home.mentor", "/mentor", MENTORS),
    ("home.manager", "/research-manager", MANAGERS),
    ("home.staff", "/staff", STAFF),
    ("home.analyst", "/analyst", NONE),
    ("policy.table", "/admin/policy", STAFF),
    ("home.cohorts", "/cohorts", STAFF),
    ("home.cohort", "/cohorts/{cohort}", STAFF),
    ("home.cohort", "/cohorts/999999", NONE),
    ("home.board", "/cohorts/{cohort}/board", STAFF),
    ("home.board", "/cohorts/999999/board", NONE),
    ("reports.own", "/reports", FELLOWS),
    ("reports.write", "/periods/{open_period}/report", FELLOWS),
    ("reports.write", "/periods/{later_period}/report", NONE),
    ("reports.write", "/periods/{foreign_period}/report", NONE),
    ("reviews.queue", "/reviews", MENTORS),
    ("reviews.read", "/reports/{report}", (TO_SIGN_IN, 200, 404, 200, 404, 200, 200)),
    ("reviews.read", "/reports/{other_report}", (TO_SIGN_IN, 404, 200, 404, 200, 404, 200)),
    ("reviews.read", "/reports/{draft}", NONE),
    ("reviews.read", "/reports/999999", NONE),
    ("surveys.answer", "/waves/{wave}/answer", FELLOWS),
    ("surveys.answer", "/waves/{planned_wave}/answer", NONE),
    ("surveys.answer", "/waves/{foreign_wave}/answer", NONE),
    ("releases.waves", "/surveys", STAFF),
    ("releases.wave", "/waves/{wave}", STAFF),
    ("releases.wave", "/waves/999999", NONE),
    ("releases.release", "/waves/{closed_wave}/release", STAFF),
    ("releases.release", "/waves/999999/release", NONE),
    ("notices.listing", "/notices", STAFF),
]

# The doors of what changes something: 400 is the missing token, asked for only of those who may enter.
FELLOWS_DOOR = (401, 400, 400, 404, 404, 404, 404)
MENTORS_DOOR = (401, 404, 404, 400, 400, 404, 404)
STAFF_DOOR = (401, 404, 404, 404, 404, 404, 400)
STEPS = [
    ("sign_in.send", "/sign-in", (400,) * 7),
    ("sign_in.redeem", "/sign-in/unknown", (400,) * 7),
    ("sign_in.sign_out", "/sign-out", (401, *(400,) * 6)),
    ("accounts.change", "/account", (401, *(400,) * 6)),
    ("looking.begin", "/people/999999/look-as", STAFF_DOOR),
    ("looking.end", "/look-as/end", (401, *(400,) * 6)),
    ("reports.save", "/periods/{open_period}/report/draft", FELLOWS_DOOR),
    ("reports.submit", "/periods/{open_period}/report", FELLOWS_DOOR),
    ("reviews.accept", "/reports/{report}/accept", MENTORS_DOOR),
    ("reviews.send_back", "/reports/{report}/return", MENTORS_DOOR),
    ("surveys.keep", "/waves/{wave}/answer", FELLOWS_DOOR),
    ("releases.open_", "/waves/{planned_wave}/open", STAFF_DOOR),
    ("releases.close", "/waves/{wave}/close", STAFF_DOOR),
]

# The same with a token, where the role opens the door and the object has to decide.
REACHES = [
    ("/periods/{open_period}/report/draft", "fellow", 302),
    ("/periods/{foreign_period}/report/draft", "fellow", 404),
    ("/periods/{later_period}/report/draft", "fellow", 404),
    ("/periods/{foreign_period}/report", "fellow", 404),
    ("/reports/{report}/accept", "other_mentor", 404),
    ("/reports/{report}/return", "other_mentor", 404),
    ("/reports/{draft}/accept", "mentor", 404),
    ("/reports/999999/accept", "mentor", 404),
    ("/waves/{foreign_wave}/answer", "fellow", 404),
    ("/waves/{planned_wave}/answer", "fellow", 404),
    ("/waves/999999/answer", "fellow", 404),
    ("/waves/999999/open", "staff", 404),
    ("/waves/999999/close", "staff", 404),
    ("/waves/{wave}/open", "staff", 409),
    ("/waves/{planned_wave}/close", "staff", 409),
]


def undeclared(app):
    """The endpoints that declare no permission."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if permission_of(app, rule.endpoint) is None}


@pytest.fixture
def objects(cast, session):
    """The ids that the addresses speak of."""
    elsewhere = make_cohort(name="Winter 26")
    stranger = make_account(name="Jonas Kettler", roles=[Role.FELLOW])
    make_fellowship(stranger, elsewhere)
    closed_wave = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.INTAKE)
    closed_wave.state = WaveState.CLOSED
    session.flush()
    return {
        "cohort": cast.cohort.id,
        "open_period": period_of(cast.cohort, 5).id,
        "later_period": period_of(cast.cohort, 6).id,
        "foreign_period": period_of(elsewhere, 5).id,
        "report": make_report(cast.fellowship, number=4).id,
        "other_report": make_report(cast.other_fellowship, number=4).id,
        "draft": make_draft(cast.fellowship, number=3).id,
        "wave": make_wave(cast.cohort, staff=cast.staff).id,
        "planned_wave": make_wave(cast.cohort, kind=WaveKind.EXIT, opens_at=NOW + timedelta(days=1)).id,
        "foreign_wave": make_wave(elsewhere, staff=cast.staff).id,
        "closed_wave": closed_wave.id,
    }


@pytest.fixture
def browsers(cast, client, client_of):
    return {who: client if who == "nobody" else client_of(getattr(cast, who)) for who in PEOPLE}


def test_every_route_declares_a_permission(app):
    assert undeclared(app) == set()


def test_a_route_that_declares_none_is_found_and_refused(tmp_path):
    with other_app(tmp_path, database_url="sqlite://") as app:
        app.add_url_rule("/planted", "planted", lambda: render_template_string("open"))
        assert undeclared(app) == {"planted"}
        assert app.test_client().get("/planted").status_code == 404


def test_the_tables_here_name_every_route(app):
    rules = list(app.url_map.iter_rules())
    assert {endpoint for endpoint, *_rest in PAGES} == {r.endpoint for r in rules if "GET" in r.methods}
    assert {endpoint for endpoint, *_rest in STEPS} == {r.endpoint for r in rules if "POST" in r.methods}
    assert {m for r in rules for m in r.methods} == {"GET", "POST", "HEAD", "OPTIONS"}


def wrong_answers(browsers, objects, table, method, people=PEOPLE):
    """Whoever of these people is answered otherwise than the table says."""
    return [
        (address, who, answer, expected)
        for _endpoint, address, answers in table
        for who, expected in zip(PEOPLE, answers, strict=True)
        if who in people
        and (answer := browsers[who].open(address.format(**objects), method=method).status_code) != expected
    ]


def test_pages_open_to_exactly_those_who_may_see_them(browsers, objects):
    assert wrong_answers(browsers, objects, PAGES, "GET") == []


def test_asking_for_the_head_of_a_page_is_answered_as_asking_for_it(browsers, objects):
    assert wrong_answers(browsers, objects, PAGES, "HEAD", people=["nobody", "mentor"]) == []


def test_steps_open_to_exactly_those_who_may_take_them(browsers, objects):
    assert wrong_answers(browsers, objects, STEPS, "POST") == []


def test_a_policy_that_lets_everybody_in_is_caught(browsers, objects, monkeypatch):
    everybody = dict.fromkeys(Role, every)
    for permission in (Permission.REPORT_READ, Permission.STAFF_HOME):
        monkeypatch.setitem(POLICY, permission, everybody)
    caught = {
        (address, who)
        for address, who, *_rest in wrong_answers(browsers, objects, PAGES, "GET", FELLOWS_AND_MENTORS)
    }
    assert ("/reports/{report}", "other_mentor") in caught
    assert ("/reports/{report}", "other_fellow") in caught
    assert ("/staff", "fellow") in caught


@pytest.mark.parametrize(("address", "who", "expected"), REACHES)
def test_what_is_somebody_elses_is_not_there(browsers, objects, address, who, expected):
    token = token_of(browsers[who], "/account")
    answer = browsers[who].post(address.format(**objects), data={"csrf_token": token, "version": "0"})
    assert answer.status_code == expected


def test_a_page_that_may_not_be_seen_looks_like_one_that_is_not_there(browsers, objects):
    def page(address):
        text = browsers["other_fellow"].get(address).get_data(as_text=True)
        return re.sub(r'name="csrf_token" value="[^"]*"', "", text)

    assert page("/reports/{report}".format(**objects)) == page("/reports/999999")


def test_strangers_are_sent_to_sign_in(client, objects):
    response = client.get("/reports/{report}".format(**objects))
    assert (response.status_code, response.location) == (302, SIGN_IN)


def test_staff_who_also_mentor_read_every_report_but_answer_only_their_fellows(cast, client_of, objects):
    both = make_account(name="Imogen Ward", roles=[Role.STAFF, Role.MENTOR])
    browser = client_of(both)
    report = objects["report"]
    assert browser.get(f"/reports/{report}").status_code == 200
    data = {"csrf_token": token_of(browser, "/account"), "revision": "1"}
    assert browser.post(f"/reports/{report}/accept", data=data).status_code == 403
