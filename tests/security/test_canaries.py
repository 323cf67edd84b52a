"""What is confidential is met by those it is meant for, and by nobody else: pages, errors, mails, logs, Redis."""

import logging
import re
from itertools import product

import pytest
from redis import Redis
from sqlalchemy import JSON, String, Text, select

from program.access import POLICY, Permission, Role, every
from program.accounts.models import Account
from program.audit.models import AuditEvent
from program.columns import Base
from program.extensions import db
from program.reports.models import Report
from program.sign_in.services import link_url, make_link
from program.story.services import Copy
from tests.databases import other_app
from tests.delivery.conftest import desk, office, relay, sender
from tests.factories import NOW, bundle_up, make_answers, make_organisation, make_wave
from tests.logs.conftest import written
from tests.pages import Browser, read, signed_in, submit, text_of, token_of
from tests.security.canaries import MAILED, OF_OTHER, OF_OWN, PAIR, TAKEN_HOME, plant
from tests.security.crawl import crawl
from tests.security.matrix import MATRIX, PRINCIPALS, Doors
from tests.security.objects import objects_of

pytestmark = pytest.mark.one_database

CHANGING = re.compile(
    r'name="(?:csrf_token|once)"(?: type="hidden")? value="[^"]*"|<details class="history">.*?</details>',
    re.DOTALL,
)
__all__ = ["desk", "office", "relay", "sender", "written"]


@pytest.fixture
def allowed(cast):
    return plant(cast)


@pytest.fixture
def browsers(cast, client, client_of):
    return {who: client if who == "nobody" else client_of(getattr(cast, who)) for who in PRINCIPALS}


def addresses(objects):
    return [row.address.format(**objects) for row in MATRIX if row.method == "GET"]


def met(browsers, objects, canaries):
    """Whom each canary was shown to, and how many pages were read."""
    found, pages = {canary: set() for canary in canaries}, 0
    for who, browser in browsers.items():
        for _address, response in crawl(browser, addresses(objects)):
            pages += 1
            text = text_of(response)
            for canary in canaries:
                if canary in text:
                    found[canary].add(who)
    return {canary: frozenset(people) for canary, people in found.items()}, pages


def test_each_is_shown_to_exactly_those_it_is_meant_for(cast, allowed, browsers, written, tally):
    """Every page by everybody; and the lines that a process writes meanwhile say nothing of it."""
    found, pages = met(browsers, objects_of(cast, reports=False), allowed)
    assert {c: (who, allowed[c]) for c, who in found.items() if who != allowed[c]} == {}
    assert found.keys() == allowed.keys()
    assert told_of(allowed, written) == []
    tally("canaries planted", len(allowed))
    tally("canaries: pages read", pages)
    tally("canaries: lines of logs read, of pages", len(written.lines))


def told_of(allowed, written, *secrets):
    """What the lines of the log, or the record of what was done, hold of texts, of people and of what else is secret.

    Whom something was done to stands in the record.
    """
    events = " ".join(f"{e.before} {e.after} {e.address}" for e in db.session.scalars(select(AuditEvent)))
    people = db.session.scalars(select(Account)).all()
    words = [word for person in people for word in (person.email, person.name) if len(word) > 5]
    kept = [canary for canary in allowed if canary in events]
    return kept + [word for word in (*allowed, *words, *secrets) if word in written.text]


def test_a_policy_that_leaks_is_caught(cast, allowed, browsers, monkeypatch):
    for permission in (Permission.REPORT_READ, Permission.REVIEW_READ):
        monkeypatch.setitem(POLICY, permission, dict.fromkeys(Role, every))
    some = {who: browsers[who] for who in ("other_mentor", "analyst")}
    reports = db.session.scalars(select(Report.id)).all()
    pages = " ".join(b.get(f"/reports/{r}").get_data(as_text=True) for b in some.values() for r in reports)
    found = {canary for canary in allowed if canary in pages}
    assert {"canary-own-done", "canary-own-comment", "canary-other-answer"} <= found


def test_a_template_that_leaks_is_caught(cast, allowed, browsers, app):
    page = "{% extends 'base.html' %}{% block main %}{{ drafts() }}{% endblock %}"
    revision = Base.metadata.tables["revision"]

    def drafts():
        return " ".join(str(body) for body in db.session.scalars(select(revision.c.body)))

    kept = app.jinja_env.loader
    try:
        app.jinja_env.cache.clear()
        app.jinja_env.loader = Planted(kept, {"accounts/own.html": page})
        app.jinja_env.globals["drafts"] = drafts
        found, _ = met({"mentor": browsers["mentor"]}, objects_of(cast, reports=False), allowed)
    finally:
        app.jinja_env.loader = kept
        app.jinja_env.globals.pop("drafts")
        app.jinja_env.cache.clear()
    assert found["canary-other-draft"] == {"mentor"}


class Planted:
    """Templates with some of them replaced."""

    def __init__(self, loader, replaced):
        self.loader, self.replaced = loader, replaced

    def load(self, environment, name, environment_globals=None):
        if name in self.replaced:
            return environment.from_string(self.replaced[name], environment_globals)
        return self.loader.load(environment, name, environment_globals)


