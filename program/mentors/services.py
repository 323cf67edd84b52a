"""Keeping the mentor pool, and each mentor's part in a cohort but for its stage."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from program.access import PROGRAMME, Actor, Permission, require
from program.accounts.models import Account
from program.audit.models import Tag
from program.audit.services import record
from program.clock import deadline
from program.cohorts.models import Cohort, Track
from program.cohorts.states import check_changeable
from program.errors import ConflictError, NotFoundError
from program.extensions import db, flush_or_conflict
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor, MentorAbsence

LAST_MINUTE = time(23, 59)
"""When a day is over on which something is to be done."""
KNOWN = "There is a mentor with this address already."


@dataclass(frozen=True, slots=True)
class Entry:
    """What the pool holds of a mentor. `links` are one a line; an address is lower case, or None."""

    name: str
    email: str | None = None
    organisation_id: int | None = None
    expertise: str = ""
    links: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Seats:
    """The fewest fellows that a mentor takes, how many they want, and how many they were given."""

    least: int = 0
    wanted: int = 0
    granted: int = 0


def add_mentor(entry: Entry, *, actor: Actor, now: datetime) -> Mentor:
    """Somebody new in the pool. Raises ConflictError if the address is there already."""
    require(actor, Permission.MENTOR_CHANGE, PROGRAMME, now=now)
    mentor = Mentor(**asdict(entry))
    db.session.add(mentor)
    flush_or_conflict(KNOWN)
    record(Tag.MENTOR_ADD, actor_id=actor.id, subject=("mentor", mentor.id), now=now)
    return mentor


def change_mentor(mentor: Mentor, entry: Entry, *, actor: Actor, now: datetime) -> None:
    """What the pool holds of somebody is this from now on. Raises ConflictError if the address is another's."""
    require(actor, Permission.MENTOR_CHANGE, mentor, now=now)
    changed = {name: value for name, value in asdict(entry).items() if getattr(mentor, name) != value}
    for name, value in changed.items():
        setattr(mentor, name, value)
    flush_or_conflict(KNOWN)
    if changed:
        after = {"changed": ", ".join(sorted(changed))}
        record(Tag.MENTOR_CHANGE, actor_id=actor.id, subject=("mentor", mentor.id), now=now, after=after)


def add_absence(
    mentor: Mentor, *, starts_on: date, ends_on: date, reason: str, actor: Actor, now: datetime
) -> MentorAbsence:
    """The mentor is not there on these days, both included. Raises ConflictError if they overlap others of theirs."""
    require(actor, Permission.MENTOR_CHANGE, mentor, now=now)
    _hold_mentor(mentor)
    other = select(MentorAbsence).where(
        MentorAbsence.mentor_id == mentor.id,
        MentorAbsence.starts_on <= ends_on,
        MentorAbsence.ends_on >= starts_on,
    )
    if (met := db.session.scalars(other).first()) is not None:
        raise ConflictError(
            f"These days overlap {met.starts_on} to {met.ends_on}, when they are away already."
            " Remove those first, or choose other days. Nothing was changed."
        )
    absence = MentorAbsence(mentor_id=mentor.id, starts_on=starts_on, ends_on=ends_on, reason=reason)
    db.session.add(absence)
    db.session.flush()
    after = {"away_from": starts_on.isoformat(), "away_to": ends_on.isoformat()}
    record(Tag.MENTOR_CHANGE, actor_id=actor.id, subject=("mentor", mentor.id), now=now, after=after)
    return absence


def remove_absence(absence: MentorAbsence, *, actor: Actor, now: datetime) -> None:
    """The mentor is there on those days after all. Raises NotFoundError if somebody else removed them meanwhile."""
    require(actor, Permission.MENTOR_CHANGE, absence.mentor, now=now)
    _hold_mentor(absence.mentor)
    if db.session.scalar(select(MentorAbsence.id).where(MentorAbsence.id == absence.id)) is None:
        raise NotFoundError("These days were removed by somebody else.")
    before = {"away_from": absence.starts_on.isoformat(), "away_to": absence.ends_on.isoformat()}
    subject = ("mentor", absence.mentor_id)
    db.session.delete(absence)
    db.session.flush()
    record(Tag.MENTOR_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before)


def _hold_mentor(mentor: Mentor) -> None:
    """Nobody else changes when they are away before this transaction is over."""
    db.session.refresh(mentor, ["folded"], with_for_update=True)


