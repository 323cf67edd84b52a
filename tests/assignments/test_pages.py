"""Staff assign mentors: two who lead at once and days outside are refused, what is doubtful is asked once more."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from program.access import POLICY, Permission, Role, every
from program.assignments.queries import list_seats
from program.assignments.rules import Wish
from program.assignments.services import assign_mentor, list_doubts
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.errors import ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, FellowshipStage
from program.fellows.services import FellowError
from program.mentors.models import Engagement, EngagementStage, MentorAbsence
from tests.factories import (
    NOW,
    make_absence,
    make_account,
    make_assignment,
    make_cohort,
    make_engagement,
    make_fellowship,
    make_mentor,
)
from tests.pages import read, submit, words

DAY = timedelta(days=1)
TODAY = NOW.date()
LEAD, CO = AssignmentKind.PRIMARY, AssignmentKind.CO


@pytest.fixture
def third(cast):
    """A mentor with two seats in the cohort, who has nobody yet."""
    mentor = make_mentor(make_account(name="Third Mentor", roles=[Role.MENTOR]))
    make_engagement(mentor, cast.cohort, track="Governance", seats=2)
    return mentor


def assigned(cast, client_of, mentor, **typed):
    address = f"/fellowships/{cast.fellowship.id}/mentors"
    return submit(client_of(cast.staff), address, address, mentor=mentor.id, **typed)


def complaint(response, field):
    assert response.status_code == 422
    return read(response).select_one(f"#{field}-error").get_text()


def course(cast):
    query = select(Assignment).filter_by(fellowship_id=cast.fellowship.id).order_by(Assignment.id)
    return [(a.mentor.name, a.kind, a.starts_on, a.ends_on) for a in db.session.scalars(query)]


def test_nobody_is_assigned_who_was_not_chosen(cast, client_of):
    address = f"/fellowships/{cast.fellowship.id}/mentors"
    assert "Please choose a mentor" in complaint(submit(client_of(cast.staff), address, address), "mentor")
    assert len(course(cast)) == 1


def test_a_co_mentor_stands_beside(cast, client_of, third):
    assert assigned(cast, client_of, third, kind="co", ends_on="2026-07-01").status_code == 302
    assert course(cast)[1:] == [("Third Mentor", CO, TODAY, date(2026, 7, 1))]
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ASSIGNMENT_START)).one()
    said = {"mentor": third.id, "kind": "co", "from": TODAY.isoformat(), "to": "2026-07-01"}
    assert (event.actor_id, event.subject_id, event.after) == (cast.staff.id, cast.fellowship.id, said)


def test_a_second_primary_mentor_is_refused_and_one_who_replaces_is_not(cast, client_of, third):
    refused = assigned(cast, client_of, third)
    assert "Margit Vanders is the primary mentor from 11 May 2026 on." in complaint(refused, "starts_on")
    assert len(course(cast)) == 1
    assert assigned(cast, client_of, third, replaces="y").status_code == 302
    assert course(cast) == [
        ("Margit Vanders", LEAD, cast.cohort.starts_on, TODAY - DAY),
        ("Third Mentor", LEAD, TODAY, None),
    ]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"starts_on": "2026-05-10"}, "starts_on", "The fellowship runs from 11 May 2026 to 17 Jul 2026"),
        ({"ends_on": "2026-07-18"}, "ends_on", "The fellowship runs from 11 May 2026 to 17 Jul 2026"),
        ({"ends_on": "2026-06-01"}, "ends_on", "The last day is before the first."),
        ({"starts_on": ""}, "starts_on", "Please fill in “From”."),
        ({"starts_on": "tomorrow"}, "starts_on", "Not a valid date"),
        ({"kind": "boss"}, "kind", "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(cast, client_of, third, typed, field, said):
    assert said in complaint(assigned(cast, client_of, third, **{"kind": "co", **typed}), field)
    assert len(course(cast)) == 1


def test_nobody_is_assigned_twice_at_once(cast, client_of):
    again = assigned(cast, client_of, cast.mentorship, kind="co")
    assert "is assigned to this fellow already" in complaint(again, "mentor")


def test_somebody_who_is_away_or_has_no_seat_is_assigned_if_it_is_meant_so(cast, client_of, third):
    away = MentorAbsence(mentor_id=third.id, starts_on=TODAY + DAY, ends_on=TODAY + 9 * DAY)
    db.session.add(away)
    doubts = complaint(assigned(cast, client_of, third, replaces="y"), "anyway")
    assert doubts.startswith("Third Mentor is away from 11 Jun 2026 to 19 Jun 2026.")
    db.session.delete(away)
    [engagement] = [s for s in list_seats(cast.cohort.id, day=TODAY) if s.mentor is third]
    assert engagement.words == "0 of 2 seats taken"
    for stage, seats, said in [
        (EngagementStage.INTERESTED, 2, "was granted no seats"),
        (EngagementStage.CONFIRMED, 0, "was granted no seats"),
    ]:
        row = engaged(cast, third)
        row.stage, row.seats_granted = stage, seats
        assert said in complaint(assigned(cast, client_of, third, replaces="y"), "anyway")
    assert course(cast) == [("Margit Vanders", LEAD, cast.cohort.starts_on, None)]
    assert assigned(cast, client_of, third, replaces="y", anyway="y").status_code == 302


def engaged(cast, mentor):
    """The mentor's part in the cohort."""
    return db.session.scalars(
        select(Engagement).filter_by(mentor_id=mentor.id, cohort_id=cast.cohort.id)
    ).one()


