"""Staff change deadlines: shown first, then done as it was seen, and told to whom it is about."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.deadlines.models import Deadline
from program.deadlines.services import forget_deadlines, move_deadlines
from program.delivery.composers import COMPOSERS
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.notices.models import Notice, NoticeKind
from program.obligations.queries import list_owed_by
from program.postponing.changes import Deed, Wish
from program.postponing.queries import find_change
from program.postponing.services import change_deadlines
from tests.factories import NOW, make_report, period_of
from tests.pages import filled, find_form, read, words

DAY = timedelta(days=1)


@pytest.fixture
def week(cast):
    for number in range(1, 5):
        make_report(cast.fellowship, number=number, at=NOW - 2 * DAY)
    return period_of(cast.cohort, 5)


def granted():
    query = select(Deadline).order_by(Deadline.fellowship_id, Deadline.period_id)
    return [(one.fellowship_id, one.period_id, one.due_at, one.reason) for one in db.session.scalars(query)]


def do(cast, week, deed=Deed.EXTEND, *, actor=None, now=NOW, **how):
    wish = Wish(deed, week.id, frozenset({cast.fellowship.id}), **how)
    seen = find_change(cast.cohort, wish).digest
    return change_deadlines(
        cast.cohort, wish=wish, reason="Ill.", seen=seen, actor=actor or cast.staff, now=now
    )


def complaint(response, field):
    assert response.status_code == 422
    return read(response).select_one(f"#{field}-error").get_text()


def posted(browser, page, address, **typed):
    form = find_form(page, address)
    return browser.post(address, data={**filled(form), **typed})


def test_an_extension_that_cascades_is_shown_and_then_done(cast, client_of, week):
    make_report(cast.other_fellowship, number=5, at=NOW - DAY)
    browser, address = client_of(cast.staff), f"/cohorts/{cast.cohort.id}/deadlines"
    typed = {
        "period": week.id,
        "everybody": "y",
        "deed": "extend",
        "days": "3",
        "cascade": "y",
        "reason": "Fire.",
    }
    seen = posted(browser, read(browser.get(address)), address, **typed)
    assert seen.status_code == 200
    assert granted() == []
    page = words(seen)
    assert "Amara Okafor week 5 Fri 12 Jun, 17:00 BST Mon 15 Jun, 17:00 BST moves" in page
    assert "Kwame Boadu week 5 Fri 12 Jun, 17:00 BST Fri 12 Jun, 17:00 BST sent already, left out" in page
    digest = read(seen).select_one("button[name=seen][value]:not([value=''])")["value"]
    done = posted(browser, read(seen), address, **typed, seen=digest)
    assert done.status_code == 302
    assert len(granted()) == 6 + 5
    assert granted()[0] == (cast.fellowship.id, week.id, week.due_at + 3 * DAY, "Fire.")


def test_what_changed_meanwhile_is_not_done_unseen(cast, client_of, week):
    browser, address = client_of(cast.staff), f"/cohorts/{cast.cohort.id}/deadlines"
    typed = {
        "period": week.id,
        "fellows": cast.fellowship.id,
        "deed": "extend",
        "days": "3",
        "reason": "Fire.",
    }
    seen = posted(browser, read(browser.get(address)), address, **typed)
    digest = read(seen).select_one("button[name=seen][value]:not([value=''])")["value"]
    make_report(cast.fellowship, number=5)
    stale = posted(browser, read(seen), address, **typed, seen=digest)
    assert stale.status_code == 409
    assert "Nothing was changed" in words(stale)
    assert granted() == []
    wish = Wish(Deed.EXTEND, week.id, frozenset({cast.fellowship.id}), days=3)
    with pytest.raises(ConflictError):
        change_deadlines(cast.cohort, wish=wish, reason="", seen=digest, actor=cast.staff, now=NOW)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"fellows": "", "days": "3"}, "fellows", "choose for whom"),
        ({"days": ""}, "days", "either how many days more, or the day"),
        ({"days": "3", "until": "2026-06-20"}, "days", "either how many days more, or the day"),
        ({"days": "0"}, "days", "from 1 to 180"),
        ({"days": "", "until": "2026-06-01"}, "days", "before the deadline in the calendar"),
        ({"days": "", "until": "2126-06-01"}, "days", "look at the year"),
        ({"days": "3", "reason": ""}, "reason", "say why"),
        ({"days": "3", "period": "999999"}, "period", "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(cast, client_of, week, typed, field, message):
    browser, address = client_of(cast.staff), f"/cohorts/{cast.cohort.id}/deadlines"
    usual = {"period": week.id, "fellows": cast.fellowship.id, "deed": "extend", "reason": "Fire."}
    answer = posted(browser, read(browser.get(address)), address, **{**usual, **typed})
    assert answer.status_code == 422
    assert message in complaint(answer, field)


def test_who_was_excused_owes_nothing_until_it_is_taken_back(cast, week):
    do(cast, week, Deed.EXCUSE)
    assert list_owed_by(cast.fellow.id, now=NOW) == []
    do(cast, week, Deed.RESTORE, now=NOW + DAY)
    assert [o.due_at for o in list_owed_by(cast.fellow.id, now=NOW)] == [week.due_at]
    assert granted() == []


def test_each_change_is_written_down_with_the_dates_before_and_after(cast, week):
    do(cast, week, days=3)
    do(cast, week, Deed.EXCUSE, now=NOW + DAY)
    first, second = db.session.scalars(
        select(AuditEvent).filter_by(tag=Tag.DEADLINE_CHANGE).order_by(AuditEvent.id)
    )
    assert first.before == {"week 5": week.due_at.isoformat()}
    assert first.after == second.before == {"week 5": (week.due_at + 3 * DAY).isoformat()}
    assert second.after == {"week 5": "excused"}
    assert "Ill." not in str([first.before, first.after])


def test_the_mail_names_the_new_date_in_the_readers_zone_and_is_dropped_once_it_is_not_so(app, cast, week):
    cast.fellow.time_zone = "America/New_York"
    do(cast, week, days=3, cascade=True)
    [notice] = db.session.scalars(select(Notice).filter_by(kind=NoticeKind.DEADLINE_CHANGED))
    with app.test_request_context():
        composed = COMPOSERS[NoticeKind.DEADLINE_CHANGED]([notice], NOW)
        mail = composed[notice.id]()
    assert "Report for week 5: due Mon 15 Jun, 12:00 EDT" in mail.subject
    assert "Your report for week 6 is due Mon 22 Jun, 12:00 EDT." in mail.text
    do(cast, week, Deed.EXCUSE, now=NOW + DAY)
    assert "Deadlines of your reports have changed" in mail_of(app, notice).subject


def mail_of(app, notice):
    with app.test_request_context():
        return COMPOSERS[NoticeKind.DEADLINE_CHANGED]([notice], NOW)[notice.id]()


def notices():
    query = select(Notice).filter_by(kind=NoticeKind.DEADLINE_CHANGED).order_by(Notice.id)
    return db.session.scalars(query).all()


def test_the_mail_of_one_alone_is_dropped_once_it_is_not_so(app, cast, week):
    do(cast, week, days=3)
    do(cast, week, Deed.EXCUSE, now=NOW + DAY)
    assert COMPOSERS[NoticeKind.DEADLINE_CHANGED](notices()[:1], NOW) == {}


def test_later_ones_of_which_nothing_stands_any_more_are_in_the_mail_too(app, cast, week):
    later = "Later reports of yours have other deadlines too: your list says which."
    do(cast, week, days=3, cascade=True)
    do(cast, week, days=1, now=NOW + DAY)
    do(cast, week, Deed.RESTORE, cascade=True, now=NOW + 2 * DAY)
    mails = [mail_of(app, notice).text for notice in notices()[1:] if notice.due_at == week.due_at]
    assert [later in mail for mail in mails] == [True]
    assert "as in the calendar" in mails[0]


def test_who_sent_late_is_told_only_that_it_counts_as_on_time(app, cast, week):
    make_report(cast.fellowship, number=5, at=week.due_at + 2 * DAY)
    do(cast, week, days=1)
    assert notices() == []
    do(cast, week, days=2, now=NOW + DAY)
    [notice] = notices()
    mail = mail_of(app, notice)
    assert "on time" in mail.subject
    assert "Your report for week 5 counts as on time: its deadline is Mon 15 Jun, 17:00 BST" in mail.text


def test_how_many_are_told_is_said(cast, client_of, week):
    make_report(cast.fellowship, number=5, at=week.due_at + 2 * DAY)
    browser, address = client_of(cast.staff), f"/cohorts/{cast.cohort.id}/deadlines"
    for days, told in (("1", "Nobody gets a mail"), ("2", "1 fellow gets a mail")):
        typed = {
            "period": week.id,
            "fellows": cast.fellowship.id,
            "deed": "extend",
            "days": days,
            "reason": "x",
        }
        seen = posted(browser, read(browser.get(address)), address, **typed)
        digest = read(seen).select_one("button[name=seen][value]:not([value=''])")["value"]
        done = posted(browser, read(seen), address, **typed, seen=digest)
        assert told in read(browser.get(done.location)).select_one(".flash").get_text()


def test_only_staff_may_and_only_while_the_cohort_goes_on(cast, week):
    for actor in (cast.fellow, cast.manager, cast.mentor, cast.analyst):
        with pytest.raises(ForbiddenError):
            do(cast, week, actor=actor, days=3)
    cast.cohort.state = CohortState.CLOSED
    db.session.flush()
    with pytest.raises(ForbiddenStepError):
        do(cast, week, days=3)


def test_what_was_granted_moves_and_goes_with_the_calendar(cast, week):
    do(cast, week, days=3)
    move_deadlines({week.id: (week.due_at, week.due_at + 7 * DAY)}, zone_name="Europe/London")
    assert granted()[0][2] == week.due_at + 10 * DAY
    forget_deadlines([week.id])
    assert granted() == []
