"""A fellow asks for more time; staff give it or do not, once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from program.deadlines.models import Deadline
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.notices.models import Notice
from program.obligations.models import ObligationKind
from program.obligations.queries import list_owed_by
from program.postponing.changes import Deed, Wish
from program.postponing.models import ExtensionRequest, RequestState
from program.postponing.queries import find_change
from program.postponing.services import ask_extension, decline_request, grant_request
from program.reports.desks import get_desk
from tests.factories import NOW, make_extension_request, make_report, period_of
from tests.pages import find_form, read, submit, words

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MONDAY = date(2026, 6, 15)


@pytest.fixture
def wish(cast):
    for number in range(1, 5):
        make_report(cast.fellowship, number=number, at=NOW - 2 * DAY)
    return make_extension_request(cast.fellowship)


def give(cast, asked, *, until=MONDAY, cascade=False):
    """Look at what it changes, and do it."""
    own = frozenset({asked.fellowship_id})
    wish = Wish(Deed.EXTEND, asked.period_id, own, until=until, cascade=cascade)
    seen = find_change(cast.cohort, wish).digest
    grant_request(asked, wish=wish, seen=seen, word="Good luck.", actor=cast.staff, now=NOW)


def requests_owed(cast):
    """How many requests staff owe an answer, as one of them sees it."""
    return sum(o.kind is ObligationKind.EXTENSION for o in list_owed_by(cast.staff.id, now=NOW))


def test_a_fellow_asks_sees_where_it_stands_and_asks_only_once(cast, client_of):
    browser, week = client_of(cast.fellow), period_of(cast.cohort, 5)
    address = f"/periods/{week.id}/extension"
    assert address in str(read(browser.get(f"/periods/{week.id}/report")))
    assert address in str(read(browser.get("/reports")))
    asked = submit(browser, address, wanted_on="2026-06-15", reason="The cluster is down.")
    assert asked.status_code == 302
    page = words(browser.get(address))
    assert "Until 15 Jun 2026 waits for staff The cluster is down." in page
    assert read(browser.get(address)).select_one("#wanted_on") is None
    with pytest.raises(ConflictError):
        ask_extension(
            get_desk(cast.fellow, week.id, now=NOW), wanted_on=MONDAY, reason="x", actor=cast.fellow, now=NOW
        )


@pytest.mark.parametrize("day", ["2026-06-12", "2026-06-01", "2036-06-01", "soon", ""])
def test_a_day_that_gives_no_time_is_refused_beside_its_field(cast, client_of, day):
    week = period_of(cast.cohort, 5)
    answer = submit(
        client_of(cast.fellow), f"/periods/{week.id}/extension", wanted_on=day, reason="The cluster."
    )
    assert answer.status_code == 422
    page = read(answer)
    assert page.select_one("#wanted_on-error") is not None
    assert "The cluster." in page.select_one("#reason").get_text()


def test_what_is_granted_is_due_then_and_later_ones_too_if_wanted(cast, wish):
    give(cast, wish, until=MONDAY + DAY, cascade=True)
    assert wish.state is RequestState.GRANTED
    assert [o.due_at for o in list_owed_by(cast.fellow.id, now=NOW)] == [wish.period.due_at + 4 * DAY]
    assert db.session.scalars(select(Deadline.reason)).all() == ["On request."] * 6
    assert db.session.scalars(select(Notice.kind).filter_by(account_id=cast.fellow.id)).all() == [
        "deadline_changed"
    ]


@pytest.mark.parametrize(
    ("asked_at", "owed_at"),
    [
        (NOW, NOW + DAY),
        (NOW + 2 * DAY, NOW + 2 * DAY + 4 * HOUR),
        (NOW + 3 * DAY, NOW + 5 * DAY),
    ],
    ids=["a working day later", "before the deadline", "which is over: on Monday"],
)
def test_staff_are_to_decide_in_time_to_plan_by_it(cast, asked_at, owed_at):
    desk = get_desk(cast.fellow, period_of(cast.cohort, 5).id, now=asked_at)
    ask_extension(desk, wanted_on=MONDAY, reason="x", actor=cast.fellow, now=asked_at)
    [owed] = list_owed_by(cast.staff.id, now=asked_at)
    assert owed.due_at == owed_at


def test_it_is_decided_once_and_by_staff(cast, wish):
    with pytest.raises(ForbiddenError):
        decline_request(wish, word="No.", actor=cast.manager, now=NOW)
    decline_request(wish, word="No.", actor=cast.staff, now=NOW)
    assert (wish.state, wish.word) == (RequestState.DECLINED, "No.")
    with pytest.raises(ForbiddenStepError):
        give(cast, wish)
    assert db.session.scalars(select(Deadline)).all() == []


def test_a_report_that_was_sent_meanwhile_needs_none(cast, wish):
    make_report(cast.fellowship, number=5)
    with pytest.raises(ForbiddenStepError, match="nothing to decide"):
        give(cast, wish)
    with pytest.raises(ForbiddenStepError, match="nothing to decide"):
        decline_request(wish, word="No.", actor=cast.staff, now=NOW)
    assert wish.state is RequestState.OPEN


def test_what_was_sent_in_time_waits_no_more_and_what_was_sent_late_does(cast, client_of, wish):
    report = make_report(cast.fellowship, number=5)
    browser, own = client_of(cast.staff), f"/extension-requests/{wish.id}"
    assert requests_owed(cast) == 0
    assert "Amara Okafor" not in words(browser.get("/extension-requests?state=open"))
    assert "not needed" in words(browser.get("/extension-requests"))
    page = read(browser.get(own))
    assert "nothing to decide" in page.get_text()
    assert page.find("form", action=f"{own}/grant") is None
    assert "not needed" in words(client_of(cast.fellow).get(f"/periods/{wish.period_id}/extension"))
    for after, waiting in ((wish.fellowship.cohort.grace_hours * HOUR, 0), (DAY, 1)):
        report.first_submitted_at = wish.period.due_at + after
        db.session.flush()
        assert requests_owed(cast) == waiting
    assert requests_owed(cast) == 1
    assert find_form(read(browser.get(own)), f"{own}/grant") is not None


def test_staff_see_how_many_wait_and_answer_on_a_page(cast, client_of, wish):
    assert requests_owed(cast) == 1
    browser = client_of(cast.staff)
    assert "Amara Okafor: report for week 5, more time asked for" in words(browser.get("/staff"))
    assert "Amara Okafor" in words(browser.get("/extension-requests?state=open"))
    address = f"/extension-requests/{wish.id}"
    assert submit(browser, address, f"{address}/decline").status_code == 422
    page = read(browser.get(address))
    assert "1 deadline changes." in page.get_text()
    seen = page.find("button", {"name": "seen", "value": True, "class": "button-primary"})["value"]
    typed = {"until": "2026-06-15", "seen": seen}
    assert submit(browser, address, f"{address}/grant", **typed).status_code == 302
    assert requests_owed(cast) == 0
    assert "granted by Ruth Calloway" in words(browser.get(address))


def test_what_later_reports_become_is_seen_before_it_is_given(cast, client_of, wish):
    browser, address = client_of(cast.staff), f"/extension-requests/{wish.id}"
    typed = {"until": "2026-06-16", "cascade": "y"}
    shown = submit(browser, address, f"{address}/grant", **typed, seen="")
    assert shown.status_code == 200
    assert "6 deadlines change." in words(shown)
    assert wish.state is RequestState.OPEN
    seen = find_form(read(shown), f"{address}/grant").find("button", {"class": "button-primary"})["value"]
    stale = submit(browser, address, f"{address}/grant", until="2026-06-17", cascade="y", seen=seen)
    assert stale.status_code == 409
    assert "Nothing was changed" in words(stale)
    assert wish.state is RequestState.OPEN
    assert submit(browser, address, f"{address}/grant", **typed, seen=seen).status_code == 302
    assert wish.state is RequestState.GRANTED


def test_what_changed_meanwhile_is_not_given(cast, wish):
    wanted = Wish(Deed.EXTEND, wish.period_id, frozenset({wish.fellowship_id}), until=MONDAY)
    with pytest.raises(ConflictError):
        grant_request(wish, wish=wanted, seen="of another", word="", actor=cast.staff, now=NOW)
    assert wish.state is RequestState.OPEN


def test_another_may_be_asked_for_once_one_is_decided(cast, wish):
    decline_request(wish, word="No.", actor=cast.staff, now=NOW)
    desk = get_desk(cast.fellow, wish.period_id, now=NOW)
    ask_extension(desk, wanted_on=MONDAY, reason="Still down.", actor=cast.fellow, now=NOW)
    states = db.session.scalars(select(ExtensionRequest.state).order_by(ExtensionRequest.id)).all()
    assert states == ["declined", "open"]
