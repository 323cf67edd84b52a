"""Tying a fellowship to its mentors, and ending it."""

from collections.abc import Sequence
from datetime import date, datetime

from program.access import Actor, Permission, require
from program.assignments.queries import find_absence, hold_part, list_seats, lock_assignments
from program.assignments.rules import Wish, clash, meet, outside
from program.audit.models import Tag
from program.audit.services import record
from program.clock import DAY, today, written_day
from program.cohorts.states import check_changeable
from program.errors import ForbiddenStepError, NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.fellows.services import FellowError
from program.fellows.stages import SEATED
from program.mentors.funnel import OUT
from program.mentors.models import Mentor
from program.notices.models import NoticeKind
from program.notices.services import Message, post

TWICE = "{} is assigned to this fellow already in that time. Change that assignment instead."
GONE = "This assignment was taken back by somebody else."
BACKWARDS = "The last day is before the first. Please change one of them."


def list_doubts(fellowship: Fellowship, mentor: Mentor, *, wish: Wish, now: datetime) -> list[str]:
    """What speaks against an assignment without forbidding it, a sentence each."""
    absence = find_absence(mentor.id, first=wish.starts_on, last=wish.ends_on or fellowship.ends_on)
    span = absence and f"from {written_day(absence.starts_on)} to {written_day(absence.ends_on)}"
    doubts = [f"{mentor.name} is away {span}."] if absence else []
    if wish.kind is AssignmentKind.PRIMARY:
        day = max(wish.starts_on, now.date())
        seats = next((s for s in list_seats(fellowship.cohort_id, day=day) if s.mentor.id == mentor.id), None)
        if seats is None or not seats.confirmed or not seats.granted:
            doubts.append(f"{mentor.name} was granted no seats in this cohort.")
        elif seats.taken >= seats.granted:
            doubts.append(f"{mentor.name} has no seat left: {seats.words}.")
    return doubts