def test_steps_show_nothing_of_others_and_leave_nothing_in_the_log(cast, allowed, browsers, written, tally):
    """Every step by everybody, most of them refused, and a link to sign in, which is as good as a password."""
    doors = Doors(browsers, objects_of(cast, reports=False))
    answers = [
        (row.address, who, text_of(doors.ask(who, "POST", row.address)))
        for row in MATRIX
        if row.method == "POST"
        for who in PRINCIPALS
    ]
    shown = [
        (address, who, canary)
        for address, who, text in answers
        for canary, readers in allowed.items()
        if canary in text and who not in readers and TAKEN_HOME.get(canary) != who
    ]
    assert shown == []
    token = link_url(make_link(cast.fellow, now=NOW)).rpartition("/")[2]
    assert submit(browsers["nobody"], f"/sign-in/{token}").status_code == 302
    assert told_of(allowed, written, token) == []
    assert len(written.of("request")) > len(answers)
    tally("canaries: lines of logs read, of steps", len(written.lines))


def test_files_hold_what_who_takes_them_may_read(cast, allowed, client, client_of, browsers, tally):
    """Every report and every story by everybody, as each kind of file; a cohort by staff."""
    objects = objects_of(cast, reports=False) | {"bundle": bundle_up(cast.cohort, cast.staff).id}
    doors, files = Doors(browsers, objects), {}
    for row in MATRIX:
        if row.endpoint in {"story.export", "story.export_report", "bundles.export"}:
            for who, kind in product(PRINCIPALS, Copy):
                answer = doors.ask(who, "POST", row.address, kind=kind.value)
                if answer.status_code == 200:
                    files[row.address, who, kind] = text_of(answer)
    assert strayed_in(files, allowed) == []
    assert {kind for _address, _who, kind in files} == {*Copy}
    reports = {canary for canary, readers in allowed.items() if readers in (OF_OWN, OF_OTHER)}
    whole = files["/bundles/{bundle}/export", "staff", Copy.PDF]
    assert {canary for canary in reports if whole.count(canary) < len(Copy)} == set()
    tally("canaries: files read", len(files))


def strayed_in(files, allowed):
    """The canaries in files of those who may not read them, and those apart, which nobody takes away."""
    return [
        (address, who, kind, canary)
        for (address, who, kind), text in files.items()
        for canary, readers in allowed.items()
        if canary in text and (who not in readers or readers <= PAIR)
    ]


def test_no_search_finds_what_the_reader_may_not_read(cast, allowed, browsers):
    found = {
        canary: {who for who, browser in browsers.items() if hits(browser, canary)} for canary in allowed
    }
    assert {canary: who for canary, who in found.items() if not who <= allowed[canary]} == {}
    assert {c for c, who in found.items() if who & PAIR and allowed[c] <= PAIR} == set()
    assert found["canary-own-done"] == OF_OWN


def hits(browser, word):
    """The reports and whatever else is found by this word."""
    pages = [
        read(browser.get(address, query_string={"q": word})) for address in ("/reports/search", "/search")
    ]
    return [hit for page in pages for hit in page.select("main ol.hits > li, main ul.rows > li")]


def test_who_looks_as_one_of_the_two_sees_nothing_that_is_theirs_alone(cast, allowed, client_of):
    apart = [canary for canary, readers in allowed.items() if readers <= PAIR]
    places = addresses(objects_of(cast, reports=False))
    for person in (cast.fellow, cast.manager):
        browser = client_of(cast.staff)
        token = {"csrf_token": token_of(browser, "/account")}
        assert browser.post(f"/people/{person.id}/look-as", data=token).status_code == 302
        pages = {at: text_of(page) for at, page in crawl(browser, places)}
        assert any("canary-own-done" in text for text in pages.values())
        assert [(at, canary) for at, text in pages.items() for canary in apart if canary in text] == []


def test_mails_carry_nothing_to_the_wrong_person(cast, allowed, sender, office, tally):
    sender.send()
    who_is = {getattr(cast, who).email: who for who in PRINCIPALS if who != "nobody"}
    met_by = {
        (canary, who_is[mail["To"].addresses[0].addr_spec])
        for mail in office.record.mails
        for canary in allowed
        if canary in mail.as_string()
    }
    strayed = {(canary, who) for canary, who in met_by if who not in allowed[canary]}
    assert strayed == set(MAILED.items())
    assert len(office.record.mails) >= 8
    tally("canaries: mails read", len(office.record.mails))


def test_a_log_that_keeps_what_it_is_given_is_caught(client, cast, written, caplog):
    """The same record, as the formatter of the standard library would write it and as ours does."""
    logging.getLogger("program").warning("no mail for %s", cast.fellow.email)
    assert cast.fellow.email in caplog.text
    assert "no mail for [address]" in written.text