def test_a_full_mentor_is_doubted(cast, client_of, third):
    engaged(cast, third).seats_granted = 1
    assign_mentor(
        cast.other_fellowship, third, wish=Wish(LEAD, TODAY, None), replaces=True, actor=cast.staff, now=NOW
    )
    doubts = complaint(assigned(cast, client_of, third, replaces="y"), "anyway")
    assert "has no seat left: 1 of 1 seats taken" in doubts


def test_mentors_of_other_cohorts_and_who_withdrew_are_not_offered(cast, client_of, third):
    engaged(cast, third).stage = EngagementStage.WITHDRAWN
    stranger = make_mentor(make_account(name="Strange Mentor"))
    make_engagement(stranger, make_cohort(name="Winter 26"), track="Governance")
    for mentor in (third, stranger):
        assert "Not a valid choice" in complaint(assigned(cast, client_of, mentor, kind="co"), "mentor")


def test_who_withdrew_is_not_assigned_whatever_is_ticked(cast, third):
    stranger = make_mentor(make_account(name="Strange Mentor"))
    engaged(cast, third).stage = EngagementStage.WITHDRAWN
    for mentor in (third, stranger):
        with pytest.raises(FellowError, match="does not mentor in this cohort") as refused:
            assign_mentor(
                cast.fellowship, mentor, wish=Wish(CO, TODAY, None), anyway=True, actor=cast.staff, now=NOW
            )
        assert refused.value.field == "mentor"


def test_nobody_s_time_is_ended_for_who_is_refused(cast, client_of, third):
    engaged(cast, third).seats_granted = 0
    refused = assigned(cast, client_of, third, replaces="y")
    assert refused.status_code == 422
    assert "primary mentor · 11 May 2026 until the fellowship ends" in words(refused)


def test_what_somebody_else_changed_meanwhile_is_read_anew(cast, third):
    """As when two staff look, one lets the first mentor stay, and the other one assigns the next."""
    [own] = cast.fellowship.assignments
    own.ends_on = TODAY - DAY
    db.session.flush()
    query = update(Assignment).where(Assignment.id == own.id).values(ends_on=None)
    db.session.execute(query, execution_options={"synchronize_session": False})
    with pytest.raises(FellowError, match="There is one on each day"):
        assign_mentor(cast.fellowship, third, wish=Wish(LEAD, TODAY, None), actor=cast.staff, now=NOW)


def test_a_mistake_of_today_is_replaced_and_one_of_the_past_is_not(cast, client_of, third):
    [own] = cast.fellowship.assignments
    again = {"replaces": "y", "starts_on": own.starts_on.isoformat()}
    assert "Margit Vanders is the primary" in complaint(
        assigned(cast, client_of, third, **again), "starts_on"
    )
    own.starts_on = TODAY
    assert assigned(cast, client_of, third, replaces="y").status_code == 302
    assert course(cast) == [("Third Mentor", LEAD, TODAY, None)]


def test_before_a_cohort_begins_the_seats_are_those_of_its_first_day(cast, client_of):
    autumn = make_cohort(name="Autumn 26", starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 1))
    mentor = make_mentor(make_account(name="Third Mentor", roles=[Role.MENTOR]))
    make_engagement(mentor, autumn, track="Governance", seats=2)
    first, second = (
        make_fellowship(make_account(name=name), autumn, stage=FellowshipStage.ACCEPTED)
        for name in ("Ada One", "Ben Two")
    )
    make_assignment(first, mentor, starts_on=autumn.starts_on)
    assert "1 of 2 seats taken" in words(client_of(cast.staff).get(f"/fellowships/{second.id}/mentors"))


def test_who_is_away_once_the_fellowship_is_over_is_not_doubted(cast, third):
    make_absence(third, starts_on=date(2026, 7, 18), ends_on=date(2026, 7, 20))
    wish = Wish(LEAD, TODAY, None)
    assert list_doubts(cast.fellowship, third, wish=wish, now=NOW) == []
    cast.fellowship.ends_on = date(2026, 7, 18)
    assert len(list_doubts(cast.fellowship, third, wish=wish, now=NOW)) == 1


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager"])
def test_only_staff_assign(cast, third, who):
    wish = Wish(CO, TODAY, None)
    with pytest.raises(ForbiddenError):
        assign_mentor(cast.fellowship, third, wish=wish, actor=getattr(cast, who), now=NOW)


def test_a_policy_that_lets_mentors_assign_themselves_would_be_seen(cast, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.FELLOWSHIP_CHANGE, dict.fromkeys(Role, every))
    assign_mentor(
        cast.fellowship, cast.other_mentorship, wish=Wish(CO, TODAY, None), actor=cast.other_mentor, now=NOW
    )
    assert course(cast)[-1][0] == "Desmond Oyelaran"


def test_an_archived_cohort_stays_as_it_is(cast, third):
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError):
        assign_mentor(cast.fellowship, third, wish=Wish(CO, TODAY, None), actor=cast.staff, now=NOW)


def test_the_service_refuses_a_second_who_leads(cast, third):
    with pytest.raises(FellowError, match="There is one on each day"):
        assign_mentor(cast.fellowship, third, wish=Wish(LEAD, TODAY, None), actor=cast.staff, now=NOW)
