"""Placing fellows in a cohort, and moving them from stage to stage."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import insert, or_, select, update

from program.access import PROGRAMME, Actor, Permission, Role, require
from program.accounts.models import Account
from program.accounts.services import create_accounts
from program.audit.models import Tag
from program.audit.services import record
from program.clock import written_day
from program.cohorts.models import Cohort
from program.cohorts.states import check_changeable
from program.errors import ConflictError, DomainError
from program.extensions import db, flush_or_conflict
from program.fellows.bulk import Preview, preview_step
from program.fellows.fitting import fit_assignments, in_words
from program.fellows.listing import Choice, list_candidates
from program.fellows.models import Fellowship, FellowshipStage, FellowshipStep, Leave
from program.fellows.queries import hold_fellowship
from program.folding import fold
from program.invitations.pasted import Invitee
from program.invitations.services import invite

MOST = 10_000
"""How many fellowships take a step at once."""
MOVED = "Somebody moved one of them after you looked. Nothing was changed: look at the new preview."
TWICE = "This person has a place in the cohort already. Look for them in its list."


class FellowError(DomainError):
    """Something about a fellow's place that cannot be; `field` is where it was typed."""

    status = 422

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


def preview_steps(cohort: Cohort, *, choice: Choice, step: FellowshipStage, lock: bool = False) -> Preview:
    """Who of those who were chosen can take the step. Raises ForbiddenStepError in a cohort that is archived."""
    check_changeable(cohort.state)
    candidates = list_candidates(choice, limit=MOST + 1, lock=lock)
    if len(candidates) > MOST:
        raise FellowError(
            f"More than {MOST:,} are found. Narrow the search, and do it in parts.", field="whom"
        )
    return preview_step(candidates, step)


def take_steps(
    cohort: Cohort,
    *,
    choice: Choice,
    step: FellowshipStage,
    reason: str,
    seen: str,
    actor: Actor,
    now: datetime,
) -> Preview:
    """Move all who can be moved, in one go, as the preview that was `seen` said; what was done.

    Raises ConflictError if it would not be the same any more, FellowError without a reason where one is wanted.
    """
    require(actor, Permission.FELLOWSHIP_CHANGE, PROGRAMME, now=now)
    preview = preview_steps(cohort, choice=choice, step=step, lock=True)
    if preview.seen != seen:
        raise ConflictError(MOVED)
    if preview.wants_reason and not reason:
        raise FellowError(
            "A step back or out wants a reason: one line that you would understand later.", field="reason"
        )
    if preview.ready:
        _move(preview, reason=reason, actor=actor, now=now)
    for one in preview.ready:
        subject, before = ("fellowship", one.fellowship_id), {"stage": one.stage}
        after = {"stage": step, "fellows": len(preview.ready)}
        record(Tag.FELLOWSHIP_STEP, actor_id=actor.id, subject=subject, now=now, before=before, after=after)
    return preview


def _move(preview: Preview, *, reason: str, actor: Actor, now: datetime) -> None:
    """Two statements, however many they are."""
    common = {"to_stage": preview.step, "at": now, "by_id": actor.id, "reason": reason}
    rows = [{"fellowship_id": one.fellowship_id, "from_stage": one.stage, **common} for one in preview.ready]
    db.session.execute(insert(FellowshipStep), rows)
    ids = [one.fellowship_id for one in preview.ready]
    db.session.execute(update(Fellowship).where(Fellowship.id.in_(ids)).values(stage=preview.step))


def add_fellow(
    cohort: Cohort,
    *,
    email: str,
    name: str,
    stage: FellowshipStage,
    days: tuple[date, date],
    place: Mapping[str, object],
    invited: bool,
    actor: Actor,
    now: datetime,
) -> Fellowship:
    """A place for the person with this address, who gets an account if there is none.

    `place` has the project, the tracks with their weight and the research manager. Raises FellowError.
    """
    require(actor, Permission.FELLOWSHIP_CHANGE, PROGRAMME, now=now)
    check_changeable(cohort.state)
    check_days(cohort, *days)
    account = _account_for(email, name, cohort=cohort, invited=invited, actor=actor, now=now)
    return place_fellow(account, cohort, stage=stage, days=days, place=place, reason="", actor=actor, now=now)


