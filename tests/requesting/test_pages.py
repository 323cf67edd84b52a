"""Reports beside the calendar: asked for, written, answered; changed and taken back while nobody has begun."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from program.cohorts.models import CohortState, PeriodKind, ReportPeriod
from program.cohorts.plans import plan_of
from program.deadlines.models import Deadline
from program.delivery.composers import COMPOSERS
from program.errors import ForbiddenError, ForbiddenStepError, NotFoundError
from program.extensions import db
from program.notices.models import Notice, NoticeKind, NoticeState
from program.obligations.queries import list_owed_by
from program.reports.desks import get_desk
from program.reports.services import save_draft
from program.requesting.rules import MOST, Wanted
from program.requesting.services import ask_reports, change_request, take_request_back
from program.schedule.queries import find_change
from program.schedule.services import change_calendar
from tests.factories import NOW, make_leave, make_report, make_request, make_template
from tests.pages import read, submit, words

DAY = timedelta(days=1)
TODAY, DUE = date(2026, 6, 10), date(2026, 6, 18)
ON_REQUEST = Wanted(PeriodKind.ON_REQUEST, TODAY, DUE)
TYPED = {"section-done": "What we found.", "section-plan": "Write it up."}


@pytest.fixture
def address(cast):
    return f"/cohorts/{cast.cohort.id}/other-reports"


def beside():
    query = select(ReportPeriod).where(ReportPeriod.number.is_(None)).order_by(ReportPeriod.id)
    return db.session.scalars(query).all()


def ask(cast, wanted=ON_REQUEST, ids=None, actor=None):
    own = {"actor": actor or cast.staff, "now": NOW}
    return ask_reports(cast.cohort, wanted=wanted, fellowship_ids=ids, **own)


def told(account):
    """The subjects of the mails that were asked for and still hold."""
    found = db.session.scalars(
        select(Notice).filter_by(kind=NoticeKind.REPORT_ASKED, account_id=account.id)
    ).all()
    with current_app.test_request_context():
        letters = COMPOSERS[NoticeKind.REPORT_ASKED](found, NOW)
        return [letters[one.id]().subject for one in found if one.id in letters]


def owed(account):
    return [o.title for o in list_owed_by(account.id, now=NOW)]


def begin(cast, period):
    desk = get_desk(cast.fellow, period.id, now=NOW)
    return save_draft(desk, body={"done": "x"}, version=0, actor=cast.fellow, now=NOW)


def test_one_on_request_from_the_fellows_page_to_the_mentors_answer(cast, client_of, address):
    for number in range(1, 6):
        make_report(cast.fellowship, number=number, at=NOW - DAY)
    staff, fellow, mentor = client_of(cast.staff), client_of(cast.fellow), client_of(cast.mentor)
    before = len(list_owed_by(cast.mentor.id, now=NOW))
    person = read(staff.get(f"/fellowships/{cast.fellowship.id}"))
    way = f"{address}/new?fellow={cast.fellowship.id}"
    assert way in {link["href"] for link in person.select("main a")}
    asked = submit(staff, way, called="the board visit", due_on=DUE.isoformat())
    assert (asked.status_code, asked.location) == (302, address)
    assert "Report for the board visit Amara Okafor" in words(staff.get(address))
    (period,) = beside()
    assert (period.fellowship_id, period.due_at.isoformat()) == (
        cast.fellowship.id,
        "2026-06-18T16:00:00+00:00",
    )
    assert told(cast.fellow) == ["Report for the board visit: due Thu 18 Jun, 17:00 BST"]
    assert told(cast.other_fellow) == []
    assert owed(cast.fellow) == ["Report for the board visit"]
    desk = f"/periods/{period.id}/report"
    assert desk in {link.get("href") for link in read(fellow.get("/reports")).select("main a")}
    sent = submit(fellow, desk, desk, **TYPED)
    assert owed(cast.fellow) == []
    assert len(list_owed_by(cast.mentor.id, now=NOW)) == before + 1
    assert submit(mentor, sent.location, f"{sent.location}/accept").status_code == 302
    assert len(list_owed_by(cast.mentor.id, now=NOW)) == before
    assert "1 begun" in words(staff.get(address))


def test_a_midterm_is_asked_of_all_with_its_template_and_moves_with_nobody(cast, client_of, address):
    template = make_template("Midterm report")
    typed = {"kind": "midterm", "due_on": DUE.isoformat(), "template": str(template.id)}
    assert submit(client_of(cast.staff), f"{address}/new", **typed).status_code == 302
    (period,) = beside()
    for account in (cast.fellow, cast.other_fellow):
        assert "Midterm report" in owed(account)
        assert told(account) == []
        assert get_desk(account, period.id, now=NOW).template.id == template.id
    due_at = period.due_at
    plan = plan_of(cast.cohort).moved(7 * DAY)
    seen = find_change(cast.cohort, plan, by=7 * DAY).digest
    change_calendar(cast.cohort, plan=plan, by=7 * DAY, seen=seen, actor=cast.staff, now=NOW)
    assert (period.due_at, period.number, period.phase.cohort_id) == (due_at, None, cast.cohort.id)
    assert "Midterm report" in owed(cast.fellow)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"kind": ""}, "kind", "choose what you ask for"),
        ({"kind": "on_request"}, "fellows", "choose of whom"),
        ({"kind": "final", "fellows": "{own}"}, "fellows", "asked of all"),
        ({"kind": "on_request", "fellows": "999999"}, "fellows", "valid choice"),
        ({"called": "Week 5"}, "called", "Weeks are called so"),
        ({"called": "the visit"}, "called", "already"),
        ({"due_on": ""}, "due_on", "fill in"),
        ({"due_on": "2026-06-09"}, "due_on", "before it opens"),
        ({"due_on": "2026-08-09"}, "due_on", "The cohort runs from 11 May 2026 to 17 Jul 2026"),
        ({"opens_on": "2026-06-09"}, "opens_on", "That day is over"),
        ({"template": "999999"}, "template", "valid choice"),
        ({"due_on": "2026-06-22", "kind": "on_request", "fellows": "{own}"}, "due_on", "is on leave"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(cast, client_of, address, typed, field, message):
    make_request(cast.cohort, called="the visit")
    make_leave(cast.fellowship, date(2026, 6, 22))
    usual = {"kind": "midterm", "called": "the middle", "due_on": DUE.isoformat()}
    sent = {name: value.format(own=cast.fellowship.id) for name, value in (usual | typed).items()}
    answer = submit(client_of(cast.staff), f"{address}/new", **sent)
    assert answer.status_code == 422
    page = read(answer)
    assert message in page.select_one(f"#{field}-error").get_text()
    assert page.select_one("#called")["value"] == sent["called"]
    assert len(beside()) == 1


def test_so_many_and_no_more(cast):
    for number in range(MOST):
        ask(cast, replace(ON_REQUEST, called=f"visit {number}"))
    with pytest.raises(Exception, match=f"This cohort has {MOST} reports"):
        ask(cast, replace(ON_REQUEST, called="one more"))
    assert len(ask(cast, replace(ON_REQUEST, called="for one"), [cast.fellowship.id])) == 1


def test_several_are_asked_each_for_themselves(cast):
    periods = ask(cast, ids=[cast.fellowship.id, cast.other_fellowship.id])
    assert {period.fellowship_id for period in periods} == {cast.fellowship.id, cast.other_fellowship.id}
    assert [len(told(account)) for account in (cast.fellow, cast.other_fellow)] == [1, 1]
    begin(cast, next(one for one in periods if one.fellowship_id == cast.fellowship.id))
    take_request_back(
        next(one for one in periods if one.fellowship_id == cast.other_fellowship.id),
        actor=cast.staff,
        now=NOW,
    )
    assert told(cast.other_fellow) == []
    assert [period.fellowship_id for period in beside()] == [cast.fellowship.id]


def test_other_days_are_told_and_what_was_granted_keeps_its_length(cast, client_of):
    (period,) = ask(cast, ids=[cast.fellowship.id])
    granted = Deadline(fellowship_id=cast.fellowship.id, period_id=period.id, due_at=period.due_at + 2 * DAY)
    granted.at = NOW
    db.session.add(granted)
    db.session.flush()
    page = f"/other-reports/{period.id}"
    assert submit(client_of(cast.staff), page, due_on="2026-06-19", called="the visit").status_code == 302
    db.session.expire_all()
    assert (period.title, period.due_at.date(), granted.due_at.date()) == (
        "the visit",
        DUE + DAY,
        DUE + 3 * DAY,
    )
    assert told(cast.fellow) == ["Report for the visit: due Sun 21 Jun, 17:00 BST"]
    refused = submit(client_of(cast.staff), page, due_on="2026-06-09")
    assert refused.status_code == 422
    assert read(refused).select_one("#due_on-error") is not None


def test_who_was_told_is_told_that_it_is_taken_back(cast, client_of, address):
    (period,) = ask(cast, ids=[cast.fellowship.id])
    db.session.scalars(select(Notice)).one().state = NoticeState.SENT
    page = f"/other-reports/{period.id}"
    assert submit(client_of(cast.staff), page, f"{page}/take-back").location == address
    assert (beside(), told(cast.fellow)) == ([], ["A report is not asked for any more"])
    assert client_of(cast.staff).get(page).status_code == 404


def test_what_somebody_has_begun_stands(cast, client_of):
    period = make_request(cast.cohort, fellowship=cast.fellowship)
    begin(cast, period)
    with pytest.raises(ForbiddenStepError, match="has begun this report"):
        change_request(period, wanted=ON_REQUEST, actor=cast.staff, now=NOW)
    refused = client_of(cast.staff).get(f"/other-reports/{period.id}")
    assert "It is begun, so it stands" in words(refused)
    with pytest.raises(ForbiddenStepError):
        take_request_back(period, actor=cast.staff, now=NOW)
    assert beside() == [period]


def test_nobody_changes_what_another_took_back(cast):
    period = make_request(cast.cohort, fellowship=cast.fellowship)
    db.session.execute(ReportPeriod.__table__.delete().where(ReportPeriod.id == period.id))
    with pytest.raises(NotFoundError):
        change_request(period, wanted=ON_REQUEST, actor=cast.staff, now=NOW)


@pytest.mark.parametrize("state", [CohortState.CLOSED, CohortState.ARCHIVED])
def test_a_cohort_that_is_over_asks_for_nothing(cast, client_of, address, state):
    period = make_request(cast.cohort, fellowship=cast.fellowship)
    cast.cohort.state = state
    browser = client_of(cast.staff)
    assert browser.get(f"{address}/new").status_code == 409
    assert read(browser.get(f"/other-reports/{period.id}")).select_one("main form") is None
    for step in (
        lambda own: ask_reports(cast.cohort, wanted=ON_REQUEST, fellowship_ids=None, **own),
        lambda own: change_request(period, wanted=ON_REQUEST, **own),
        lambda own: take_request_back(period, **own),
    ):
        with pytest.raises(ForbiddenStepError):
            step({"actor": cast.staff, "now": NOW})


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager", "analyst"])
def test_only_staff_ask(cast, who):
    with pytest.raises(ForbiddenError):
        ask(cast, actor=getattr(cast, who))
    assert beside() == []
