"""Each step about cohorts, mentors, fellows, organisations and sheets is staff's alone, and on record with before and after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from program.access import Role
from program.assignments.rules import Wish
from program.assignments.services import assign_mentor, end_assignment, take_back_assignment
from program.audit.models import AuditEvent, Tag
from program.coaching.services import hand_over
from program.cohorts.models import AuthorshipMode, CohortState, PeriodKind
from program.cohorts.plans import plan_of
from program.cohorts.services import create_cohort, describe_cohort, step_cohort
from program.errors import ForbiddenError
from program.evaluations.models import Moment
from program.evaluations.services import set_round, take_round_back
from program.extending.services import extend_into_cohort, extend_into_phase
from program.extensions import db
from program.fellows.listing import Choice
from program.fellows.models import AssignmentKind, FellowshipStage
from program.fellows.services import change_fellowship, place_fellow, preview_steps, take_steps
from program.imports.services import answer_questions, cancel_import, choose_columns, confirm_import
from program.ladders.rules import digest_of
from program.ladders.services import keep_ladder
from program.leaves.services import add_leave, change_leave, remove_leave
from program.mentors.models import Engagement, EngagementStage
from program.mentors.services import (
    Entry,
    Seats,
    add_absence,
    add_mentor,
    change_engagement,
    change_mentor,
    engage,
    finish_next_step,
    plan_next_step,
    remove_absence,
)
from program.obligations.models import ObligationKind
from program.organisations.models import Sector
from program.organisations.services import (
    add_alias,
    add_organisation,
    change_organisation,
    merge_organisations,
    remove_alias,
    undo_merge,
)
from program.portfolio.services import WantedTrack, change_group, change_tracks, print_of, remove_group
from program.portfolio.shares import Target
from program.postponing.changes import Deed
from program.postponing.changes import Wish as Postponed
from program.postponing.queries import find_change as find_moved
from program.postponing.services import change_deadlines, decline_request
from program.ramp.services import change_mode, take_back_mode
from program.recruiting.services import take_step
from program.reminders.defaults import USUAL, default_ladder
from program.requesting.rules import Wanted
from program.requesting.services import ask_reports, change_request, take_request_back
from program.schedule.queries import find_change
from program.schedule.services import change_calendar
from program.succession.services import withdraw_mentor
from tests.databases import undone
from tests.factories import (
    NOW,
    make_absence,
    make_account,
    make_assignment,
    make_cohort,
    make_extension_request,
    make_funnel,
    make_group,
    make_import,
    make_leave,
    make_merge,
    make_organisation,
    make_override,
    make_prospect,
    make_request,
    make_round,
    period_of,
    track_of,
    work_off,
)

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
TODAY = NOW.date()
ABOUT = ("cohort", "mentor", "fellow", "organisation", "import")
"""What the tags of these proofs begin with."""


def own(cast):
    """The part of the cast's mentor in the cohort."""
    return db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()


def asked(cast):
    """An import that has been looked at."""
    return make_import(cast.cohort, cast.staff)


def moved(cast, by, plan, told):
    change = find_change(cast.cohort, plan, by=by)
    change_calendar(cast.cohort, plan=plan, by=by, seen=change.digest, **told)


def stepped(cast, told):
    choice, step = (
        Choice(cast.cohort.id, TODAY, ids=frozenset({cast.fellowship.id})),
        FellowshipStage.COMPLETED,
    )
    seen = preview_steps(cast.cohort, choice=choice, step=step).seen
    take_steps(cast.cohort, choice=choice, step=step, reason="", seen=seen, **told)


def tracks(cast, told):
    target = Target("Renamed", 0, 0.5, 1)
    wanted = [
        WantedTrack(replace(target, name=f"{number}"), track.id)
        for number, track in enumerate(cast.cohort.tracks)
    ]
    change_tracks(cast.cohort, wanted=wanted, seen=print_of(cast.cohort), **told)