def place_fellow(
    account: Account,
    cohort: Cohort,
    *,
    stage: FellowshipStage,
    days: tuple[date, date],
    place: Mapping[str, object],
    reason: str,
    actor: Actor,
    now: datetime,
) -> Fellowship:
    """A place in the cohort with its first step. Raises FellowError if the person has one."""
    require(actor, Permission.FELLOWSHIP_CHANGE, PROGRAMME, now=now)
    check_changeable(cohort.state)
    held = select(Fellowship.id).filter_by(account_id=account.id, cohort_id=cohort.id)
    if db.session.scalar(held) is not None:
        raise FellowError(TWICE, field="email")
    fellowship = Fellowship(account=account, cohort=cohort, stage=stage, **place)
    fellowship.starts_on, fellowship.ends_on = days
    db.session.add(fellowship)
    flush_or_conflict(TWICE)
    step = FellowshipStep(fellowship_id=fellowship.id, to_stage=stage, at=now, by_id=actor.id, reason=reason)
    db.session.add(step)
    after = {"cohort": cohort.id, "stage": stage}
    subject = ("fellowship", fellowship.id)
    record(Tag.FELLOWSHIP_ADD, actor_id=actor.id, subject=subject, now=now, after=after)
    return fellowship


def change_fellowship(
    fellowship: Fellowship,
    *,
    days: tuple[date, date],
    place: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    """Change the project, the tracks and the dates, to which mentors' times are cut.

    Raises FellowError if a leave, or all of a mentor's time, would lie outside them.
    """
    require(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    check_changeable(fellowship.cohort.state)
    hold_fellowship(fellowship)
    check_days(fellowship.cohort, *days)
    _check_leaves(fellowship, *days)
    before, project = _told(fellowship), fellowship.project
    fellowship.starts_on, fellowship.ends_on = days
    if (outside := fit_assignments(fellowship, actor=actor, now=now)) is not None:
        raise FellowError(f"{in_words(outside)}: choose days that have some of that time.", field="ends_on")
    for name, value in place.items():
        setattr(fellowship, name, value)
    db.session.flush()
    subject, after = ("fellowship", fellowship.id), _told(fellowship)
    if fellowship.project != project:
        after["project"] = "changed"
    record(Tag.FELLOWSHIP_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def check_days(cohort: Cohort, starts_on: date, ends_on: date) -> None:
    """Raises FellowError for days that are not those of the cohort."""
    span = f"The cohort runs from {written_day(cohort.starts_on)} to {written_day(cohort.ends_on)}"
    if starts_on < cohort.starts_on:
        raise FellowError(f"{span}: choose a first day in it.", field="starts_on")
    if ends_on > cohort.ends_on:
        raise FellowError(f"{span}: choose a last day in it.", field="ends_on")


def _check_leaves(fellowship: Fellowship, starts_on: date, ends_on: date) -> None:
    outside = or_(Leave.starts_on < starts_on, Leave.ends_on > ends_on)
    query = select(Leave.id).where(Leave.fellowship_id == fellowship.id, outside)
    if db.session.scalar(query.limit(1)) is not None:
        raise FellowError("A leave would lie outside these days. Change it first.", field="ends_on")


def _account_for(
    email: str, name: str, *, cohort: Cohort, invited: bool, actor: Actor, now: datetime
) -> Account:
    account = db.session.scalar(select(Account).where(Account.email == email.lower()))
    if account is None and invited:
        people = [Invitee(email.lower(), name)]
        zone = cohort.time_zone
        sent = invite(people, roles=[Role.FELLOW], cohort_id=cohort.id, time_zone=zone, actor=actor, now=now)
        return sent.invitations[0].account
    if account is None:
        [made] = create_accounts(
            {email: name}, roles=[Role.FELLOW], time_zone=cohort.time_zone, actor=actor, now=now
        )
        return made
    if Role.FELLOW not in account.roles:
        raise FellowError(
            f"{account.name} has an account that is not a fellow's. Give it the role under People first.",
            field="email",
        )
    if fold(account.name) != fold(name):
        raise FellowError(
            f"The address below is {account.name}'s. Write that name if you mean them, or another address.",
            field="name",
        )
    return account


def _told(fellowship: Fellowship) -> dict[str, object]:
    return {
        "tracks": [fellowship.track_id, fellowship.second_track_id],
        "weight": fellowship.track_weight,
        "days": [fellowship.starts_on.isoformat(), fellowship.ends_on.isoformat()],
    }
