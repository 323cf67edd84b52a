"""The outbox as staff read it: found by state, kind, person and day, each with its course and its buttons."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.access import Role
from program.extensions import db
from program.notices.carrying import carry_together
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.services import Message, post
from program.outbox.about import about_by_id
from program.outbox.words import ROLES, WHY
from tests.factories import NOW, make_account, make_concern, make_notice, make_report
from tests.pages import read, token_of, words

DAY = timedelta(days=1)


@pytest.fixture
def staff(cast, client_of):
    """The browser of a member of staff."""
    return client_of(cast.staff)


def press(browser, notice, step):
    token = token_of(browser, "/account")
    return browser.post(f"/notices/{notice.id}/{step}", data={"csrf_token": token})


def rows(browser, **asked):
    return read(browser.get("/notices", query_string=asked)).select("tbody tr")


def test_staff_see_what_failed_and_why(cast, staff):
    notice = make_notice(cast.fellow)
    notice.state, notice.attempts, notice.last_error = NoticeState.FAILED, 12, "550 <mailbox> & full"
    page = staff.get("/notices?state=failed")
    text = words(page)
    assert "Amara Okafor" in text
    assert "550 <mailbox> & full" in text
    assert read(page).find("mailbox") is None


@pytest.mark.parametrize("state", ["nonsense", "", "SENT"])
def test_a_state_that_is_none_means_all(cast, staff, state):
    make_notice(cast.fellow)
    page = staff.get("/notices", query_string={"state": state})
    assert "Amara Okafor" in words(page)


def test_the_next_page_keeps_the_state(cast, staff):
    for number in range(31):
        make_notice(cast.fellow, subject=("report", number))
    page = read(staff.get("/notices?state=pending"))
    address = page.find("a", {"rel": "next"})["href"]
    assert address.startswith("/notices?")
    assert "state=pending" in address
    assert len(read(staff.get(address)).select("tbody tr")) == 1


def test_each_filter_finds_its_own(cast, staff):
    make_notice(cast.fellow)
    other = make_notice(
        cast.mentor, kind=NoticeKind.DIGEST, subject=("account", cast.mentor.id), at=NOW - DAY
    )
    other.state = NoticeState.SENT
    asked = [
        {"state": "sent"},
        {"kind": "digest"},
        {"person": cast.mentor.name.split()[0]},
        {"day": (NOW - DAY).date().isoformat()},
        {
            "state": "sent",
            "kind": "digest",
            "person": cast.mentor.email,
            "day": (NOW - DAY).date().isoformat(),
        },
    ]
    assert len(rows(staff)) == 2
    for one in asked:
        [row] = rows(staff, **one)
        assert cast.mentor.name in row.text, one
    assert rows(staff, person="Nobody Atall") == []


def test_a_day_that_is_none_finds_nothing_and_says_so(cast, staff):
    make_notice(cast.fellow)
    page = staff.get("/notices?day=yesterday")
    assert page.status_code == 422
    assert "Please give the day" in words(page)


def test_a_row_says_about_what_and_because_of_what(cast, staff):
    report = make_report(cast.fellowship, number=4)
    notice = make_notice(cast.fellow, subject=("report", report.period_id))
    notice.due_at, notice.rung = NOW, "24 h after"
    told = make_notice(cast.staff, subject=("report", report.period_id))
    told.owner_id = cast.fellow.id
    theirs, own = (row.get_text(" ", strip=True) for row in rows(staff, kind="reminder"))
    assert "Reminder, report, 24 h after report for week 4" in own
    assert "they owe it, due" in own
    assert f"{cast.fellow.name}: report for week 4" in theirs
    assert f"{cast.fellow.name} owes it" in theirs


def test_what_is_about_something_that_is_gone_is_still_listed(cast, staff):
    make_notice(cast.fellow, kind=NoticeKind.REPORT_RETURNED, subject=("review", 999))
    [row] = rows(staff)
    assert "Report returned" in row.text


def test_every_kind_and_every_state_has_its_words():
    assert set(WHY) == set(NoticeKind)
    assert set(ROLES) == set(NoticeState)


def test_nothing_is_asked_about_no_messages(app, count_queries):
    with count_queries() as statements:
        assert about_by_id([]) == {}
    assert statements == []


def test_held_released_and_sent_again_by_its_buttons(cast, staff):
    post([Message(NoticeKind.REMINDER, cast.fellow.id, "report", n) for n in (1, 2)], now=NOW)
    carry_together(NoticeKind.REMINDER, now=NOW)
    first, second = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    for step, button, then in (("hold", "Hold", "held"), ("release", "Release", "pending")):
        page = read(staff.get(f"/notices/{second.id}"))
        assert page.select_one(f"form[action$='/{step}'] button").text == button
        assert press(staff, second, step).status_code == 302
        assert {db.session.get(Notice, one.id, populate_existing=True).state for one in (first, second)} == {
            then
        }
    first.state = second.state = NoticeState.FAILED
    assert "Send again" in words(staff.get(f"/notices/{first.id}"))
    assert press(staff, first, "send-again").status_code == 302
    text = words(staff.get(f"/notices/{first.id}"))
    assert "sent a mail again" in text
    assert "held a mail back" in text
    assert "Travels with it" in text


def test_a_sent_one_says_why_it_is_not_sent_again(cast, staff):
    notice = make_notice(cast.fellow)
    notice.state, notice.sent_at = NoticeState.SENT, NOW
    page = staff.get(f"/notices/{notice.id}")
    assert "It was sent: the mail server took it" in words(page)
    assert read(page).select("main form") == []
    assert press(staff, notice, "send-again").status_code == 409


def test_a_link_to_sign_in_stands_nowhere(cast, staff):
    notice = make_notice(cast.fellow, kind=NoticeKind.SIGN_IN_LINK, subject=("sign_in_link", 1))
    for address in ("/notices", f"/notices/{notice.id}"):
        page = staff.get(address)
        assert "/sign-in/" not in page.text
    assert "secret" in words(page)


def test_a_concern_is_nobodys_to_find_hold_or_see(cast, staff):
    concern = make_concern(cast.fellowship, cast.fellow, cast.staff)
    for notice in db.session.scalars(select(Notice).filter_by(subject_kind="concern")).all() or [
        make_notice(cast.staff, subject=("concern", concern.id))
    ]:
        assert staff.get(f"/notices/{notice.id}").status_code == 404
        assert press(staff, notice, "hold").status_code == 404
        assert notice.state is NoticeState.PENDING
    assert rows(staff) == rows(staff, kind="concern") == rows(staff, person=cast.staff.name) == []


def test_each_person_sees_what_was_sent_to_them_and_no_more(cast, client_of):
    mine = make_notice(cast.fellow, kind=NoticeKind.REPORT_RETURNED, subject=("review", 1))
    mine.state, mine.sent_at = NoticeState.SENT, NOW
    make_notice(cast.fellow, subject=("report", 2))  # waits
    make_notice(cast.fellow, subject=("report", 3)).state = NoticeState.HELD
    make_notice(cast.other_fellow, subject=("report", 4)).state = NoticeState.SENT
    failed = make_notice(cast.fellow, kind=NoticeKind.SIGN_IN_LINK, subject=("sign_in_link", 1))
    failed.state, failed.last_error = NoticeState.FAILED, "550 of the server"
    page = client_of(cast.fellow).get("/account/mails")
    lines = [row.get_text(" ", strip=True) for row in read(page).select("main .rows li")]
    assert [line.split()[0] for line in lines] == ["Sign-in", "Report"]
    assert "could not be sent" in lines[0]
    assert "550" not in page.text
    assert read(page).select("main .rows a") == []


def test_who_looks_as_them_does_not_learn_of_a_concern(cast, client_of):
    told = make_notice(cast.fellow, kind=NoticeKind.CONCERN, subject=("concern", 1))
    told.state = NoticeState.SENT
    assert "Concern" in words(client_of(cast.fellow).get("/account/mails"))
    browser = client_of(make_account(name="Ada", roles=[Role.STAFF]))
    token = token_of(browser, "/account")
    browser.post(f"/people/{cast.fellow.id}/look-as", data={"csrf_token": token})
    assert browser.get("/account/mails").status_code == 403
