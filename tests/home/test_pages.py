"""One home page for each role: what is owed first, and the one button that does it."""

from datetime import timedelta

import pytest
import time_machine

from program.access import Role
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.home.queries import find_own_place
from program.notices.models import Notice, NoticeState
from program.reviews.models import Verdict
from tests.factories import (
    NOW,
    make_account,
    make_answers,
    make_cohort,
    make_fellowship,
    make_leave,
    make_notice,
    make_report,
    make_review,
    make_wave,
    period_of,
)
from tests.pages import read, words
from tests.scenarios import more_fellows

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ([Role.FELLOW], "/fellow"),
        ([Role.MENTOR], "/mentor"),
        ([Role.RESEARCH_MANAGER], "/research-manager"),
        ([Role.STAFF], "/staff"),
        ([Role.STAFF, Role.ADMIN], "/staff"),
        ([Role.FELLOW, Role.MENTOR], "/mentor"),
        ([Role.FELLOW, Role.STAFF, Role.MENTOR], "/staff"),
        ([Role.ANALYST], "/analyst"),
        ([Role.ADMIN], "/admin/policy"),
        ([], "/account"),
    ],
)
def test_home_is_that_of_the_first_role(app, client_of, roles, home):
    account = make_account(roles=roles)
    assert client_of(account).get("/").location == home


@pytest.mark.parametrize("home", ["/fellow", "/mentor", "/research-manager", "/staff"])
def test_homes_of_people_with_nothing_to_do_say_so(app, client_of, home):
    roles = [Role.FELLOW, Role.MENTOR, Role.RESEARCH_MANAGER, Role.STAFF]
    response = client_of(make_account(roles=roles)).get(home)
    assert response.status_code == 200
    assert read(response).select_one(".empty") is not None


def test_a_fellow_sees_first_what_is_most_urgent(cast, client_of):
    for number in range(1, 5):
        make_review(make_report(cast.fellowship, number=number), cast.mentor)
    wave = make_wave(cast.cohort, staff=cast.staff)
    page = read(client_of(cast.fellow).get("/fellow"))
    task = page.select_one(".task")
    assert "Report for week 5" in task.get_text(" ")
    assert "Fri 12 Jun, 17:00 BST" in task.get_text(" ")
    assert "in 2 days" in task.get_text(" ")
    assert task.a["href"] == f"/periods/{period_of(cast.cohort, 5).id}/report"
    assert f"/waves/{wave.id}/answer" in {a["href"] for a in page.main.find_all("a")}


def test_a_fellow_who_has_done_everything_is_told(cast, client_of):
    for number in range(1, 6):
        make_report(cast.fellowship, number=number)
    wave = make_wave(cast.cohort, staff=cast.staff)
    make_answers(wave, cast.fellowship)
    assert "Nothing is owed" in words(client_of(cast.fellow).get("/fellow"))


def test_what_is_late_is_said_in_words(cast, client_of):
    page = read(client_of(cast.fellow).get("/fellow"))
    assert "late" in page.select_one(".task").get_text(" ")


def test_a_mentor_without_fellows_is_not_told_what_they_did_for_them(client_of):
    page = words(client_of(make_account(name="New Here", roles=[Role.MENTOR])).get("/mentor"))
    assert "No fellow is assigned to you today" in page
    assert "heard from you" not in page


def test_a_mentor_sees_the_queue_the_oldest_first(cast, client_of):
    first, second = more_fellows(cast, 2)
    make_report(first, at=NOW - DAY)
    make_report(second, at=NOW - 2 * DAY, asks="One?")
    page = read(client_of(cast.mentor).get("/mentor"))
    rows = [row.get_text(" ", strip=True) for row in page.select("ul.rows")[0].select("li")]
    assert [row.split(" ")[1] for row in rows] == ["I002", "I001"]
    assert "2 reports wait for you" in page.main.get_text(" ")


def test_a_research_manager_sees_own_fellows_and_what_each_owes(cast, client_of):
    text = words(client_of(cast.manager).get("/research-manager"))
    assert "Amara Okafor" in text
    assert "Kwame Boadu" not in text
    assert "Report for week 5" in text


