"""Staff who assign, withdraw and take back the same things at the same moment, on real connections."""

from itertools import repeat

import pytest
from sqlalchemy import delete, func, select

from program import clock
from program.extensions import db, limiter
from program.fellows.models import Assignment, Fellowship, Leave
from program.mentors.models import Engagement, Mentor, MentorAbsence
from program.notices.models import Notice, NoticeKind
from tests.at_once import counts, pressed, pressed_each, statuses
from tests.factories import make_absence, make_leave
from tests.pages import signed_in
from tests.scenarios import running_cohort

pytestmark = pytest.mark.live


@pytest.fixture
def place(live, now):
    """The cast on a database where commits are commits, and four browsers of staff."""
    limiter.reset()
    with live.app.app_context():
        cast = running_cohort()
        part = db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()
        found = {
            "fellowship": cast.fellowship.id,
            "other_fellowship": cast.other_fellowship.id,
            "mentor": cast.mentorship.id,
            "part": part.id,
            "heir": cast.other_mentorship.id,
            "staff": [signed_in(live.app, cast.staff) for _ in range(4)],
        }
        db.session.commit()
        db.session.remove()
    return found


@pytest.fixture
def unassigned(live, place):
    """Nobody mentors anybody, and the mentor has one seat."""
    with live.app.app_context():
        db.session.execute(delete(Assignment))
        db.session.get(Engagement, place["part"]).seats_granted = 1
        db.session.commit()
    return place


def test_of_four_primary_mentors_assigned_at_once_one_is(live, unassigned):
    page = f"/fellowships/{unassigned['fellowship']}/mentors"
    typed = [{"mentor": unassigned[who]} for who in ("mentor", "heir", "mentor", "heir")]
    assert statuses(pressed(unassigned["staff"], page, page, typed)) == [302, 422, 422, 422]
    assert counts(live, Assignment) == [1]


def test_a_last_seat_that_two_fellows_are_to_have_at_once_goes_to_one(live, unassigned):
    pages = [f"/fellowships/{unassigned[who]}/mentors" for who in ("fellowship", "other_fellowship")]
    places = [(browser, page, page) for browser, page in zip(unassigned["staff"], pages, strict=False)]
    typed = repeat({"mentor": unassigned["mentor"]})
    assert statuses(pressed_each(places, typed)) == [302, 422]
    assert counts(live, Assignment) == [1]


def test_a_mentor_who_is_withdrawn_four_times_at_once_withdraws_once(live, place):
    page = f"/engagements/{place['part']}/withdrawal"
    typed = repeat({f"fellow-{place['fellowship']}": place["heir"], "reason": "New job."})
    assert statuses(pressed(place["staff"], page, page, typed)) == [302] * 4
    with live.app.app_context():
        told = select(func.count()).where(Notice.kind == NoticeKind.MENTOR_WITHDRAWN, Notice.rung == "fellow")
        assert db.session.scalar(told) == 1


def test_what_is_taken_back_four_times_at_once_is_gone(live, place):
    fellowship, mentor, today = place["fellowship"], place["heir"], clock.now().date()
    with live.app.app_context():
        leave = make_leave(db.session.get(Fellowship, fellowship), today).id
        days = make_absence(db.session.get(Mentor, mentor), starts_on=today, ends_on=today).id
        db.session.commit()
    for page, action in (
        (f"/fellowships/{fellowship}/leaves", f"/leaves/{leave}/remove"),
        (f"/mentors/{mentor}", f"/mentors/absences/{days}/remove"),
    ):
        assert statuses(pressed(place["staff"], page, action)) == [302, 404, 404, 404]
    assert counts(live, Leave, MentorAbsence) == [0, 0]
