"""Staff see the site as somebody else does: to read, with a banner, written down, and never what is confidential."""

import pytest
from sqlalchemy import select

from program.access import Permission, Role
from program.audit.models import AuditEvent, Tag
from program.door import LOOKABLE
from program.people.services import change_roles, disable_account, enable_account
from tests.factories import make_account, make_draft, make_report, make_wave, period_of
from tests.pages import read, submit, token_of, words

BANNER = "You see the site as"


@pytest.fixture
def look(cast, client_of):
    """The browser of a member of staff who looks at the site as this account."""

    def begin(account, viewer=None):
        browser = client_of(viewer or cast.staff)
        data = {"csrf_token": token_of(browser, "/account")}
        answer = browser.post(f"/people/{account.id}/look-as", data=data)
        return browser, answer

    return begin


def looks(session):
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [
        (e.tag, e.actor_id, e.subject_id) for e in events if e.tag in {Tag.LOOK_AS_START, Tag.LOOK_AS_END}
    ]


def test_the_home_is_the_persons_with_a_banner(look, fellow):
    browser, answer = look(fellow)
    assert answer.location == "/"
    home = browser.get("/", follow_redirects=True)
    assert home.request.path == "/fellow"
    assert f"{BANNER} Amara Okafor does" in read(home).get_text(" ")


def test_their_pages_are_as_closed_as_to_themselves(cast, look, fellow):
    own, other = make_report(cast.fellowship, number=4), make_report(cast.other_fellowship, number=4)
    browser, _ = look(fellow)
    assert browser.get(f"/reports/{own.id}").status_code == 200
    assert browser.get(f"/reports/{other.id}").status_code == 404
    assert browser.get("/staff").status_code in {403, 404}


def test_drafts_surveys_and_the_account_stay_closed(cast, look, fellow):
    make_draft(cast.fellowship, number=5, done="A thought that nobody has been sent.")
    wave = make_wave(cast.cohort, staff=cast.staff)
    browser, _ = look(fellow)
    paths = [f"/periods/{period_of(cast.cohort, 5).id}/report", f"/waves/{wave.id}/answer", "/account"]
    answers = [browser.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "nobody has been sent" not in "".join(answer.get_data(as_text=True) for answer in answers)


def test_nothing_can_be_changed(cast, look, fellow):
    browser, _ = look(fellow)
    token = token_of(browser, "/fellow")
    path = f"/periods/{period_of(cast.cohort, 5).id}/report"
    for address in (path, path + "/draft", "/account", "/sign-out", "/sign-in"):
        answer = browser.post(address, data={"csrf_token": token, "version": "0", "done": "x"})
        assert answer.status_code == 403


def test_ending_it_gives_the_viewer_back(cast, look, fellow, session):
    browser, _ = look(fellow)
    submit(browser, "/fellow", "/look-as/end")
    assert browser.get("/", follow_redirects=True).request.path == "/staff"
    assert looks(session) == [
        (Tag.LOOK_AS_START, cast.staff.id, fellow.id),
        (Tag.LOOK_AS_END, cast.staff.id, fellow.id),
    ]


def test_ending_it_twice_is_one_end(cast, look, fellow, session):
    browser, _ = look(fellow)
    token = token_of(browser, "/fellow")
    for _time in range(2):
        assert browser.post("/look-as/end", data={"csrf_token": token}).status_code == 302
    assert len(looks(session)) == 2


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_nobody_looks_as_a_colleague(look, role, session):
    _browser, answer = look(make_account(name="Owen Prydderch", roles=[role, Role.MENTOR]))
    assert answer.status_code == 403
    assert looks(session) == []


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager", "analyst"])
def test_only_those_who_run_the_programme_look(cast, look, other_fellow, who):
    _browser, answer = look(other_fellow, viewer=getattr(cast, who))
    assert answer.status_code == 404


def test_nobody_looks_as_who_cannot_sign_in(look, fellow, now):
    fellow.disabled_at = now
    assert look(fellow)[1].status_code == 404


def test_a_look_ends_when_the_person_becomes_a_colleague_or_is_disabled(look, fellow, mentor, now, session):
    browser, _ = look(fellow)
    fellow.disabled_at = now
    assert browser.get("/", follow_redirects=True).request.path == "/staff"
    other, _ = look(mentor)
    mentor.held_roles.append(type(mentor.held_roles[0])(role=Role.STAFF))
    assert other.get("/", follow_redirects=True).request.path == "/staff"


def test_a_look_ends_when_the_viewer_no_longer_runs_the_programme(cast, look, fellow):
    browser, _ = look(fellow)
    cast.staff.held_roles = []
    assert BANNER not in words(browser.get("/account"))


def test_a_door_left_open_to_drafts_would_be_seen(cast, look, fellow, monkeypatch):
    make_draft(cast.fellowship, number=5, done="A thought that nobody has been sent.")
    monkeypatch.setattr("program.door.LOOKABLE", LOOKABLE | {Permission.REPORT_WRITE})
    browser, _ = look(fellow)
    page = browser.get(f"/periods/{period_of(cast.cohort, 5).id}/report")
    assert "nobody has been sent" in page.get_data(as_text=True)


@pytest.mark.parametrize("step", ["disable", "change"])
def test_a_look_that_ended_with_a_step_does_not_come_back_and_is_written_down(
    cast, look, fellow, now, session, step
):
    browser, _ = look(fellow)
    if step == "disable":
        disable_account(fellow, actor=cast.staff, now=now)
        enable_account(fellow, actor=cast.staff, now=now)
    else:
        change_roles(fellow, roles=[Role.FELLOW, Role.MENTOR], actor=cast.staff, now=now)
    session.expire_all()
    assert BANNER not in words(browser.get("/account"))
    ended = session.scalars(select(AuditEvent).filter_by(tag=Tag.LOOK_AS_END)).one()
    assert (ended.actor_id, ended.subject_id, ended.after) == (
        cast.staff.id,
        fellow.id,
        {"viewer": cast.staff.id},
    )


def test_an_administrator_who_is_not_staff_does_not_read_through_the_eyes_of_others(look, mentor):
    admin = make_account(name="Only Admin", roles=[Role.ADMIN])
    assert look(mentor, admin)[1].status_code == 404
