"""Whatever is sent to a form: no fault, nothing stored that cannot be shown, nothing typed that is lost."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from program.extensions import db
from program.invitations.services import invitation_url
from program.mentors.models import Engagement
from program.reports.models import Report, Revision
from program.surveys.models import WaveKind
from program.web import permission_of
from tests.databases import other_app, undone
from tests.factories import (
    NOW,
    make_announcement,
    make_authenticator,
    make_break,
    make_concern,
    make_draft,
    make_invitation,
    make_organisation,
    make_report,
    make_request,
    make_round,
    make_wave,
    period_of,
)
from tests.pages import filled, find_form, read, submit, token_of, words

NASTY = {
    "empty": "",
    "space": " \t\n ",
    "nul": "a\x00b",
    "controls": "a\x01\x08\x1b[31m\x7f\x9fb",
    "override": "\u202ekcab\u202c \u2066x\u2069",
    "marks": "\u200f\u05e2\u05d1\u05e8\u05d9\u05ea\u200e",
    "combining": "Z" + "\u0301\u0316" * 500,
    "astral": "\U0001f469\u200d\U0001f52c" * 50,
    "nonsense": "<script>alert(1)</script>'\"; DROP TABLE account; -- ${7*7} {{7*7}} %s %(x)s",
    "newlines": "\r\n" * 500,
    "long line": "x" * 25_000,
    "long": "word " * 30_000,
    "number": "9" * 400,
    "noncharacters": "\ufffe\uffff\U0010ffff",
}
RAW = {
    "lone surrogate": b"%ED%A0%80",
    "cut short": b"%E2%82",
    "latin": b"%FF%FE",
    "overlong": b"%C0%AE",
    "no percent": b"%zz%",
    "nul": b"%00",
}


@dataclass
class Sent:
    """A form: who sends it, on which page it is, where it goes, and what an ordinary person types."""

    who: str
    page: str
    action: str
    typed: dict[str, str] = field(default_factory=dict)


WITHOUT_WORDS = {
    "announcements.discard",
    "announcements.send",
    "alerts.remove",
    "alerts.switch_off",
    "alerts.switch_on",
    "alerts.test",
    "accounts.stop",
    "digests.accept",
    "outbox.keep_coming",
    "ramp.take_back",
    "sign_in.redeem",
    "cohorts.step",
    "factors.begin",
    "factors.codes",
    "factors.end",
    "factors.end_all_others",
    "factors.forget_password",
    "factors.leave",
    "factors.remove",
    "feeds.end",
    "feeds.make",
    "invitations.again",
    "invitations.take_back",
    "looking.begin",
    "looking.end",
    "assignments.take_back",
    "attachments.remove",
    "catalogue.export",
    "bundles.export",
    "bundles.start",
    "cohorts.export",
    "catalogue.merge",
    "catalogue.uncall",
    "catalogue.unmerge",
    "history.export",
    "passkeys.add",
    "passkeys.new_options",
    "passkeys.options",
    "passkeys.remove",
    "passkeys.sign_in",
    "people.disable",
    "people.enable",
    "people.end_sessions",
    "people.export",
    "people.invite",
    "evaluations.export",
    "evaluations.take_back",
    "fellows.export",
    "board.export",
    "imports.export",
    "imports.export_rows",
    "invitations.export",
    "outbox.export",
    "outbox.keep",
    "outbox.let_go",
    "outbox.again",
    "bounces.export",
    "bounces.lift",
    "bounces.take",
    "onboarding.invite",
    "pool.export",
    "portfolio.export",
    "recruiting.export",
    "people.reset",
    "personal.take",
    "schedule.remove_break",
    "schedule.remove_phase",
    "story.export",
    "requesting.take_back",
    "story.export_report",
    "templating.choose",
    "templating.discard",
    "templating.preview",
    "templating.publish",
}
"""Buttons, and what a script sends for a device: `tests/security/test_fuzz.py` sends these anything."""
FUZZED = {
    "assignments.end",
    "attachments.attach",
    "attachments.attach_coached",
    "coaching.hand_all_over",
    "concerns.acknowledge",
    "concerns.close",
    "concerns.name",
    "concerns.raise_",
    "concerns.reopen",
    "concerns.work",
    "extending.extend",
    "fellows.step",
    "imports.answer",
    "imports.cancel",
    "imports.columns",
    "imports.confirm",
    "imports.start",
    "leaves.change",
    "leaves.remove",
    "pool.stay",
    "postponing.decline",
    "postponing.grant",
    "portfolio.keep_group",
    "portfolio.keep_tracks",
    "portfolio.take_group_away",
    "recruiting.begin",
    "recruiting.confirm",
    "recruiting.done",
    "recruiting.invite",
    "recruiting.seat",
    "recruiting.step",
    "answering.send",
    "reviews.comment",
    "succession.withdraw",
}
"""Choices, days and numbers, and forms that have a sister here: likewise."""
REPORT = {"section-done": "Ran the probe.", "section-plan": "Write it up."}


@pytest.fixture
def forms(cast):
    """Every form there is, by the endpoint it goes to."""
    new, entry = "/organisations/new", f"/organisations/{make_organisation(name='Alpha').id}"
    period = period_of(cast.cohort, 5).id
    report = make_report(cast.fellowship, number=4, asks="One?")
    planned = make_wave(cast.cohort, kind=WaveKind.EXIT)
    wave = make_wave(cast.cohort, staff=cast.staff).id
    commented = make_draft(cast.fellowship, number=1).period_id
    beside = f"/fellowships/{cast.fellowship.id}/periods/{commented}/report"
    coached, notes = f"/fellowships/{cast.fellowship.id}/periods/{period}/report", {"section-notes": "Slept."}
    desk, page, ask = f"/periods/{period}/report", f"/reports/{report.id}", f"ask-{report.asks[0].id}"
    make_authenticator(cast.mentor)
    make_authenticator(cast.manager).confirmed_at = None
    set_up, password = "/account/security/authenticator", "/account/security/password"
    invite, person = "/people/invitations/new", f"/people/{cast.fellow.id}"
    way_in = urlsplit(invitation_url(make_invitation("new@people.example", staff=cast.staff))).path
    answers = {ask: "Yes.", "comment": "Thank you."}
    cohort, phase = f"/cohorts/{cast.cohort.id}", f"/phases/{cast.cohort.phases[0].id}"
    pause = f"/breaks/{make_break(cast.cohort, starts_on=cast.cohort.starts_on).id}"
    days = {"starts_on": "2026-09-07", "ends_on": "2026-09-18"}
    named = {"name": "Autumn 26", **days}
    another, asking = "/report-templates/new", f"/report-templates/{report.template_id}/edit"
    return {
        "sign_in.send": Sent("nobody", "/sign-in", "/sign-in", {"email": "ada@people.example"}),
        "invitations.send": Sent(
            "staff", invite, invite, {"people": "Ada Marsh <ada@new.example>", "roles": "fellow"}
        ),
        "invitations.join": Sent("nobody", way_in, way_in, {"name": "Ada", "time_zone": "UTC"}),
        "factors.enter": Sent("nobody", "/sign-in/password", "/sign-in/password"),
        "factors.show": Sent("mentor", "/sign-in/again", "/sign-in/again"),
        "factors.confirm": Sent("manager", set_up, set_up),
        "factors.keep_password": Sent(
            "mentor", password, password, {"new_password": "seven otters knit at dawn"}
        ),
        "personal.erase": Sent("staff", f"{person}/erase", f"{person}/erase", {"email": cast.fellow.email}),
        "people.give_roles": Sent("staff", person, f"{person}/roles", {"roles": "fellow"}),
        "alerts.add": Sent(
            "staff", "/alerts", "/alerts", {"name": "Staff", "address": "https://hooks.chat.example/x"}
        ),
        "catalogue.add": Sent("staff", new, new, {"name": "Beta", "sector": "policy"}),
        "catalogue.change": Sent("staff", entry, entry, {"name": "Beta", "sector": "policy"}),
        "templating.save": Sent("staff", asking, asking, {"s1-prompt": "Done"}),
        "templating.copy": Sent("staff", another, another, {"name": "Midterm report"}),
        "catalogue.call": Sent("staff", entry, f"{entry}/aliases", {"alias-name": "Beta"}),
        "accounts.change": Sent("fellow", "/account", "/account", {"name": "Ada", "time_zone": "UTC"}),
        "accounts.keep_mail": Sent("mentor", "/account/mail", "/account/mail"),
        "writing.save": Sent("fellow", desk, f"{desk}/draft", REPORT),
        "postponing.want": Sent(
            "fellow", f"{desk.removesuffix('report')}extension", f"{desk.removesuffix('report')}extension"
        ),
        "writing.submit": Sent("fellow", desk, desk, REPORT),
        "writing.save_coached": Sent("manager", coached, f"{coached}/draft", notes),
        "writing.hand_over": Sent("manager", coached, coached, notes),
        "commenting.say": Sent(
            "fellow", f"/periods/{commented}/report", f"/periods/{commented}/report/comments"
        ),
        "commenting.coach": Sent("manager", beside, f"{beside}/comments", {"comment-done": "Which?"}),
        "writing.preview": Sent("fellow", desk, "/markdown", {"text": "*So.*"}),
        "reviews.accept": Sent("mentor", page, f"{page}/accept", answers),
        "reviews.send_back": Sent("mentor", page, f"{page}/return", answers | {"sections": "*"}),
        "reviews.save": Sent("mentor", page, f"{page}/review", answers),
        **forms_about_evaluations(cast),
        "surveys.keep": Sent("fellow", f"/waves/{wave}/answer", f"/waves/{wave}/answer", {"q-lab-1": "3"}),
        "releases.open_": Sent("staff", f"/waves/{planned.id}", f"/waves/{planned.id}/open"),
        "releases.close": Sent("staff", f"/waves/{wave}", f"/waves/{wave}/close"),
        "sign_in.sign_out": Sent("fellow", "/account", "/sign-out"),
        "cohorts.create": Sent("staff", "/cohorts/new", "/cohorts/new", named),
        "cohorts.describe": Sent("staff", f"{cohort}/edit", f"{cohort}/edit", {"name": "Summer"}),
        "copying.copy": Sent("staff", f"{cohort}/copy", f"{cohort}/copy", named),
        "ladders.save": Sent("staff", f"{cohort}/reminders/report", f"{cohort}/reminders/report"),
        "schedule.change_dates": Sent("staff", f"{cohort}/dates", f"{cohort}/dates", days),
        "schedule.move_all": Sent("staff", f"{cohort}/move", f"{cohort}/move", days),
        "schedule.add_phase": Sent("staff", f"{cohort}/phases/new", f"{cohort}/phases/new", named),
        "schedule.change_phase": Sent("staff", phase, phase, {"name": "Studies"}),
        "schedule.add_break": Sent("staff", f"{cohort}/breaks/new", f"{cohort}/breaks/new", named),
        "schedule.change_break": Sent("staff", pause, pause, {"name": "Day off"}),
        **forms_about_people(cast),
        **forms_about_announcements(cast),
        **forms_about_concerns(cast, report),
    }


def forms_about_announcements(cast):
    """The forms by which staff write to a group."""
    new = f"/cohorts/{cast.cohort.id}/announcements/new"
    edit = f"/announcements/{make_announcement(cast.cohort, cast.staff).id}/edit"
    typed = {"parts": "fellow", "subject": "Seminar", "text": "At *ten*."}
    return {
        "announcements.draft": Sent("staff", new, new, typed),
        "announcements.save": Sent("staff", edit, edit, typed),
    }


def forms_about_concerns(cast, report):
    """The forms by which one is raised and written about."""
    concern, staff = make_concern(cast.fellowship, cast.fellow, cast.staff), str(cast.staff.id)
    page, ask = f"/concerns/{concern.id}", f"/reports/{report.id}/concern"
    return {
        "concerns.raise_from_report": Sent("fellow", ask, ask, {"text": "It is much.", "staff": staff}),
        "concerns.answer": Sent("fellow", page, f"{page}/messages", {"text": "Still."}),
    }


def forms_about_evaluations(cast):
    """The forms by which staff ask mentors, and mentors say how a fellow works."""
    plan = f"/cohorts/{cast.cohort.id}/evaluations/final"
    desk = f"/evaluation-rounds/{make_round(cast.cohort).id}/fellowships/{cast.fellowship.id}"
    scores = zip(("execution", "judgement", "communication", "independence"), "5678", strict=True)
    typed = {f"score-{key}": score for key, score in scores}
    return {
        "evaluations.keep_plan": Sent("staff", plan, plan),
        "evaluations.save": Sent("mentor", desk, f"{desk}/draft", typed),
        "evaluations.send": Sent("mentor", desk, desk, typed),
    }


def forms_about_people(cast):
    """The forms by which staff place fellows and keep mentors."""
    place, pool = f"/fellowships/{cast.fellowship.id}", f"/mentors/{cast.mentorship.id}"
    cohort = f"/cohorts/{cast.cohort.id}"
    engaged = select(Engagement.id).filter_by(mentor_id=cast.mentorship.id)
    engagement = f"/engagements/{db.session.scalars(engaged).one()}"
    both = {
        "assignments.assign": f"{place}/mentors",
        "coaching.hand_one_over": f"{place}/hand-over",
        "fellows.add": f"{cohort}/fellows/add",
        "fellows.change": f"{place}/change",
        "leaves.give": f"{place}/leaves",
        "ramp.change": f"{place}/authorship",
        "pool.add": "/mentors/new",
        "pool.change": f"{pool}/change",
        "portfolio.add_group": f"{cohort}/groups/new",
        "postponing.change": f"{cohort}/deadlines",
        "requesting.ask": f"{cohort}/other-reports/new",
        "requesting.change": f"/other-reports/{make_request(cast.cohort, fellowship=cast.fellowship).id}",
    }
    return {
        "pool.leave": Sent("staff", pool, f"{pool}/absences"),
        "recruiting.plan": Sent("staff", engagement, f"{engagement}/next-step"),
        **{endpoint: Sent("staff", page, page) for endpoint, page in both.items()},
    }


@pytest.fixture
def browser_of(cast, client, client_of):
    return lambda who: client if who == "nobody" else client_of(getattr(cast, who))


WITH_TEXT = [
    "sign_in.send",
    "accounts.change",
    "writing.save",
    "writing.submit",
    "writing.save_coached",
    "commenting.coach",
    "reviews.accept",
    "reviews.send_back",
    "reviews.save",
    "surveys.keep",
    "invitations.send",
    "invitations.join",
    "people.give_roles",
    "personal.erase",
    "cohorts.create",
    "cohorts.describe",
    "schedule.change_phase",
    "alerts.add",
    "catalogue.add",
    "catalogue.change",
    "catalogue.call",
    "templating.save",
    "templating.copy",
    "concerns.raise_from_report",
    "concerns.answer",
]
OF_CODES = ["factors.enter", "factors.show", "factors.confirm", "factors.keep_password"]
"""What is typed there is never shown again, and what is wrong with it leads nowhere else."""
PREVIEWED = ["copying.copy", "ladders.save", "schedule.add_phase", "schedule.add_break", "schedule.move_all"]
"""What is right with it is shown before it is done."""
ABOUT_PEOPLE = [
    "assignments.assign",
    "coaching.hand_one_over",
    "fellows.add",
    "fellows.change",
    "leaves.give",
    "pool.add",
    "pool.change",
    "pool.leave",
    "ramp.change",
    "portfolio.add_group",
    "postponing.change",
    "postponing.want",
    "requesting.ask",
    "requesting.change",
    "recruiting.plan",
]
"""What is done by them is tried where they belong."""


def test_every_form_is_here(app, forms):
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    assert posts - set(forms) == WITHOUT_WORDS | FUZZED


def ways_to_fill(form, typed, bad):
    """The form with the bad value in all that people fill in, and in each hidden field by itself."""
    hidden = [name for name in form if name in ("version", "revision")]
    seen = [name for name in form if name not in (*hidden, "csrf_token")]
    yield "every field", {**form, **typed, **dict.fromkeys(seen, bad)}
    for name in hidden:
        yield name, {**form, **typed, name: bad}


@pytest.mark.parametrize("endpoint", [*WITH_TEXT, *OF_CODES, *PREVIEWED, *ABOUT_PEOPLE])
def test_no_text_in_any_field_breaks_a_form(forms, browser_of, endpoint):
    sent = forms[endpoint]
    browser = browser_of(sent.who)
    form = filled(find_form(read(browser.get(sent.page)), sent.action))
    for what, text in NASTY.items():
        for where, data in ways_to_fill(form, sent.typed, text):
            with undone():
                response = browser.post(sent.action, data=data)
                assert response.status_code in (302, 409, 413, 422, 429), (where, what, response.status_code)
                if response.status_code == 302:
                    assert browser.get(response.location, follow_redirects=True).status_code == 200, what


@pytest.mark.one_database
@pytest.mark.parametrize("endpoint", [*WITH_TEXT, *OF_CODES, *PREVIEWED, *ABOUT_PEOPLE])
def test_no_bytes_break_a_form(forms, browser_of, endpoint):
    sent = forms[endpoint]
    browser = browser_of(sent.who)
    form = filled(find_form(read(browser.get(sent.page)), sent.action))
    token = form.pop("csrf_token").encode()
    kind = "application/x-www-form-urlencoded"
    for what, raw in RAW.items():
        for names in (list(form), ["version"], ["revision"]):
            parts = [
                b"csrf_token=" + token,
                *(name.encode() + b"=" + raw for name in names),
                raw,
                raw + b"=x",
            ]
            with undone():
                response = browser.post(sent.action, data=b"&".join(parts), content_type=kind)
                assert response.status_code in (302, 409, 422, 429), (names, what, response.status_code)


@pytest.mark.parametrize("name", ["nul", "controls", "override"])
def test_what_cannot_be_shown_is_not_stored(forms, browser_of, name):
    sent = forms["writing.submit"]
    submit(browser_of("fellow"), sent.page, sent.action, **{**REPORT, "section-done": NASTY[name]})
    done = db.session.scalars(select(Revision.body).order_by(Revision.id.desc())).first()["done"]
    assert done
    assert not set(done) & set("\x00\x01\x08\x1b\x7f\x9f\u202e\u202c\u2066\u2069")


@pytest.mark.parametrize("endpoint", WITH_TEXT)
def test_fields_that_a_form_does_not_have_are_left_alone(forms, browser_of, endpoint):
    sent = forms[endpoint]
    browser = browser_of(sent.who)
    form = filled(find_form(read(browser.get(sent.page)), sent.action)) | sent.typed
    extra = {
        "state": "accepted",
        "id": "1",
        "actor_id": "1",
        "account_id": "1",
        "roles": "staff",
        "x" * 5_000: "y",
    }
    assert browser.post(sent.action, data={**form, **extra}).status_code == 302


@pytest.mark.parametrize("endpoint", ["accounts.change", "writing.submit", "reviews.accept", "surveys.keep"])
def test_a_form_open_for_too_long_gives_the_text_back_and_can_be_sent(forms, browser_of, endpoint):
    sent = forms[endpoint]
    browser = browser_of(sent.who)
    form = filled(find_form(read(browser.get(sent.page)), sent.action)) | sent.typed
    with time_machine.travel(NOW + timedelta(hours=13), tick=False):
        stale = browser.post(sent.action, data=form)
        assert stale.status_code == 400
        assert "Nothing you typed is lost" in words(stale)
        offered = filled(find_form(read(stale), sent.action))
        kept = {name: text for name, text in form.items() if name != "csrf_token" and text.strip()}
        assert {name: text for name, text in offered.items() if name != "csrf_token"} == kept
        assert browser.post(sent.action, data=offered).status_code == 302


def test_of_several_that_were_ticked_in_a_form_open_for_too_long_all_are_sent_again(forms, browser_of):
    sent = forms["reviews.send_back"]
    browser = browser_of(sent.who)
    ticked = ["done", "plan"]
    form = filled(find_form(read(browser.get(sent.page)), sent.action)) | sent.typed | {"sections": ticked}
    with time_machine.travel(NOW + timedelta(hours=13), tick=False):
        stale = browser.post(sent.action, data=form)
        offered = find_form(read(stale), sent.action).select("[name=sections]")
        assert [one["value"] for one in offered] == ticked


@pytest.mark.parametrize("endpoint", WITH_TEXT)
def test_what_a_form_tells_itself_by_is_not_among_what_was_typed(forms, browser_of, endpoint):
    sent = forms[endpoint]
    browser = browser_of(sent.who)
    page = find_form(read(browser.get(sent.page)), sent.action)
    form = filled(page)
    hidden = {one["name"] for one in page.select("input[type=hidden]")}
    with time_machine.travel(NOW + timedelta(hours=13), tick=False):
        stale = browser.post(sent.action, data=form | {name: form[name] or "0" for name in hidden})
        assert stale.status_code in (400, 401)
        shown = read(stale).select("form textarea")
        assert hidden.isdisjoint(one["name"] for one in shown)


@pytest.mark.parametrize("endpoint", ["releases.open_", "releases.close", "sign_in.sign_out"])
def test_a_button_that_was_open_for_too_long_can_be_pressed_again(forms, browser_of, endpoint):
    sent = forms[endpoint]
    browser = browser_of(sent.who)
    form = filled(find_form(read(browser.get(sent.page)), sent.action))
    with time_machine.travel(NOW + timedelta(hours=13), tick=False):
        stale = browser.post(sent.action, data=form)
        assert stale.status_code == 400
        offered = filled(find_form(read(stale), sent.action))
        assert browser.post(sent.action, data=offered).status_code == 302


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "\x00", "é" * 50, "x" * 10_000])
def test_without_its_token_nothing_is_done_and_nothing_is_lost(forms, browser_of, token):
    sent, before = forms["writing.submit"], db.session.scalars(select(Report.version)).all()
    browser = browser_of("fellow")
    response = browser.post(
        sent.action, data={**REPORT, "version": "0"} | ({} if token is None else {"csrf_token": token})
    )
    assert response.status_code == 400
    assert {area.get_text().strip() for area in read(response).find_all("textarea")} == set(REPORT.values())
    assert db.session.scalars(select(Report.version)).all() == before


def test_a_token_of_somebody_else_is_worth_nothing(forms, browser_of):
    sent = forms["writing.submit"]
    stolen = token_of(browser_of("other_fellow"), "/account")
    response = browser_of("fellow").post(sent.action, data={**REPORT, "version": "0", "csrf_token": stolen})
    assert response.status_code == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_what_another_site_sends_is_not_offered_for_sending(forms, browser_of, site):
    sent = forms["writing.submit"]
    response = browser_of("fellow").post(sent.action, data=REPORT, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 400
    assert read(response).main.find_all("form") == []


LARGE = b"x" * (2 * 1024 * 1024 + 1)
AS_FORM = (b"section-done=" + LARGE, "application/x-www-form-urlencoded")
PART = b'--cut\r\nContent-Disposition: form-data; name="section-done"\r\n\r\n'
AS_PARTS = (PART + LARGE + b"\r\n--cut--\r\n", "multipart/form-data; boundary=cut")


@pytest.mark.parametrize(("body", "kind"), [AS_FORM, AS_PARTS], ids=["form", "parts"])
def test_more_than_two_megabytes_are_refused_for_everybody(forms, browser_of, body, kind):
    action = forms["writing.submit"].action
    expected = {
        ("fellow", action): 413,
        ("fellow", "/nowhere"): 404,
        ("fellow", "/fellow"): 405,
        ("mentor", action): 404,
        ("nobody", action): 401,
        ("nobody", "/nowhere"): 404,
        ("nobody", "/sign-in"): 413,
    }
    found = {
        (who, path): browser_of(who).post(path, data=body, content_type=kind).status_code
        for who, path in expected
    }
    assert found == expected


def test_who_sent_too_much_is_told(forms, browser_of):
    body, kind = AS_FORM
    response = browser_of("fellow").post(forms["writing.submit"].action, data=body, content_type=kind)
    assert "Nothing was saved" in words(response)


def test_a_body_of_unknown_length_is_limited_too(forms, browser_of):
    sent = forms["writing.submit"]
    response = browser_of("fellow").post(
        sent.action,
        data=b"section-done=" + b"x" * (3 * 1024 * 1024),
        content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"},
    )
    assert response.status_code in (400, 413)


def test_thousands_of_fields_are_refused(forms, browser_of):
    sent = forms["writing.submit"]
    parts = b"".join(b'--cut\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' for _ in range(5_000))
    kind = "multipart/form-data; boundary=cut"
    response = browser_of("fellow").post(sent.action, data=parts + b"--cut--\r\n", content_type=kind)
    assert response.status_code in (400, 413)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "application/x-nonsense", ""]
)
@pytest.mark.parametrize("body", [b"", b"{", b"\x00\xff", b"--x\r\nContent-Disposition: form-data"])
def test_bodies_that_are_no_form_are_refused(forms, browser_of, kind, body):
    sent = forms["writing.submit"]
    response = browser_of("fellow").post(sent.action, data=body, content_type=kind)
    assert response.status_code == 400


NUMBERS = ["0", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 300]
BY_NUMBER = [
    ("staff", "/cohorts/{}"),
    ("staff", "/cohorts/{}/board"),
    ("staff", "/cohorts/{}/move"),
    ("staff", "/phases/{}"),
    ("staff", "/breaks/{}"),
    ("staff", "/waves/{}"),
    ("staff", "/waves/{}/release"),
    ("fellow", "/waves/{}/answer"),
    ("fellow", "/periods/{}/report"),
    ("fellow", "/reports/{}"),
]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_no_row_has_are_not_found(cast, client_of, number):
    for who, address in BY_NUMBER:
        response = client_of(getattr(cast, who)).get(address.format(number))
        assert (address, response.status_code) == (address, 404)


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_no_row_has_are_not_found_by_steps_either(cast, client_of, number):
    for who, address in [
        ("staff", "/waves/{}/open"),
        ("staff", "/waves/{}/close"),
        ("fellow", "/waves/{}/answer"),
        ("fellow", "/periods/{}/report"),
        ("fellow", "/periods/{}/report/draft"),
        ("mentor", "/reports/{}/accept"),
        ("mentor", "/reports/{}/return"),
        ("mentor", "/reports/{}/review"),
        ("mentor", "/reports/{}/answers"),
    ]:
        browser = client_of(getattr(cast, who))
        data = {"csrf_token": token_of(browser, "/account"), "version": "0", "revision": "1"}
        response = browser.post(address.format(number), data=data)
        assert response.status_code in (404, 405), address


@pytest.mark.parametrize("version", ["0", "1", "2147483646", "2147483647", "2147483648", "-1"])
def test_versions_at_the_edge_of_a_number_break_nothing(forms, browser_of, version):
    sent = forms["writing.save"]
    response = submit(browser_of("fellow"), sent.page, sent.action, **REPORT, version=version)
    assert response.status_code == {"0": 302, "-1": 422, "2147483647": 422, "2147483648": 422}.get(
        version, response.status_code
    )
    assert response.status_code in (302, 409, 422)


@pytest.mark.parametrize(
    "query",
    [
        "after=%00",
        "after=%ff",
        "after=W10",
        "state=%00",
        "state=sent&state=failed",
        "after[]=1",
        "&&&",
        "=",
        "%",
    ],
)
def test_no_query_breaks_a_list(cast, client_of, query):
    pages = {
        "staff": ["/notices", "/cohorts", "/surveys", f"/cohorts/{cast.cohort.id}/board"],
        "mentor": ["/reviews"],
    }
    pages["fellow"] = ["/reports"]
    for who, addresses in pages.items():
        browser = client_of(getattr(cast, who))
        for address in addresses:
            assert browser.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/%00", "/%ff", "/..%2f..%2fetc/passwd", "/static/../program/config.py", "/static/%00", "/a" * 900],
)
def test_no_path_breaks_anything(client, path):
    assert client.get(path).status_code in (308, 400, 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(client_of, cast, method):
    for address in ("/account", "/reports", "/nowhere"):
        assert client_of(cast.fellow).open(address, method=method).status_code in (404, 405)


def test_a_broken_cookie_is_nobody(app):
    for value in ("x", "", "a.b.c", "\u00e9", "x" * 3_900):
        browser = app.test_client()
        browser.set_cookie("fellowship", value)
        assert browser.get("/account").status_code == 302


def test_a_cookie_with_a_token_of_the_wrong_kind_is_nobody(client):
    for token in (1, None, [1], {"a": 1}, "é" * 100, "\ud800"):
        with client.session_transaction() as cookie:
            cookie["sign_in"] = token
        assert client.get("/account").status_code == 302


def test_a_fault_gives_the_text_back_and_says_nothing_of_its_cause(tmp_path, now):
    def broken():
        raise RuntimeError("the secret cause")

    with other_app(tmp_path, database_url="sqlite://") as app:
        app.add_url_rule("/broken", "broken", broken, methods=["POST"])
        app.view_functions["broken"].permission = permission_of(app, "sign_in.ask")
        browser = app.test_client()
        data = {"csrf_token": token_of(browser, "/sign-in"), "section-done": "Two days of work."}
        response = browser.post("/broken", data=data)
    assert response.status_code == 500
    assert "Two days of work." in response.get_data(as_text=True)
    assert "secret cause" not in response.get_data(as_text=True)