def grouped(cast, told, group=None):
    ids = [cast.cohort.tracks[0].id]
    seen = print_of(cast.cohort)
    change_group(cast.cohort, group, target=Target("Group", 0, 0.4, 1), track_ids=ids, seen=seen, **told)


def midterm():
    return Wanted(PeriodKind.MIDTERM, TODAY, TODAY + WEEK)


def extended(cast, told):
    cast.fellowship.ends_on -= WEEK
    extend_into_phase(cast.fellowship, cast.cohort.phases[0], reason="", **told)


def planned_step(cast):
    engagement = own(cast)
    engagement.next_step_on, engagement.next_step = TODAY, "Ring"
    return engagement


def beside(cast, begins=TODAY):
    return make_assignment(cast.fellowship, cast.other_mentorship, kind=AssignmentKind.CO, starts_on=begins)


def governance(cast):
    return {"track": track_of(cast.cohort, "Governance"), "seats": Seats(1, 2, 2)}


def placed(cast, told):
    days = cast.cohort.starts_on, cast.cohort.ends_on
    place = {"track_id": cast.fellowship.track_id}
    stage = FellowshipStage.APPLIED
    place_fellow(
        make_account(name="New"), cast.cohort, stage=stage, days=days, place=place, reason="", **told
    )


def changed(cast, told):
    days = cast.fellowship.starts_on, cast.fellowship.ends_on - DAY
    change_fellowship(cast.fellowship, days=days, place={}, **told)


def plan(cast, told):
    plan_next_step(planned_step(cast), text="Write", day=TODAY + DAY, owner=cast.staff, **told)


def merged(cast):
    return make_merge(make_organisation(name="Twin"), make_organisation(name="Kept"), staff=cast.staff)


def withdrawn(cast, told):
    withdraw_mentor(
        own(cast), reason="New job.", heirs={cast.fellowship.id: cast.other_mentorship.id}, **told
    )


def confirmed(cast, told):
    run = asked(cast)
    confirm_import(run, seen=run.digest, leave_out=False, **told)
    return run


def applied(cast, told):
    confirmed(cast, told)
    db.session.commit()
    work_off()


NOTHING, DAYS = set(), {"from", "to"}


def extended_by_a_day(c, t):
    wish = Postponed(Deed.EXTEND, period_of(c.cohort, 5).id, frozenset({c.fellowship.id}), days=1)
    change_deadlines(c.cohort, wish=wish, reason="", seen=find_moved(c.cohort, wish).digest, **t)


