"""A fellow's page: each thing is shown to exactly those it is meant for, the latest first, in few statements."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from program.access import POLICY, Permission, Role, every
from program.extensions import db
from program.fellows.models import AssignmentKind, FellowshipStage
from program.reviews.models import Verdict
from program.timeline import queries
from tests.factories import (
    NOW,
    make_account,
    make_assignment,
    make_cohort,
    make_draft,
    make_fellowship,
    make_handover,
    make_leave,
    make_report,
    make_review,
    make_step,
)
from tests.pages import read, words

S = FellowshipStage
DAY = timedelta(days=1)
READERS = ("fellow", "mentor", "manager", "staff")
STRANGERS = ("other_fellow", "other_mentor", "analyst")


@pytest.fixture
def told(cast):
    """Everything that can have happened to the fellow."""
    before = NOW - 60 * DAY
    staff = {"by": cast.staff}
    make_step(cast.fellowship, S.APPLIED, at=before)
    make_step(
        cast.fellowship, S.WAITLISTED, before=S.APPLIED, reason="Thin proposal.", at=before + DAY, **staff
    )
    make_step(
        cast.fellowship,
        S.OFFERED,
        before=S.WAITLISTED,
        reason="A seat came free.",
        at=before + 2 * DAY,
        **staff,
    )
    make_step(cast.fellowship, S.ACTIVE, before=S.ACCEPTED, at=before + 30 * DAY, **staff)
    make_assignment(
        cast.fellowship,
        cast.other_mentorship,
        kind=AssignmentKind.CO,
        starts_on=date(2026, 5, 18),
        ends_on=date(2026, 5, 22),
    )
    make_leave(cast.fellowship, date(2026, 5, 25), date(2026, 5, 26), reason="Surgery.")
    first = make_handover(cast.fellowship, cast.manager, note="Writes late at night.", at=NOW - 20 * DAY)
    first.from_id = cast.staff.id
    report = make_report(cast.fellowship, number=3, at=NOW - 9 * DAY, asks="Which probe first?")
    make_review(report, cast.mentor, verdict=Verdict.RETURN, at=NOW - 8 * DAY)
    make_report(cast.fellowship, number=3, at=NOW - 7 * DAY, done="Mended.")
    db.session.expire_all()
    answers = {ask.id: "The small one." for ask in report.asks}
    make_review(report, cast.mentor, answers=answers, at=NOW - 6 * DAY)
    make_draft(cast.fellowship, number=5, done="Not yet for anybody.")
    make_fellowship(cast.fellow, make_cohort(name="Winter 26"), stage=S.WAITLISTED)
    return cast


SHOWN = {"Applied", "Offered", "Active", "Extended"}


def page_of(cast, client_of, who):
    return words(client_of(getattr(cast, who)).get(f"/fellowships/{cast.fellowship.id}"))


SEEN = [
    ("Active", {"fellow", "mentor", "manager"}),
    ("From accepted to active", {"staff"}),
    ("Offered", {"fellow"}),
    ("From applied to waitlisted", {"staff"}),
    ("Applied", {"fellow", "staff"}),
    ("Thin proposal.", {"staff"}),
    ("A seat came free.", {"staff"}),
    ("Ruth Calloway", {"staff"}),
    ("Margit Vanders becomes primary mentor 11 May 2026", {*READERS}),
    ("Last day with Desmond Oyelaran as co-mentor 22 May 2026", {*READERS}),
    ("Leave until 26 May 2026 25 May 2026", {*READERS}),
    ("Surgery.", {"fellow", "staff"}),
    ("Helena Strand becomes research manager", {*READERS}),
    ("Writes late at night.", {"manager", "staff"}),
    ("Report for week 3 sent, late", {*READERS}),
    ("Margit Vanders returned the report for week 3", {*READERS}),
    ("Margit Vanders accepted the report for week 3", {*READERS}),
    ("Which probe first?", {*READERS}),
    ("Margit Vanders answered an ask of the report for week 3", {*READERS}),
    ("A place in Winter 26", {"fellow", "staff"}),
    ("A place in Winter 26, waitlisted", {"staff"}),
    ("Not yet for anybody.", set()),
    ("Move to", {"staff"}),
]


def test_each_thing_is_shown_to_exactly_those_it_is_meant_for(told, client_of):
    first = told.fellowship
    db.session.refresh(first)
    pages = {who: page_of(told, client_of, who) for who in READERS}
    # The hand-over's "after" names staff, who once stood in: it is a name that all may read.
    pages = {who: page.replace(", after Ruth Calloway", "") for who, page in pages.items()}
    found = {text: {who for who in READERS if text in pages[who]} for text, _ in SEEN}
    assert found == dict(SEEN)


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_find_nothing_there(told, client_of, who):
    browser = client_of(getattr(told, who))
    assert browser.get(f"/fellowships/{told.fellowship.id}").status_code == 404
    assert browser.get("/fellowships/999999").status_code == 404


def test_who_is_out_of_it_reads_no_more_but_the_fellow_does(told, client_of):
    told.fellowship.stage = S.WITHDRAWN
    found = {
        who: client_of(getattr(told, who)).get(f"/fellowships/{told.fellowship.id}").status_code
        for who in READERS
    }
    assert found == {"fellow": 200, "mentor": 404, "manager": 404, "staff": 200}


def test_a_fellow_is_not_told_that_they_were_shortlisted(told, client_of):
    told.fellowship.stage = S.SHORTLISTED
    assert "Stage applied" in page_of(told, client_of, "fellow")
    assert "Stage shortlisted" in page_of(told, client_of, "staff")


def test_a_fellow_does_not_see_by_their_applying_twice_that_they_were_moved_and_put_back(cast, client_of):
    way = [S.APPLIED, S.WAITLISTED, S.APPLIED, S.OFFERED, S.WAITLISTED, S.APPLIED, S.ACTIVE, S.ACTIVE]
    for number, (before, stage) in enumerate(pairwise([None, *way])):
        make_step(cast.fellowship, stage, before=before, at=NOW - (20 - number) * DAY)
    seen = {
        who: read(client_of(getattr(cast, who)).get(f"/fellowships/{cast.fellowship.id}")) for who in READERS
    }
    course = {
        who: [line.p.get_text() for line in page.select(".course li") if line.p.get_text() in SHOWN]
        for who, page in seen.items()
    }
    assert course["fellow"] == ["Extended", "Active", "Applied", "Offered", "Applied"]
    assert course["mentor"] == course["manager"] == ["Extended", "Active"]
    assert len([line for line in seen["staff"].select(".course li") if "From" in line.p.get_text()]) == 6


@pytest.mark.parametrize("stage", [S.APPLIED, S.SHORTLISTED, S.WAITLISTED, S.OFFERED, S.DECLINED])
def test_who_is_being_chosen_does_not_read_who_was_meant_to_mentor_them(told, client_of, stage):
    told.fellowship.stage = stage
    pages = {who: page_of(told, client_of, who) for who in ("fellow", "staff")}
    for text in ("becomes primary mentor", "Last day with", "Mentor Margit Vanders", "Helena Strand"):
        assert {who for who in pages if text in pages[who]} == {"staff"}


def test_a_policy_that_shows_notes_to_fellows_would_be_seen(told, client_of, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.HANDOVER_READ, dict.fromkeys(Role, every))
    assert "Writes late at night." in page_of(told, client_of, "fellow")


def test_reasons_are_not_even_read_for_who_may_not_see_them(told, count_queries):
    for who, read_ in (("fellow", False), ("staff", True)):
        actor = getattr(told, who)
        sight = queries.sight_of(actor, told.fellowship, now=NOW)
        with count_queries() as statements:
            queries.list_course(actor, told.fellowship, sight, now=NOW, cursor=None)
        assert ("fellowship_step.reason" in " ".join(statements)) is read_


def test_the_course_goes_on_from_page_to_page_in_order(cast, client_of):
    for day in range(70):
        make_step(cast.fellowship, S.ACTIVE, reason=f"Step {day:02d}", at=NOW - day // 2 * DAY)
    address, reasons = f"/fellowships/{cast.fellowship.id}", []
    browser = client_of(cast.staff)
    while address:
        page = read(browser.get(address))
        reasons += [
            line.get_text() for line in page.select(".course .muted") if line.get_text().startswith("Step")
        ]
        onward = page.find("a", rel="next")
        address = onward and onward["href"]
    assert sorted(reasons) == [f"Step {day:02d}" for day in range(70)]
    assert [int(reason[5:]) // 2 for reason in reasons] == sorted(day // 2 for day in range(70))


def test_days_and_instants_page_together(cast):
    """Leaves and steps of the same day: none is shown twice, and none is lost, wherever a page ends."""
    for number in range(20):
        day = date(2026, 5, 11) + number * DAY
        make_leave(cast.fellowship, day)
        at = NOW.replace(month=5, day=11, hour=0, minute=0) + number * DAY
        make_step(cast.fellowship, S.ACTIVE, at=at)
    sight, cursor, seen = queries.sight_of(cast.staff, cast.fellowship, now=NOW), None, []
    while True:
        page = queries.list_course(cast.staff, cast.fellowship, sight, now=NOW, cursor=cursor)
        seen += [(entry.kind, entry.ref) for entry in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 41


def test_somebody_else_s_places_are_not_mixed_in(cast, client_of):
    make_fellowship(make_account(name="Another One"), make_cohort(name="Winter 26"))
    assert "Winter 26" not in page_of(cast, client_of, "staff")