def test_staff_see_how_the_cohort_stands(cast, client_of):
    for number in range(1, 5):
        make_review(make_report(cast.fellowship, number=number, at=NOW - 2 * DAY), cast.mentor)
    make_report(cast.fellowship, number=5, at=NOW)
    returned = make_report(cast.other_fellowship, number=1, at=NOW)
    make_review(returned, cast.other_mentor, verdict=Verdict.RETURN)
    db.session.query(Notice).update({"state": NoticeState.SENT})
    make_notice(cast.fellow).state = NoticeState.FAILED
    page = read(client_of(cast.staff).get("/staff"))
    figures = {d.dt.get_text(): d.dd.get_text() for d in page.select("dl.figures > div")}
    assert figures == {
        "reports late": "3",
        "wait for a mentor": "1",
        "returned, to mend": "1",
        "mails in the next 24 h": "1",
        "mails failed or in doubt": "1",
    }
    assert "Kwame Boadu" in page.main.get_text(" ")
    assert "4 reports late: 1 sent, 3 not" in page.main.get_text(" ")


def test_staff_are_pointed_to_asks_that_are_old(cast, client_of):
    make_report(cast.fellowship, number=3, at=NOW - 11 * DAY, asks="Anybody there?")
    assert "ask open 11 days" in words(client_of(cast.staff).get("/staff"))


def test_before_any_cohort_has_begun_staff_are_told_so(app, client_of):
    browser = client_of(make_account(roles=[Role.STAFF]))
    assert "No cohort has begun" in words(browser.get("/staff"))
    make_cohort(starts_on=NOW.date() + DAY)
    assert "Begins on 11 Jun 2026" in words(browser.get("/staff")), "it was started before its first day"


def test_between_periods_staff_see_that_all_have_fallen_due(cast, client_of):
    with time_machine.travel(NOW + 60 * DAY, tick=False):
        assert "All reports have fallen due" in words(client_of(cast.staff).get("/staff"))


def test_staff_see_a_report_that_no_mentor_is_there_to_read(cast, client_of):
    report = make_report(cast.fellowship)
    cast.fellowship.assignments[0].ends_on = NOW.date() - DAY
    page = client_of(cast.staff).get("/staff")
    assert "Amara Okafor no mentor owes a review of the report for week 5" in words(page)
    assert f"/reports/{report.id}" in {link["href"] for link in read(page).main.find_all("a")}


def test_weeks_before_the_fellowship_began_are_nobodys_debt(cast, client_of):
    make_report(cast.fellowship, number=1, at=NOW - 20 * DAY)
    cast.fellowship.starts_on = period_of(cast.cohort, 4).due_at.date()
    strip = read(client_of(cast.fellow).get("/fellow")).select(".strip li")
    assert [week.get_text(strip=True) for week in strip] == ["1sent", "4late", "5not yet"]
    own = words(client_of(cast.fellow).get("/reports"))
    assert [number for number in range(1, 6) if f"Week {number}" in own] == [1, 4, 5]


def test_navigation_leads_to_pages_that_open(cast, client_of):
    for who in (cast.fellow, cast.mentor, cast.manager, cast.staff):
        browser = client_of(who)
        page = read(browser.get("/account"))
        addresses = [a["href"] for a in page.select("nav a")]
        assert addresses
        assert [browser.get(address).status_code for address in addresses] == [200] * len(addresses)


def test_every_link_on_every_home_opens(cast, client_of):
    make_report(cast.fellowship, number=2, asks="One?")
    make_review(make_report(cast.fellowship, number=3), cast.mentor, verdict=Verdict.RETURN)
    make_wave(cast.cohort, staff=cast.staff)
    for who in (cast.fellow, cast.mentor, cast.manager, cast.staff):
        browser = client_of(who)
        page = read(browser.get("/", follow_redirects=True))
        for address in {a["href"] for a in page.find_all("a", href=True) if a["href"].startswith("/")}:
            assert browser.get(address, follow_redirects=True).status_code == 200, address


def test_the_latest_place_is_the_current_one(cast):
    assert find_own_place(cast.fellow.id, now=NOW).cohort == cast.cohort.name
    later = make_cohort(name="Winter 26", starts_on=NOW.date() + 90 * DAY, ends_on=NOW.date() + 150 * DAY)
    place = make_fellowship(cast.fellow, later)
    assert find_own_place(cast.fellow.id, now=NOW)[:2] == (place.id, "Winter 26")
    place.stage = FellowshipStage.APPLIED
    assert find_own_place(cast.fellow.id, now=NOW).cohort == cast.cohort.name, (
        "to apply elsewhere is not to leave"
    )
    assert find_own_place(cast.mentor.id, now=NOW) is None


def test_on_leave_it_is_not_said_that_all_is_done(cast, client_of):
    make_leave(cast.fellowship, NOW.date(), NOW.date() + DAY)
    page = client_of(cast.fellow).get("/", follow_redirects=True)
    assert "You are on leave until 11 Jun 2026" in words(page)
    assert "You have done all there is to do" not in words(page)
