"""Moving mentors on: each step on record, who is confirmed let in once, and no fellow left behind."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import CohortState
from program.errors import ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.invitations.models import Invitation
from program.mentors.models import EngagementStage, Mentor
from program.mentors.services import plan_next_step
from program.notices.models import Notice, NoticeKind
from program.people.services import disable_account
from program.recruiting import services
from program.recruiting.services import Joining, invite_mentor, let_in, take_step
from tests.factories import (
    NOW,
    make_account,
    make_cohort,
    make_engagement,
    make_funnel,
    make_mentor,
    make_prospect,
)

IDENTIFIED, CONTACTED, INTERESTED, CONFIRMED, DECLINED, WITHDRAWN = EngagementStage
ADDRESS = "petra@people.example"


def interested(cast, *, email=ADDRESS, cohort=None, mentor=None):
    """Somebody who only has to be confirmed."""
    return make_funnel(
        mentor or make_prospect(email=email), cohort or cast.cohort, IDENTIFIED, CONTACTED, INTERESTED
    )


def step(engagement, to, cast, *, reason=""):
    return take_step(engagement, step=to, reason=reason, actor=cast.staff, now=NOW)


def mails():
    return db.session.scalar(select(func.count()).select_from(Notice).filter_by(kind=NoticeKind.INVITATION))


def test_every_step_is_dated_with_who_and_why(cast):
    engagement = make_funnel(make_prospect(), cast.cohort)
    step(engagement, CONTACTED, cast)
    later = NOW + timedelta(days=1)
    why = "The address was wrong."
    take_step(engagement, step=IDENTIFIED, reason=why, actor=cast.staff, now=later)
    assert [(s.from_stage, s.to_stage, s.at, s.by_id, s.reason) for s in engagement.steps[1:]] == [
        (IDENTIFIED, CONTACTED, NOW, cast.staff.id, ""),
        (CONTACTED, IDENTIFIED, later, cast.staff.id, why),
    ]
    assert (engagement.stage, engagement.stage_since) == (IDENTIFIED, later)
    events = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ENGAGEMENT_STEP)).all()
    assert [(e.before, e.after) for e in events] == [
        ({"stage": "identified"}, {"stage": "contacted"}),
        ({"stage": "contacted"}, {"stage": "identified"}),
    ]


def test_a_button_pressed_twice_counts_once(cast):
    engagement = make_funnel(make_prospect(), cast.cohort)
    for _ in range(2):
        step(engagement, CONTACTED, cast)
    assert len(engagement.steps) == 2


def test_a_step_that_is_not_open_or_lacks_its_reason_changes_nothing(cast):
    engagement = make_funnel(make_prospect(), cast.cohort, IDENTIFIED, CONTACTED)
    for to, said in ((CONFIRMED, "open from here"), (DECLINED, "wants a reason")):
        with pytest.raises(ForbiddenStepError, match=said):
            step(engagement, to, cast)
    assert (engagement.stage, len(engagement.steps)) == (CONTACTED, 2)


def test_only_staff_move_mentors_and_never_in_an_archived_cohort(cast):
    engagement = make_funnel(make_prospect(), cast.cohort)
    with pytest.raises(ForbiddenError):
        take_step(engagement, step=CONTACTED, reason="", actor=cast.mentor, now=NOW)
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError, match="archived"):
        step(engagement, CONTACTED, cast)


def test_who_declines_leaves_nothing_to_be_done(cast):
    engagement = make_funnel(make_prospect(), cast.cohort, IDENTIFIED, CONTACTED)
    day = date(2026, 6, 12)
    plan_next_step(engagement, text="Ring her", day=day, owner=cast.staff, actor=cast.staff, now=NOW)
    step(engagement, DECLINED, cast, reason="No time.")
    assert (engagement.next_step, engagement.next_step_on, engagement.next_step_due_at) == ("", None, None)


def test_who_is_confirmed_is_invited_exactly_once(cast):
    engagement = interested(cast)
    assert step(engagement, CONFIRMED, cast) is Joining.INVITED
    account = engagement.mentor.account
    assert (account.email, account.roles, account.joined_at) == (ADDRESS, {Role.MENTOR}, None)
    step(engagement, CONFIRMED, cast)
    step(engagement, INTERESTED, cast, reason="Not sure yet.")
    assert step(engagement, CONFIRMED, cast) is Joining.WAITING
    elsewhere = interested(cast, cohort=make_cohort(name="Winter 26"), mentor=engagement.mentor)
    assert step(elsewhere, CONFIRMED, cast) is Joining.WAITING
    invitations = db.session.scalars(select(Invitation)).all()
    assert [(i.account_id, i.cohort_id) for i in invitations] == [(account.id, cast.cohort.id)]
    assert mails() == 1


def test_who_has_an_account_becomes_a_mentor_there(cast):
    account = make_account(name="Petra Lindqvist", roles=[Role.FELLOW], email=ADDRESS)
    engagement = interested(cast)
    assert step(engagement, CONFIRMED, cast) is Joining.TIED
    assert (engagement.mentor.account_id, account.roles) == (account.id, {Role.FELLOW, Role.MENTOR})
    assert mails() == 0


def test_the_account_of_who_runs_the_programme_is_an_administrators_to_change(cast):
    colleague = make_account(name="Owen Prydderch", roles=[Role.STAFF])
    boss = make_account(name="Petra Lindqvist", roles=[Role.STAFF], email=ADDRESS)
    engagement = interested(cast)
    told = take_step(engagement, step=CONFIRMED, reason="", actor=colleague, now=NOW)
    assert (told, engagement.stage, boss.roles) == (Joining.RESERVED, CONFIRMED, {Role.STAFF})
    assert let_in(engagement.mentor, cast.cohort, actor=cast.staff, now=NOW) is Joining.TIED
    assert boss.roles == {Role.STAFF, Role.MENTOR}


def test_an_account_that_belongs_to_another_mentor_is_left_alone(cast):
    make_mentor(make_account(name="Another Petra", roles=[Role.MENTOR], email=ADDRESS))
    engagement = interested(cast)
    assert step(engagement, CONFIRMED, cast) is Joining.TAKEN
    assert engagement.mentor.account_id is None


def test_who_is_disabled_is_not_let_in_by_the_back_door(cast):
    account = make_account(name="Petra Lindqvist", roles=[Role.MENTOR], email=ADDRESS)
    disable_account(account, actor=cast.staff, now=NOW)
    assert step(interested(cast), CONFIRMED, cast) is Joining.SHUT
    assert account.disabled_at == NOW


def test_who_has_no_address_is_confirmed_and_invited_when_they_have_one(cast):
    engagement = interested(cast, email=None)
    assert step(engagement, CONFIRMED, cast) is Joining.NO_ADDRESS
    assert (engagement.stage, mails()) == (CONFIRMED, 0)
    engagement.mentor.email = ADDRESS
    db.session.flush()
    assert invite_mentor(engagement, actor=cast.staff, now=NOW) is Joining.INVITED
    assert invite_mentor(engagement, actor=cast.staff, now=NOW) is Joining.WAITING
    assert mails() == 1


def test_who_is_not_confirmed_is_not_invited(cast):
    with pytest.raises(ForbiddenStepError, match="confirmed"):
        invite_mentor(interested(cast), actor=cast.staff, now=NOW)
    assert mails() == 0


def test_nobody_steps_down_while_fellows_are_theirs(cast):
    engagement = engagement_of(cast.mentorship)
    for to in (WITHDRAWN, INTERESTED):
        with pytest.raises(ForbiddenStepError, match="1 fellow is Margit Vanders's in this cohort"):
            step(engagement, to, cast, reason="Moved away.")
    cast.fellowship.assignments[0].ends_on = date(2026, 6, 9)
    db.session.flush()
    step(engagement, WITHDRAWN, cast, reason="Moved away.")
    assert engagement.stage is WITHDRAWN


def test_who_cannot_withdraw_from_where_they_are_is_not_sent_there(cast):
    engagement = engagement_of(cast.mentorship)
    engagement.stage = CONTACTED
    db.session.flush()
    with pytest.raises(ForbiddenStepError, match="End that on the fellow's page first"):
        step(engagement, DECLINED, cast, reason="No time.")


def test_without_that_rule_a_fellow_would_be_left_behind(cast, monkeypatch):
    """The proof above can tell: with the rule broken, the mentor is gone and still has a fellow."""
    monkeypatch.setattr(services, "list_open_assignments", lambda *_args, **_kwargs: [])
    engagement = engagement_of(cast.mentorship)
    step(engagement, WITHDRAWN, cast, reason="Moved away.")
    assert (engagement.stage, cast.fellowship.assignments[0].ends_on) == (WITHDRAWN, None)


def engagement_of(mentor: Mentor):
    """The mentor's only part in a cohort."""
    return db.session.scalars(select(services.Engagement).filter_by(mentor_id=mentor.id)).one()


def test_a_mentor_with_an_account_who_lost_the_role_gets_it_again(cast):
    plain = make_mentor(make_account(name="Petra Lindqvist"))
    engagement = make_engagement(plain, cast.cohort, track="Governance", stage=INTERESTED)
    assert step(engagement, CONFIRMED, cast) is Joining.TIED
    assert plain.account.roles == {Role.MENTOR}