def test_redis_holds_none(databases, backend, tmp_path, app, cast, redis_url):
    """The whole of a report's and a sign-in's way, with a Redis that keeps what it is told."""
    shared = db._app_engines[app][None]
    with other_app(tmp_path, database_url=databases.empty(backend), redis_url=redis_url) as other:
        other.test_client_class = Browser
        with other.app_context():
            own = db.engine
            db._app_engines[other][None] = shared
            allowed = plant(cast)
            db.session.commit()
        browser = signed_in(other, cast.fellow)
        form = {"csrf_token": read(browser.get("/account")).find("input", {"name": "csrf_token"})["value"]}
        browser.post("/sign-in", data=form | {"email": cast.other_fellow.email})
        db._app_engines[other][None] = own
    redis = Redis.from_url(redis_url)
    kept = b" ".join(key + b" " + dumped(redis, key) for key in redis.scan_iter()).decode(errors="replace")
    redis.close()
    secrets = [*allowed, cast.fellow.name]
    assert [word for word in secrets if word in kept] == []
    assert "deliver" in kept


def dumped(redis, key):
    """All that Redis has under a key."""
    match redis.type(key):
        case b"list":
            return b" ".join(redis.lrange(key, 0, -1))
        case b"set":
            return b" ".join(redis.smembers(key))
        case b"hash":
            return b" ".join(b" ".join(pair) for pair in redis.hgetall(key).items())
        case b"zset":
            return b" ".join(redis.zrange(key, 0, -1))
        case _:
            return redis.get(key) or b""


def pages_of(browsers, cast, who):
    """What everybody but `who` sees, without what is new each time: tokens of forms, the record of what the crawl was
    refused, and the way to the issuer.
    """
    texts = {}
    for principal, browser in browsers.items():
        if principal != who:
            for address, response in crawl(browser, ["/"]):
                if not address.startswith(("/audit", "/sign-in/oidc")):
                    texts[principal, address] = CHANGING.sub("", text_of(response))
    return texts


def test_what_somebody_answers_to_a_survey_changes_no_page_of_anybody_else(cast, browsers):
    organisations = [make_organisation(), make_organisation(name="Southgate Institute")]
    wave = make_wave(cast.cohort, staff=cast.staff)
    make_answers(wave, cast.fellowship, organisations=organisations, next_step="phd", lab=9, policy=1)
    before = pages_of(browsers, cast, "fellow")
    make_answers(
        wave, cast.fellowship, organisations=organisations[::-1], next_step="found", lab=0, policy=10
    )
    assert pages_of(browsers, cast, "fellow") == before
    assert len(before) > 40


def test_every_long_text_of_the_database_has_a_canary_or_a_reason():
    """A new column for what people write has to be thought of here."""
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text | JSON)
        or (isinstance(column.type, String) and (column.type.length or 0) > 190)
    }
    assert found == PLANTED | NOT_CONFIDENTIAL


PLANTED = {
    "announcement.text",
    "ask.answer",
    "ask.text",
    "authorship_override.reason",
    "deadline.reason",
    "extension_request.reason",
    "extension_request.word",
    "plan_item.text",
    "report_comment.text",
    "revision.aside",
    "concern_message.text",
    "engagement.next_step",
    "engagement_step.reason",
    "evaluation.comment",
    "evaluation_score.evidence",
    "fellow_leave.reason",
    "fellowship_step.reason",
    "handover.note",
    "mentor.notes",
    "mentor_absence.reason",
    "mentor_view.line",
    "review.comment",
    "review_draft.typed",
    "revision.body",
}
NOT_CONFIDENTIAL = {
    "account.muted",
    "alert_channel.address",
    "alert_channel.host",
    "alert_channel.last_error",
    "cohort_ladder.rungs",
    "domain_pace.domain",
    "suppressed_address.address",
    "announcement.kinds",
    "announcement.parts",
    "announcement.track_ids",
    "bundle.last_error",
    "import_file.choices",
    "import_file.heads",
    "import_file.mapping",
    "import_file.samples",
    "import_mapping.mapping",
    "import_row.address",
    "import_row.changes",
    "import_row.errors",
    "import_row.label",
    "import_row.note",
    "import_row.options",
    "import_run.counts",
    "import_run.last_error",
    "other_address.address",
    "account.email",
    "account.folded",
    "account_role.folded",
    "audit_event.after",
    "authenticator.secret",
    "password.hash",
    "audit_event.before",
    "fellowship.folded",
    "fellowship.project",
    "mentor.email",
    "mentor.expertise",
    "mentor.folded",
    "mentor.links",
    "organisation.folded",
    "organisation_alias.folded",
    "organisation_merge.moved_children",
    "notice.last_error",
    "notice.message_id",
    "oidc_identity.issuer",
    "oidc_identity.subject",
    "participation.group_name",
    "question.help",
    "question.options",
    "question.prompt",
    "question.purpose",
    "release.content",
    "summary_job.last_error",
    "response.group_name",
    "template_section.help",
    "template_section.prompt",
    "review.sections",
}
"""Wordings, groups, addresses and errors: shown by their own rules, and tested where they belong."""