def engage(
    mentor: Mentor,
    cohort: Cohort,
    *,
    track: Track,
    seats: Seats,
    stage: EngagementStage = EngagementStage.IDENTIFIED,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Engagement:
    """The mentor gets a part in the cohort. Raises ConflictError if they have one, ForbiddenStepError if it is over.

    A stage other than the first is that of somebody who came this far before the programme wrote it down.
    """
    require(actor, Permission.MENTOR_CHANGE, mentor, now=now)
    check_changeable(cohort.state)
    engagement = Engagement(mentor=mentor, cohort=cohort, track=track, stage=stage, stage_since=now)
    _seat(engagement, seats)
    engagement.steps = [EngagementStep(to_stage=stage, at=now, by_id=actor.id, reason=reason)]
    db.session.add(engagement)
    flush_or_conflict(f"{mentor.name} has a part in {cohort.name} already.")
    subject, after = ("engagement", engagement.id), {"stage": stage}
    record(Tag.ENGAGEMENT_ADD, actor_id=actor.id, subject=subject, now=now, after=after)
    return engagement


def change_engagement(
    engagement: Engagement, *, track: Track, seats: Seats, actor: Actor, now: datetime
) -> None:
    """The engagement stands on this track with these seats from now on. Raises ForbiddenStepError."""
    require(actor, Permission.MENTOR_CHANGE, engagement, now=now)
    check_changeable(engagement.cohort.state)
    before = _outline(engagement)
    engagement.track = track
    _seat(engagement, seats)
    db.session.flush()
    after = _outline(engagement)
    subject = ("engagement", engagement.id)
    record(Tag.ENGAGEMENT_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def plan_next_step(
    engagement: Engagement, *, text: str, day: date, owner: Account, actor: Actor, now: datetime
) -> None:
    """The owner owes this step by the end of the day in the cohort's zone. Raises ForbiddenStepError."""
    require(actor, Permission.MENTOR_CHANGE, engagement, now=now)
    check_changeable(engagement.cohort.state)
    was = engagement.next_step_on
    before = {"next_step_on": was.isoformat() if was else None, "owner": engagement.owner_id}
    engagement.next_step, engagement.next_step_on, engagement.owner = text, day, owner
    engagement.next_step_due_at = end_of(day, engagement.cohort)
    db.session.flush()
    after = {"next_step_on": day.isoformat(), "owner": owner.id}
    subject = ("engagement", engagement.id)
    record(Tag.ENGAGEMENT_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def finish_next_step(engagement: Engagement, *, actor: Actor, now: datetime) -> None:
    """The next step is done, or not wanted any more: nobody owes it. Safe to do twice."""
    require(actor, Permission.MENTOR_CHANGE, engagement, now=now)
    check_changeable(engagement.cohort.state)
    if engagement.next_step_on is None:
        return
    before = {"next_step_on": engagement.next_step_on.isoformat()}
    clear_next_step(engagement)
    db.session.flush()
    subject = ("engagement", engagement.id)
    record(Tag.ENGAGEMENT_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before)


def clear_next_step(engagement: Engagement) -> None:
    """Nobody owes a step any more. The owner stays: they know the mentor."""
    engagement.next_step, engagement.next_step_on, engagement.next_step_due_at = "", None, None


def end_of(day: date, cohort: Cohort) -> datetime:
    """The last minute of the day in the zone of the cohort's deadlines."""
    return deadline(day, LAST_MINUTE, cohort.deadline_zone)


def move_next_steps(cohort: Cohort) -> int:
    """After the zone of the cohort's deadlines has changed: each next step is due at the end of its day there."""
    query = select(Engagement).where(Engagement.cohort_id == cohort.id, Engagement.next_step_on.is_not(None))
    moved = db.session.scalars(query).all()
    for engagement in moved:
        if engagement.next_step_on is not None:
            engagement.next_step_due_at = end_of(engagement.next_step_on, cohort)
    db.session.flush()
    return len(moved)


def _seat(engagement: Engagement, seats: Seats) -> None:
    engagement.seats_min, engagement.seats_wanted, engagement.seats_granted = (
        seats.least,
        seats.wanted,
        seats.granted,
    )


def _outline(engagement: Engagement) -> dict[str, int]:
    seats = (engagement.seats_min, engagement.seats_wanted, engagement.seats_granted)
    return {
        "track": engagement.track_id or engagement.track.id,
        "least": seats[0],
        "wanted": seats[1],
        "granted": seats[2],
    }
