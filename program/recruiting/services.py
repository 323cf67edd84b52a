"""Moving mentors on in the funnel of a cohort, and letting in who is confirmed: once, however often it is asked."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from program.access import Actor, Permission, Role, can, require
from program.accounts.models import Account
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort
from program.cohorts.states import check_changeable
from program.errors import ForbiddenStepError
from program.extensions import db
from program.invitations.pasted import Invitee
from program.invitations.services import invite, invite_waiting
from program.mentors.funnel import CONFIRMED, OUT, STEPS, WITHDRAWN, check_step
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor
from program.mentors.services import clear_next_step
from program.people.services import change_roles
from program.recruiting.queries import list_open_assignments


class Joining(StrEnum):
    """What became of letting a mentor in; the value is what staff are told, after the mentor's name."""

    HERE = "can sign in already."
    INVITED = "is invited by mail to sign in."
    WAITING = "is invited already, by a link that still works."
    TIED = "has an account with this address: it is a mentor's from now on."
    NO_ADDRESS = "has no mail address, so nobody was invited: add one on their page, then invite them there."
    RESERVED = (
        "runs the programme, too: only an administrator can make their account a mentor's, under People."
    )
    TAKEN = (
        "shares the address with an account that belongs to another mentor of the pool: look at both entries."
    )
    SHUT = "has an account that is disabled: enable it under People, so that they can sign in."


def take_step(
    engagement: Engagement, *, step: EngagementStage, reason: str, actor: Actor, now: datetime
) -> Joining | None:
    """Move the mentor to this stage; who is confirmed is let in, and what became of that comes back.

    Safe to do twice. Raises ForbiddenStepError for a step that is not open, lacks its reason, or would leave fellows
    behind without a mentor.
    """
    require(actor, Permission.MENTOR_CHANGE, engagement, now=now)
    check_changeable(engagement.cohort.state)
    db.session.refresh(engagement, ["stage"], with_for_update=True)
    before = engagement.stage
    if before is step:
        return None
    check_step(before, step, reason=reason)
    if before is CONFIRMED or step in OUT:
        _check_no_fellows(engagement, now=now)
    engagement.stage, engagement.stage_since = step, now
    taken = EngagementStep(engagement_id=engagement.id, from_stage=before, to_stage=step, at=now)
    taken.by_id, taken.reason = actor.id, reason
    db.session.add(taken)
    if step in OUT:
        clear_next_step(engagement)
    db.session.flush()
    db.session.expire(engagement, ["steps"])
    subject = ("engagement", engagement.id)
    record(
        Tag.ENGAGEMENT_STEP,
        actor_id=actor.id,
        subject=subject,
        now=now,
        before={"stage": before},
        after={"stage": step},
    )
    return let_in(engagement.mentor, engagement.cohort, actor=actor, now=now) if step is CONFIRMED else None


def invite_mentor(engagement: Engagement, *, actor: Actor, now: datetime) -> Joining:
    """Let a confirmed mentor in, who had no address before. Raises ForbiddenStepError for one who is not confirmed."""
    require(actor, Permission.MENTOR_CHANGE, engagement, now=now)
    check_changeable(engagement.cohort.state)
    if engagement.stage is not CONFIRMED:
        raise ForbiddenStepError("Only a mentor who is confirmed is invited to sign in. Confirm them first.")
    return let_in(engagement.mentor, engagement.cohort, actor=actor, now=now)


def let_in(mentor: Mentor, cohort: Cohort, *, actor: Actor, now: datetime) -> Joining:
    """Invite the mentor to sign in; an account with their address becomes a mentor's, and theirs.

    Safe to do twice or at the same time. Raises ForbiddenError.
    """
    require(actor, Permission.MENTOR_CHANGE, mentor, now=now)
    db.session.refresh(mentor, ["account_id", "email"], with_for_update=True)
    db.session.expire(mentor, ["account"])
    account = mentor.account or _account_of(mentor.email)
    if account is None:
        return _invite(mentor, cohort, actor=actor, now=now) if mentor.email else Joining.NO_ADDRESS
    known = mentor.account_id is not None
    if not known and _is_anothers(account):
        return Joining.TAKEN
    if not known:
        _tie(mentor, account, actor=actor, now=now)
    if Role.MENTOR not in account.roles:
        if not can(actor, Permission.PERSON_CHANGE, account, now=now):
            return Joining.RESERVED
        change_roles(account, roles={*account.roles, Role.MENTOR}, actor=actor, now=now)
        known = False
    if account.disabled_at is not None:
        return Joining.SHUT
    if account.joined_at is None:
        sent = invite_waiting([account], cohort_id=cohort.id, actor=actor, now=now)
        return Joining.INVITED if sent else Joining.WAITING
    return Joining.HERE if known else Joining.TIED


def _invite(mentor: Mentor, cohort: Cohort, *, actor: Actor, now: datetime) -> Joining:
    people = [Invitee(mentor.email or "", mentor.name)]
    zone, roles = cohort.time_zone, [Role.MENTOR]
    sent = invite(people, roles=roles, cohort_id=cohort.id, time_zone=zone, actor=actor, now=now)
    _tie(mentor, sent.invitations[0].account, actor=actor, now=now)
    return Joining.INVITED


def _tie(mentor: Mentor, account: Account, *, actor: Actor, now: datetime) -> None:
    mentor.account = account
    db.session.flush()
    after = {"account": account.id}
    record(Tag.MENTOR_CHANGE, actor_id=actor.id, subject=("mentor", mentor.id), now=now, after=after)


def _account_of(email: str | None) -> Account | None:
    """The account with this address, whether or not it can be signed in to."""
    return db.session.scalar(select(Account).where(Account.email == email)) if email else None


def _is_anothers(account: Account) -> bool:
    return db.session.scalar(select(Mentor.id).where(Mentor.account_id == account.id)) is not None


def _check_no_fellows(engagement: Engagement, *, now: datetime) -> None:
    led = len(list_open_assignments(engagement, now=now))
    if led:
        fellows = "1 fellow is" if led == 1 else f"{led} fellows are"
        hand_over = "Hand them over first, by “Withdraw and hand over” on this mentor's page of the cohort."
        cure = hand_over if WITHDRAWN in STEPS[engagement.stage] else "End that on the fellow's page first."
        raise ForbiddenStepError(
            f"{fellows} {engagement.mentor.name}'s in this cohort. {cure} Nothing was changed."
        )
