"""A mentor withdraws: in one transaction their access ends, and what was theirs is somebody else's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select

from program.access import PROGRAMME, Actor, Permission, require
from program.accounts.queries import list_staff
from program.assignments.queries import lock_assignments
from program.assignments.services import end_before
from program.audit.models import Tag
from program.audit.services import record
from program.clock import DAY
from program.cohorts.states import check_changeable
from program.errors import ForbiddenStepError
from program.extensions import db
from program.fellows.models import Assignment
from program.fellows.stages import SEATED
from program.mentors.funnel import WITHDRAWN, check_step
from program.mentors.models import Engagement, EngagementStep, Mentor
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.recruiting.services import take_step
from program.succession.queries import Share, list_left, list_shares


def withdraw_mentor(
    engagement: Engagement, *, reason: str, heirs: Mapping[int, int], actor: Actor, now: datetime
) -> int:
    """End the mentor's part in the cohort today, and give their fellows to the heirs (mentor by fellowship).

    How many fellows that were. What was written keeps its author. Safe to do twice. Raises ForbiddenStepError if the
    step is not open, a fellow would be left without a mentor, or somebody who is chosen cannot take them.
    """
    require(actor, Permission.MENTOR_CHANGE, engagement, now=now)
    require(actor, Permission.FELLOWSHIP_CHANGE, PROGRAMME, now=now)
    check_changeable(engagement.cohort.state)
    _hold(engagement, heirs.values())
    if engagement.stage is WITHDRAWN:
        return 0
    check_step(engagement.stage, WITHDRAWN, reason=reason)
    for one in sorted(list_left(engagement, day=now.date()), key=lambda left: left.fellowship_id):
        lock_assignments(one.fellowship)
    shares = list_shares(engagement, now=now)
    for share in shares:
        heir = heirs.get(share.fellowship.id)
        _check_heir(share, heir)
        _hand_over(share.assignment, heir, actor=actor, now=now)
    take_step(engagement, step=WITHDRAWN, reason=reason, actor=actor, now=now)
    after = {"fellows": len(shares)}
    subject = ("engagement", engagement.id)
    record(Tag.MENTOR_WITHDRAW, actor_id=actor.id, subject=subject, now=now, after=after)
    _tell(engagement, shares, heirs, now=now)
    return len(shares)


def _hold(engagement: Engagement, heirs: Iterable[int]) -> None:
    """Nobody moves the mentor, or one of those chosen, before this transaction is over; always in one order."""
    people = (engagement.mentor_id, *heirs)
    query = select(Engagement.id).where(
        Engagement.cohort_id == engagement.cohort_id, Engagement.mentor_id.in_(people)
    )
    db.session.execute(query.order_by(Engagement.id).with_for_update()).all()
    db.session.refresh(engagement, ["stage"])


def _check_heir(share: Share, heir: int | None) -> None:
    name = share.fellowship.account.name
    if heir is None and share.is_led:
        raise ForbiddenStepError(
            f"{name} would be left without a mentor: choose one for them. Nothing was changed."
        )
    if heir is not None and heir not in {successor.mentor_id for successor in share.successors}:
        raise ForbiddenStepError(
            f"Whoever is chosen for {name} is no confirmed mentor of this cohort who can sign in: choose again."
            " Nothing was changed."
        )


def _hand_over(assignment: Assignment, heir: int | None, *, actor: Actor, now: datetime) -> None:
    """The assignment ended yesterday, and the heir's begins today, or when it was to begin."""
    today = now.date()
    begins, ends, kind = max(today, assignment.starts_on), assignment.ends_on, assignment.kind
    fellowship = assignment.fellowship
    end_before(assignment, today, actor=actor, now=now)
    if heir is not None:
        begun = [
            Assignment(fellowship_id=fellowship.id, mentor_id=heir, kind=kind, starts_on=begins, ends_on=ends)
        ]
        for beside in _held_by(heir, fellowship.id, first=begins, last=ends):
            begun += _after(beside, ends)
            end_before(beside, begins, actor=actor, now=now)
        db.session.add_all(begun)
        for one in begun:
            after = {"mentor": heir, "kind": one.kind, **one.on_record}
            subject = ("fellowship", fellowship.id)
            record(Tag.ASSIGNMENT_START, actor_id=actor.id, subject=subject, now=now, after=after)
    db.session.flush()
    db.session.expire(fellowship, ["assignments"])


def _after(beside: Assignment, day: date | None) -> list[Assignment]:
    """What is left of the assignment after this day, as one of its own; no day means that nothing is."""
    if day is None or (beside.ends_on is not None and beside.ends_on <= day):
        return []
    who = {"fellowship_id": beside.fellowship_id, "mentor_id": beside.mentor_id, "kind": beside.kind}
    return [Assignment(**who, starts_on=max(beside.starts_on, day + DAY), ends_on=beside.ends_on)]


def _held_by(mentor_id: int, fellowship_id: int, *, first: date, last: date | None) -> Sequence[Assignment]:
    """The assignments of the mentor to the fellowship that touch these days."""
    query = select(Assignment).where(
        Assignment.mentor_id == mentor_id,
        Assignment.fellowship_id == fellowship_id,
        or_(Assignment.ends_on.is_(None), Assignment.ends_on >= first),
    )
    return db.session.scalars(query if last is None else query.where(Assignment.starts_on <= last)).all()


def _tell(
    engagement: Engagement, shares: Sequence[Share], heirs: Mapping[int, int], *, now: datetime
) -> None:
    """Fellows, those who follow, research managers and staff hear of it, each once; not who is chosen or gone."""
    last = select(EngagementStep.id).where(EngagementStep.engagement_id == engagement.id)
    step_id = db.session.scalars(last.order_by(EngagementStep.id.desc()).limit(1)).one()
    places = [share.fellowship for share in shares if share.fellowship.stage in SEATED]
    following = select(Mentor.account_id).where(Mentor.id.in_({heirs[p.id] for p in places if p.id in heirs}))
    told = {
        "fellow": {place.account_id for place in places},
        "successor": {account for account in db.session.scalars(following) if account is not None},
        "manager": {place.research_manager_id for place in places if place.research_manager_id is not None},
        "staff": {account.id for account in list_staff()},
    }
    messages = [
        Message(NoticeKind.MENTOR_WITHDRAWN, account_id, "engagement_step", step_id, rung=rung)
        for rung, accounts in told.items()
        for account_id in sorted(accounts)
    ]
    post(messages, now=now)