def assign_mentor(
    fellowship: Fellowship,
    mentor: Mentor,
    *,
    wish: Wish,
    replaces: bool = False,
    anyway: bool = False,
    actor: Actor,
    now: datetime,
) -> Assignment:
    """Tie the mentor to the fellowship; one who `replaces` ends the present primary mentor's time the day before.

    Raises FellowError for who is not of the cohort, for days outside the fellowship, for a second primary mentor on
    any day, and for what speaks against it unless it is to be done `anyway`. Both are told, once they can sign in.
    """
    require(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    check_changeable(fellowship.cohort.state)
    if hold_part(mentor, fellowship.cohort_id) in {None, *OUT}:
        raise FellowError(
            f"{mentor.name} does not mentor in this cohort. Choose somebody else.", field="mentor"
        )
    existing = lock_assignments(fellowship)
    _check_inside(fellowship, wish)
    replaced = _find_replaced(existing, wish, today=now.date()) if replaces else None
    _check_alone(wish, [one for one in existing if one is not replaced], mentor)
    doubts = [] if anyway else list_doubts(fellowship, mentor, wish=wish, now=now)
    if doubts:
        raise FellowError(" ".join([*doubts, "Tick this if it is meant so."]), field="anyway")
    if replaced is not None:
        end_before(replaced, wish.starts_on, actor=actor, now=now)
    assignment = Assignment(fellowship=fellowship, mentor=mentor, kind=wish.kind)
    assignment.starts_on, assignment.ends_on = wish.starts_on, wish.ends_on
    db.session.add(assignment)
    db.session.flush()
    after = {"mentor": mentor.id, "kind": wish.kind, **assignment.on_record}
    subject = ("fellowship", fellowship.id)
    record(Tag.ASSIGNMENT_START, actor_id=actor.id, subject=subject, now=now, after=after)
    if fellowship.stage in SEATED:
        told = {"mentor": mentor.account, "fellow": fellowship.account}
        post(
            [
                Message(NoticeKind.NEW_MENTOR, account.id, "assignment", assignment.id, rung=part)
                for part, account in told.items()
                if account is not None and account.can_sign_in
            ],
            now=now,
        )
    return assignment


def end_assignment(assignment: Assignment, *, ends_on: date, actor: Actor, now: datetime) -> None:
    """Let the assignment end with this day. Raises FellowError for a day before it began, or that another has."""
    fellowship = assignment.fellowship
    require(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    check_changeable(fellowship.cohort.state)
    existing = lock_assignments(fellowship)
    if assignment not in existing:
        raise NotFoundError(GONE)
    others = [one for one in existing if one is not assignment]
    if ends_on < assignment.starts_on:
        raise FellowError(BACKWARDS, field="ends_on")
    wish = Wish(assignment.kind, assignment.starts_on, ends_on)
    _check_inside(fellowship, wish)
    _check_alone(wish, others, assignment.mentor, field="ends_on")
    end_before(assignment, ends_on + DAY, actor=actor, now=now)


def take_back_assignment(assignment: Assignment, *, actor: Actor, now: datetime) -> None:
    """Let an assignment that has had no day yet never be. Raises ForbiddenStepError for one that has."""
    fellowship = assignment.fellowship
    require(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    check_changeable(fellowship.cohort.state)
    if assignment not in lock_assignments(fellowship):
        raise NotFoundError(GONE)
    if assignment.starts_on <= today(now, fellowship.cohort.time_zone):
        raise ForbiddenStepError(
            f"The time with {assignment.mentor.name} has begun. Set its last day instead."
        )
    end_before(assignment, assignment.starts_on, actor=actor, now=now)


def end_before(assignment: Assignment, day: date, *, actor: Actor, now: datetime) -> None:
    """Its last day is the one before; one that has not had a day by then never was."""
    before = assignment.on_record
    after: dict[str, object] = {"mentor": assignment.mentor_id, "kind": assignment.kind}
    if assignment.starts_on < day:
        assignment.ends_on = day - DAY
        after["to"] = assignment.on_record["to"]
    else:
        db.session.expire(assignment.fellowship, ["assignments"])
        db.session.delete(assignment)
    db.session.flush()
    subject = ("fellowship", assignment.fellowship_id)
    record(Tag.ASSIGNMENT_END, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def _find_replaced(existing: Sequence[Assignment], wish: Wish, *, today: date) -> Assignment | None:
    """The primary assignment in the way if it began before the wished one, or with it and has had no day yet."""
    one = clash(wish, existing)
    if not isinstance(one, Assignment):
        return None
    has_had_none = today <= one.starts_on == wish.starts_on
    return one if one.starts_on < wish.starts_on or has_had_none else None


def _check_inside(fellowship: Fellowship, wish: Wish) -> None:
    field = outside(wish, first=fellowship.starts_on, last=fellowship.ends_on)
    if field == "ends_on" and wish.ends_on and wish.ends_on < wish.starts_on:
        raise FellowError(BACKWARDS, field=field)
    if field:
        first, last = written_day(fellowship.starts_on), written_day(fellowship.ends_on)
        raise FellowError(f"The fellowship runs from {first} to {last}: choose a day in it.", field=field)


def _check_alone(
    wish: Wish, existing: Sequence[Assignment], mentor: Mentor, *, field: str = "starts_on"
) -> None:
    if any(one.mentor_id == mentor.id and meet(one, wish) for one in existing):
        raise FellowError(TWICE.format(mentor.name), field=field if field == "ends_on" else "mentor")
    other = clash(wish, existing)
    if isinstance(other, Assignment):
        until = f"to {written_day(other.ends_on)}" if other.ends_on else "on"
        either = f"tick that their time ends the day before, or make {mentor.name} co-mentor"
        cure = "choose a day before that" if field == "ends_on" else either
        raise FellowError(
            f"{other.mentor.name} is the primary mentor from {written_day(other.starts_on)} {until}. "
            f"There is one on each day: {cure}.",
            field=field,
        )
