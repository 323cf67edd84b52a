"""Staff give, change and take back leaves; what they pause is said."""

from datetime import date

import pytest
from sqlalchemy import delete, select

from program.access import POLICY, Permission, Role, every
from program.cohorts.models import CohortState
from program.errors import ForbiddenError, ForbiddenStepError, NotFoundError
from program.extensions import db
from program.fellows.models import Leave
from program.leaves.services import add_leave, change_leave, remove_leave
from program.obligations.queries import list_owed_by
from tests.factories import NOW, make_leave, make_report
from tests.pages import read, submit, words

FIRST, LAST = date(2026, 6, 11), date(2026, 6, 19)


def given(cast, client_of, **typed):
    address = f"/fellowships/{cast.fellowship.id}/leaves"
    days = {"starts_on": FIRST.isoformat(), "ends_on": LAST.isoformat()}
    return submit(client_of(cast.staff), address, address, **{**days, **typed})


def complaint(response, field):
    assert response.status_code == 422
    return read(response).select_one(f"#{field}-error").get_text()


def leaves():
    return [(one.starts_on, one.ends_on, one.reason) for one in db.session.scalars(select(Leave))]


def test_a_leave_is_given_and_says_what_it_pauses(cast, client_of):
    done = given(cast, client_of, reason="A wedding.")
    assert done.status_code == 302
    assert leaves() == [(FIRST, LAST, "A wedding.")]
    page = words(client_of(cast.staff).get(done.location))
    assert "11 Jun 2026 to 19 Jun 2026 no report for week 5, week 6 · A wedding." in page


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"starts_on": "2026-05-10"}, "starts_on", "The fellowship runs from 11 May 2026 to 17 Jul 2026"),
        ({"ends_on": "2026-07-18"}, "ends_on", "The fellowship runs from 11 May 2026 to 17 Jul 2026"),
        ({"ends_on": "2026-06-10"}, "ends_on", "The last day is before the first."),
        ({"starts_on": "2026-06-01", "ends_on": "2026-06-05"}, "ends_on", "There is a leave from 5 Jun 2026"),
        ({"starts_on": ""}, "starts_on", "Please fill in “First day”."),
        ({"reason": "x" * 201}, "reason", "longer than 200 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(cast, client_of, typed, field, said):
    make_leave(cast.fellowship, date(2026, 6, 5))
    assert said in complaint(given(cast, client_of, **typed), field)
    assert len(leaves()) == 1


def test_a_leave_ends_earlier_and_is_taken_back(cast, client_of):
    for number in range(1, 5):
        make_report(cast.fellowship, number=number)
    given(cast, client_of)
    assert list_owed_by(cast.fellow.id, now=NOW) == []
    [leave] = db.session.scalars(select(Leave)).all()
    browser, address = client_of(cast.staff), f"/fellowships/{cast.fellowship.id}/leaves"
    wrong = submit(browser, address, f"/leaves/{leave.id}", ends_on="2026-06-10")
    assert "before the first" in complaint(wrong, "other_ends_on")
    ids = [part["id"] for part in read(wrong).select("[id]")]
    assert len(ids) == len(set(ids))
    assert submit(browser, address, f"/leaves/{leave.id}", ends_on="2026-06-11").status_code == 302
    assert [o.about for o in list_owed_by(cast.fellow.id, now=NOW)] == ["report for week 5"]
    assert submit(browser, address, f"/leaves/{leave.id}/remove").status_code == 302
    assert leaves() == []


def test_a_leave_that_somebody_else_took_back_is_neither_changed_nor_taken_back_again(cast):
    leave, told = make_leave(cast.fellowship, FIRST), {"actor": cast.staff, "now": NOW}
    db.session.execute(delete(Leave), execution_options={"synchronize_session": False})
    with pytest.raises(NotFoundError, match="taken back by somebody else"):
        change_leave(leave, ends_on=LAST, **told)
    with pytest.raises(NotFoundError, match="taken back by somebody else"):
        remove_leave(leave, **told)


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager"])
def test_only_staff_give_leave(cast, who):
    with pytest.raises(ForbiddenError):
        add_leave(
            cast.fellowship, starts_on=FIRST, ends_on=LAST, reason="", actor=getattr(cast, who), now=NOW
        )


def test_a_policy_that_lets_fellows_give_themselves_leave_would_be_seen(cast, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.FELLOWSHIP_CHANGE, dict.fromkeys(Role, every))
    add_leave(cast.fellowship, starts_on=FIRST, ends_on=LAST, reason="", actor=cast.fellow, now=NOW)
    assert len(leaves()) == 1


def test_an_archived_cohort_stays_as_it_is(cast):
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError):
        add_leave(cast.fellowship, starts_on=FIRST, ends_on=LAST, reason="", actor=cast.staff, now=NOW)