CASES = {
    "who writes from a day on": (
        Tag.RAMP_CHANGE,
        NOTHING,
        {"mode", "from"},
        lambda c, t: change_mode(
            c.fellowship, starts_on=TODAY, mode=AuthorshipMode.TOGETHER, reason="New.", **t
        ),
    ),
    "who was to write, taken back": (
        Tag.RAMP_CHANGE,
        {"mode", "from"},
        NOTHING,
        lambda c, t: take_back_mode(make_override(c.fellowship), **t),
    ),
    "a cohort set up": (
        Tag.COHORT_CREATE,
        NOTHING,
        {"name", "starts_on", "ends_on"},
        lambda _c, t: create_cohort(name="New", time_zone="UTC", starts_on=TODAY, ends_on=TODAY + DAY, **t),
    ),
    "a cohort described": (
        Tag.COHORT_CHANGE,
        {"name", "review_days", "grace_hours", "very_late_days"},
        {"name", "review_days", "grace_hours", "very_late_days"},
        lambda c, t: describe_cohort(
            c.cohort, name="New", review_days=4, grace_hours=0, very_late_days=5, **t
        ),
    ),
    "a cohort stepped": (
        Tag.COHORT_STEP,
        {"state"},
        {"state"},
        lambda c, t: step_cohort(c.cohort, state=CohortState.CLOSED, **t),
    ),
    "a cohort moved": (
        Tag.COHORT_MOVE,
        {"starts_on", "ends_on"},
        {"starts_on", "ends_on", "places_moved"},
        lambda c, t: moved(c, WEEK, plan_of(c.cohort).moved(WEEK), t),
    ),
    "a zone changed": (
        Tag.COHORT_CHANGE,
        {"zone"},
        {"zone", "deadlines_moved"},
        lambda c, t: moved(c, timedelta(), replace(plan_of(c.cohort), time_zone="Asia/Tokyo"), t),
    ),
    "a round of evaluations": (
        Tag.EVALUATION_PLAN,
        NOTHING,
        {"moment", "opens", "due"},
        lambda c, t: set_round(c.cohort, moment=Moment.FINAL, opens_on=TODAY, due_on=TODAY + WEEK, **t),
    ),
    "a round of evaluations moved": (
        Tag.EVALUATION_PLAN,
        {"moment", "opens", "due"},
        {"moment", "opens", "due"},
        lambda c, t: set_round(
            make_round(c.cohort).cohort, moment=Moment.MIDPOINT, opens_on=TODAY, due_on=TODAY + DAY, **t
        ),
    ),
    "a round of evaluations taken back": (
        Tag.EVALUATION_PLAN,
        {"moment", "opens", "due"},
        NOTHING,
        lambda c, t: take_round_back(make_round(c.cohort), **t),
    ),
    "a ladder changed": (
        Tag.LADDER_CHANGE,
        {"of", "reminders", "until"},
        {"of", "reminders", "until"},
        lambda c, t: keep_ladder(
            c.cohort,
            kind=ObligationKind.REPORT,
            ladder=USUAL,
            version=digest_of(default_ladder(ObligationKind.REPORT)),
            **t,
        ),
    ),
    "tracks changed": (Tag.TRACK_CHANGE, {"Governance"}, {"0", "1"}, tracks),
    "a group made": (Tag.TRACK_CHANGE, NOTHING, {"Group"}, grouped),
    "a group changed": (
        Tag.TRACK_CHANGE,
        {"Both"},
        {"Group"},
        lambda c, t: grouped(c, t, make_group(c.cohort, "Governance")),
    ),
    "a group removed": (
        Tag.TRACK_CHANGE,
        {"Both"},
        NOTHING,
        lambda c, t: remove_group(make_group(c.cohort, "Governance"), **t),
    ),
    "a mentor added": (Tag.MENTOR_ADD, NOTHING, NOTHING, lambda _c, t: add_mentor(Entry("New"), **t)),
    "a mentor changed": (
        Tag.MENTOR_CHANGE,
        NOTHING,
        {"changed"},
        lambda c, t: change_mentor(c.mentorship, Entry("New"), **t),
    ),
    "days away": (
        Tag.MENTOR_CHANGE,
        NOTHING,
        {"away_from", "away_to"},
        lambda c, t: add_absence(c.mentorship, starts_on=TODAY, ends_on=TODAY, reason="", **t),
    ),
    "days away removed": (
        Tag.MENTOR_CHANGE,
        {"away_from", "away_to"},
        NOTHING,
        lambda c, t: remove_absence(make_absence(c.mentorship, starts_on=TODAY, ends_on=TODAY), **t),
    ),
    "a mentor engaged": (
        Tag.ENGAGEMENT_ADD,
        NOTHING,
        {"stage"},
        lambda c, t: engage(make_prospect(), c.cohort, **governance(c), **t),
    ),
    "seats": (
        Tag.ENGAGEMENT_CHANGE,
        {"track", "least", "wanted", "granted"},
        {"track", "least", "wanted", "granted"},
        lambda c, t: change_engagement(own(c), **governance(c), **t),
    ),
    "a next step planned": (
        Tag.ENGAGEMENT_CHANGE,
        {"next_step_on", "owner"},
        {"next_step_on", "owner"},
        plan,
    ),
    "a next step done": (
        Tag.ENGAGEMENT_CHANGE,
        {"next_step_on"},
        NOTHING,
        lambda c, t: finish_next_step(planned_step(c), **t),
    ),
    "a mentor moved on": (
        Tag.ENGAGEMENT_STEP,
        {"stage"},
        {"stage"},
        lambda c, t: take_step(
            make_funnel(make_prospect(), c.cohort), step=EngagementStage.CONTACTED, reason="", **t
        ),
    ),
    "a mentor withdrawn": (Tag.MENTOR_WITHDRAW, NOTHING, {"fellows"}, withdrawn),
    "a fellow placed": (Tag.FELLOWSHIP_ADD, NOTHING, {"cohort", "stage"}, placed),
    "a fellow moved on": (Tag.FELLOWSHIP_STEP, {"stage"}, {"stage"}, stepped),
    "a place changed": (Tag.FELLOWSHIP_CHANGE, {"days", "tracks"}, {"days", "tracks"}, changed),
    "a fellowship extended": (Tag.FELLOWSHIP_CHANGE, {"ends_on"}, {"ends_on"}, extended),
    "a fellowship that goes on elsewhere": (
        Tag.FELLOWSHIP_ADD,
        NOTHING,
        {"cohort", "stage"},
        lambda c, t: extend_into_cohort(
            c.fellowship, make_cohort(name="Winter", ends_on=date(2026, 12, 18)), reason="", **t
        ),
    ),
    "a mentor assigned": (
        Tag.ASSIGNMENT_START,
        NOTHING,
        {"mentor", "kind", *DAYS},
        lambda c, t: assign_mentor(
            c.fellowship, c.other_mentorship, wish=Wish(AssignmentKind.CO, TODAY, None), **t
        ),
    ),
    "an assignment ended": (
        Tag.ASSIGNMENT_END,
        DAYS,
        {"mentor", "kind", "to"},
        lambda c, t: end_assignment(beside(c), ends_on=TODAY + DAY, **t),
    ),
    "an assignment taken back": (
        Tag.ASSIGNMENT_END,
        DAYS,
        {"mentor", "kind"},
        lambda c, t: take_back_assignment(beside(c, TODAY + DAY), **t),
    ),
    "more time refused": (
        Tag.EXTENSION_DECIDE,
        {"report", "wanted_on", "state"},
        {"report", "wanted_on", "state"},
        lambda c, t: decline_request(make_extension_request(c.fellowship), word="No.", **t),
    ),
    "an extension given": (Tag.DEADLINE_CHANGE, {"week 5"}, {"week 5"}, extended_by_a_day),
    "a midterm report asked for": (
        Tag.REQUEST_CHANGE,
        NOTHING,
        {"report", "opens", "due"},
        lambda c, t: ask_reports(c.cohort, wanted=midterm(), fellowship_ids=None, **t),
    ),
    "a report on request changed": (
        Tag.REQUEST_CHANGE,
        {"report", "opens", "due"},
        {"report", "opens", "due"},
        lambda c, t: change_request(make_request(c.cohort, fellowship=c.fellowship), wanted=midterm(), **t),
    ),
    "a report on request taken back": (
        Tag.REQUEST_CHANGE,
        {"report", "opens", "due"},
        NOTHING,
        lambda c, t: take_request_back(make_request(c.cohort, fellowship=c.fellowship), **t),
    ),
    "a leave given": (
        Tag.LEAVE_CHANGE,
        NOTHING,
        DAYS,
        lambda c, t: add_leave(c.fellowship, starts_on=TODAY, ends_on=TODAY, reason="", **t),
    ),
    "a leave changed": (
        Tag.LEAVE_CHANGE,
        DAYS,
        DAYS,
        lambda c, t: change_leave(make_leave(c.fellowship, TODAY), ends_on=TODAY + DAY, **t),
    ),
    "a leave taken back": (
        Tag.LEAVE_CHANGE,
        DAYS,
        NOTHING,
        lambda c, t: remove_leave(make_leave(c.fellowship, TODAY), **t),
    ),
    "a fellow handed over": (
        Tag.HANDOVER,
        {"research_manager"},
        {"research_manager"},
        lambda c, t: hand_over(
            [c.fellowship],
            c.cohort,
            to=make_account(name="Next", roles=[Role.RESEARCH_MANAGER]),
            note="",
            **t,
        ),
    ),
    "an organisation added": (
        Tag.ORGANISATION_ADD,
        NOTHING,
        {"name", "sector"},
        lambda _c, t: add_organisation(name="New", sector=Sector.POLICY, **t),
    ),
    "an organisation changed": (
        Tag.ORGANISATION_CHANGE,
        {"name", "sector", "to_sort"},
        {"name", "sector", "to_sort"},
        lambda _c, t: change_organisation(
            make_organisation(name="Old"), name="New", sector=Sector.POLICY, **t
        ),
    ),
    "an alias added": (
        Tag.ORGANISATION_CHANGE,
        NOTHING,
        {"alias"},
        lambda _c, t: add_alias(make_organisation(name="One"), name="Uno", **t),
    ),
    "an alias removed": (
        Tag.ORGANISATION_CHANGE,
        {"alias"},
        NOTHING,
        lambda _c, t: remove_alias(
            entry := make_organisation(name="One", aliases=["Uno"]), alias_id=entry.aliases[0].id, **t
        ),
    ),
    "organisations merged": (
        Tag.ORGANISATION_MERGE,
        NOTHING,
        {"into", "merge"},
        lambda _c, t: merge_organisations(
            make_organisation(name="Twin"), into=make_organisation(name="Kept"), **t
        ),
    ),
    "a merge undone": (
        Tag.ORGANISATION_UNMERGE,
        NOTHING,
        {"from", "merge"},
        lambda c, t: undo_merge(merged(c), **t),
    ),
    "an import begun": (
        Tag.IMPORT_START,
        NOTHING,
        {"kind", "cohort"},
        lambda c, t: make_import(c.cohort, t["actor"], checked=False),
    ),
    "columns chosen": (
        Tag.IMPORT_CHECK,
        NOTHING,
        {"columns"},
        lambda c, t: choose_columns(asked(c), mapping={"name": 0, "email": 1}, **t),
    ),
    "questions answered": (
        Tag.IMPORT_CHECK,
        NOTHING,
        {"answers"},
        lambda c, t: answer_questions(asked(c), choices={"2": "other"}, **t),
    ),
    "an import confirmed": (Tag.IMPORT_CONFIRM, NOTHING, {"new", "changed", "wrong"}, confirmed),
    "an import applied": (Tag.IMPORT_APPLY, NOTHING, {"new", "changed", "wrong"}, applied),
    "an import cancelled": (Tag.IMPORT_CANCEL, NOTHING, NOTHING, lambda c, t: cancel_import(asked(c), **t)),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_on_record_with_who_and_with_before_and_after(cast, name):
    tag, before, after, step = CASES[name]
    last = db.session.scalar(select(func.max(AuditEvent.id))) or 0
    step(cast, {"actor": cast.staff, "now": NOW})
    db.session.flush()
    query = select(AuditEvent).where(AuditEvent.id > last, AuditEvent.tag == tag)
    event = db.session.scalars(query.order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.actor_id, event.at) == (cast.staff.id, NOW)
    assert set(event.before) >= before, event.before
    assert set(event.after) >= after, event.after
    assert event.before != event.after or not before


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager", "analyst"])
def test_nobody_but_staff_takes_it_whatever_page_or_sheet_it_would_be_by(cast, who):
    """Asked of the services themselves: each refuses before it does anything."""
    last = db.session.scalar(select(func.max(AuditEvent.id))) or 0
    actor = getattr(cast, who)
    for name, (*_said, step) in CASES.items():
        with undone():
            try:
                step(cast, {"actor": actor, "now": NOW})
            except ForbiddenError:
                continue
        pytest.fail(f"{who} was let through: {name}")
    mine = select(func.count()).where(AuditEvent.id > last, AuditEvent.actor_id == actor.id)
    assert db.session.scalar(mine) == 0


def test_every_kind_of_event_about_them_is_tried():
    kinds = {tag for tag in Tag if tag.partition(":")[0] in ABOUT}
    assert kinds == {tag for tag, *_rest in CASES.values()}
