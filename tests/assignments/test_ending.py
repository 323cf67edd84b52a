"""An assignment is given its last day; one that is yet to begin is taken back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from program.access import Role
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind
from tests.factories import NOW, make_account, make_assignment, make_engagement, make_mentor
from tests.pages import read, submit, token_of, words

TODAY, DAY = NOW.date(), timedelta(days=1)


@pytest.fixture
def third(cast):
    """Somebody else who mentors in the cohort."""
    mentor = make_mentor(make_account(name="Third Mentor", roles=[Role.MENTOR]))
    make_engagement(mentor, cast.cohort, track="Governance")
    return mentor


@pytest.fixture
def own(cast):
    """The assignment of the fellow's mentor."""
    return cast.fellowship.assignments[0]


def address(cast):
    return f"/fellowships/{cast.fellowship.id}/mentors"


def ended(cast, client_of, assignment, day):
    """The answer to this last day."""
    action = f"/assignments/{assignment.id}/end"
    return submit(client_of(cast.staff), address(cast), action, ends_on=day)


def complaint(response):
    assert response.status_code == 422
    return read(response).select_one("#other_ends_on-error").get_text()


def test_an_assignment_ends_with_a_day_that_is_one_of_its_own(cast, client_of, own):
    assert "The last day is before the first." in complaint(ended(cast, client_of, own, "2026-05-10"))
    assert "The fellowship runs from" in complaint(ended(cast, client_of, own, "2026-07-18"))
    assert ended(cast, client_of, own, "2026-06-09").status_code == 302
    db.session.refresh(own)
    assert (own.starts_on, own.ends_on) == (cast.cohort.starts_on, date(2026, 6, 9))


def test_an_end_that_would_make_two_lead_is_refused(cast, client_of, own, third):
    own.ends_on = TODAY - DAY
    make_assignment(cast.fellowship, third, starts_on=TODAY)
    refused = complaint(ended(cast, client_of, own, "2026-06-20"))
    assert "Third Mentor is the primary mentor from 10 Jun 2026 on." in refused


def test_one_that_is_yet_to_begin_is_taken_back_and_one_that_has_begun_is_not(cast, client_of, own, third):
    planned = make_assignment(cast.fellowship, third, kind=AssignmentKind.CO, starts_on=TODAY + DAY)
    browser = client_of(cast.staff)
    buttons = [b["formaction"] for b in read(browser.get(address(cast))).select("button[formaction]")]
    assert buttons == [f"/assignments/{planned.id}/take-back"]
    sent = {"csrf_token": token_of(browser, address(cast))}
    refused = browser.post(f"/assignments/{own.id}/take-back", data=sent)
    assert refused.status_code == 409
    assert "The time with Margit Vanders has begun. Set its last day instead." in words(refused)
    answer = browser.post(buttons[0], data=sent)
    assert (answer.status_code, answer.location) == (302, address(cast))
    left = select(Assignment.id).filter_by(fellowship_id=cast.fellowship.id)
    assert db.session.scalars(left).all() == [own.id]
    assert browser.post(buttons[0], data=sent).status_code == 404
