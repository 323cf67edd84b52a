"""Keeping the pool: who is in it, when they are away, and what is to be done next about them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.mentors.models import EngagementStage
from program.mentors.services import (
    Entry,
    Seats,
    add_absence,
    add_mentor,
    change_engagement,
    change_mentor,
    engage,
    finish_next_step,
    move_next_steps,
    plan_next_step,
    remove_absence,
)
from program.notices.models import Notice, NoticeKind
from program.obligations.models import ObligationKind
from program.obligations.queries import list_coached, list_owed_by
from program.personal.services import erase_person
from program.reminders.services import sweep
from tests.factories import NOW, make_account, make_cohort, make_funnel, make_prospect, track_of

CONFIRMED, DECLINED = EngagementStage.CONFIRMED, EngagementStage.DECLINED
DAY = timedelta(days=1)
FRIDAY = date(2026, 6, 12)


def tags(kind, subject_id):
    query = select(AuditEvent.tag).filter_by(subject_kind=kind, subject_id=subject_id).order_by(AuditEvent.id)
    return db.session.scalars(query).all()


def planned(cast, *, day=FRIDAY, cohort=None):
    engagement = make_funnel(make_prospect(), cohort or cast.cohort)
    plan_next_step(engagement, text="Ring her", day=day, owner=cast.staff, actor=cast.staff, now=NOW)
    return engagement


def steps_owed(account, *, now=NOW):
    owed = list_owed_by(account.id, now=now)
    return [(o.title, o.due_at, o.subject_id) for o in owed if o.kind is ObligationKind.NEXT_STEP]


def test_a_mentor_is_added_and_changed_and_both_are_on_record(cast):
    mentor = add_mentor(Entry("Petra Lindqvist", "petra@people.example"), actor=cast.staff, now=NOW)
    change_mentor(mentor, Entry("Pétra Lindqvist", notes="Met in May."), actor=cast.staff, now=NOW)
    assert (mentor.name, mentor.folded, mentor.email, mentor.notes) == (
        "Pétra Lindqvist",
        "petra lindqvist",
        None,
        "Met in May.",
    )
    assert tags("mentor", mentor.id) == [Tag.MENTOR_ADD, Tag.MENTOR_CHANGE]
    last = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.MENTOR_CHANGE)).one()
    assert last.after == {"changed": "email, name, notes"}


def test_two_mentors_cannot_have_one_address(cast):
    make_prospect(email="petra@people.example")
    with pytest.raises(ConflictError, match="with this address already"):
        add_mentor(Entry("Somebody Else", "petra@people.example"), actor=cast.staff, now=NOW)


def test_only_staff_keep_the_pool(cast):
    for person in (cast.mentor, cast.fellow, cast.manager, cast.analyst):
        with pytest.raises(ForbiddenError):
            change_mentor(cast.mentorship, Entry("Me"), actor=person, now=NOW)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-3, 1), (4, 9), (-3, 9)])
def test_days_away_do_not_overlap(cast, first, last):
    days = {"starts_on": FRIDAY, "ends_on": FRIDAY + 4 * DAY}
    add_absence(cast.mentorship, **days, reason="", actor=cast.staff, now=NOW)
    with pytest.raises(ConflictError, match="overlap 2026-06-12 to 2026-06-16"):
        add_absence(
            cast.mentorship,
            starts_on=FRIDAY + first * DAY,
            ends_on=FRIDAY + last * DAY,
            reason="",
            actor=cast.staff,
            now=NOW,
        )


def test_days_away_are_removed_and_can_be_given_again(cast):
    days = {"starts_on": FRIDAY, "ends_on": FRIDAY}
    absence = add_absence(cast.mentorship, **days, reason="Wedding", actor=cast.staff, now=NOW)
    remove_absence(absence, actor=cast.staff, now=NOW)
    assert add_absence(cast.mentorship, **days, reason="", actor=cast.staff, now=NOW).starts_on == FRIDAY


def test_a_part_in_a_cohort_begins_with_a_step(cast):
    track, mentor = track_of(cast.cohort, "Governance"), make_prospect()
    engagement = engage(mentor, cast.cohort, track=track, seats=Seats(1, 3, 2), actor=cast.staff, now=NOW)
    assert [(s.from_stage, s.to_stage, s.at, s.by_id) for s in engagement.steps] == [
        (None, EngagementStage.IDENTIFIED, NOW, cast.staff.id)
    ]
    assert (engagement.seats_min, engagement.seats_wanted, engagement.seats_granted) == (1, 3, 2)
    with pytest.raises(ConflictError, match="Petra Lindqvist has a part in Summer 26 already"):
        engage(mentor, cast.cohort, track=track, seats=Seats(), actor=cast.staff, now=NOW)


def test_an_archived_cohort_is_only_read(cast):
    engagement = planned(cast)
    cast.cohort.state = CohortState.ARCHIVED
    track = engagement.track
    for change in (
        lambda: engage(
            make_prospect(name="B"), cast.cohort, track=track, seats=Seats(), actor=cast.staff, now=NOW
        ),
        lambda: change_engagement(engagement, track=track, seats=Seats(), actor=cast.staff, now=NOW),
        lambda: finish_next_step(engagement, actor=cast.staff, now=NOW),
    ):
        with pytest.raises(ForbiddenStepError, match="archived"):
            change()


def test_a_next_step_is_owed_by_its_owner_until_the_end_of_its_day_in_the_cohorts_zone(cast):
    engagement = planned(cast)
    due = datetime(2026, 6, 12, 22, 59, tzinfo=UTC)
    assert steps_owed(cast.staff) == [("Petra Lindqvist: Ring her", due, engagement.id)]
    assert steps_owed(cast.manager) == []


def test_a_next_step_is_on_record_with_what_was_planned_before(cast):
    engagement = planned(cast)
    told = {"text": "Write", "day": FRIDAY + DAY, "owner": cast.staff}
    plan_next_step(engagement, **told, actor=cast.staff, now=NOW)
    events = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ENGAGEMENT_CHANGE)).all()
    days = [(event.before["next_step_on"], event.after["next_step_on"]) for event in events]
    assert days == [(None, "2026-06-12"), ("2026-06-12", "2026-06-13")]
    assert events[1].before["owner"] == cast.staff.id


def test_in_a_cohort_of_anywhere_on_earth_the_day_ends_there(cast):
    cast.cohort.anywhere_on_earth = True
    planned(cast)
    assert [due for _title, due, _subject in steps_owed(cast.staff)] == [
        datetime(2026, 6, 13, 11, 59, tzinfo=UTC)
    ]


def test_when_the_zone_of_a_cohort_moves_its_next_steps_move_with_it(cast):
    planned(cast)
    cast.cohort.time_zone = "Asia/Tokyo"
    assert move_next_steps(cast.cohort) == 1
    assert [due for _title, due, _subject in steps_owed(cast.staff)] == [
        datetime(2026, 6, 12, 14, 59, tzinfo=UTC)
    ]


def test_the_owner_is_reminded_and_no_more_once_it_is_done(cast):
    engagement = planned(cast, day=NOW.date() + DAY)
    sweep(now=NOW)
    reminders = select(Notice.account_id).filter_by(kind=NoticeKind.REMINDER, subject_kind="next_step")
    assert db.session.scalars(reminders).all() == [cast.staff.id]
    finish_next_step(engagement, actor=cast.staff, now=NOW)
    finish_next_step(engagement, actor=cast.staff, now=NOW)
    assert steps_owed(cast.staff) == []
    sweep(now=NOW + 2 * DAY)
    assert db.session.scalars(reminders).all() == [cast.staff.id]


@pytest.mark.parametrize("state", [CohortState.CLOSED, CohortState.ARCHIVED])
def test_in_a_cohort_that_is_over_no_step_is_owed(cast, state):
    planned(cast)
    cast.cohort.state = state
    db.session.flush()
    assert steps_owed(cast.staff) == []


def test_a_cohort_in_planning_is_recruited_for(cast):
    planned(cast, cohort=make_cohort(name="Winter 26", state=CohortState.PLANNING))
    assert len(steps_owed(cast.staff)) == 1


def test_what_staff_plan_is_not_shown_to_a_research_manager(cast):
    both = make_account(name="Fay Both", roles=[Role.FELLOW, Role.STAFF])
    engagement = make_funnel(make_prospect(), cast.cohort)
    plan_next_step(engagement, text="Ring her", day=FRIDAY, owner=both, actor=cast.staff, now=NOW)
    assert len(steps_owed(both)) == 1
    assert list_coached([both.id], now=NOW) == []


def test_an_erased_mentor_leaves_no_name_and_nothing_to_do(cast):
    engagement = make_funnel(cast.mentorship, make_cohort(name="Winter 26"))
    plan_next_step(engagement, text="Ring Margit", day=FRIDAY, owner=cast.staff, actor=cast.staff, now=NOW)
    erase_person(cast.mentor, actor=cast.staff, now=NOW)
    assert steps_owed(cast.staff) == []
    assert (cast.mentorship.name, cast.mentorship.folded) == ("former mentor", "former mentor")
