"""Leaves: days on which a fellow owes nothing."""

from datetime import date, datetime

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.clock import written_day
from program.cohorts.states import check_changeable
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship, Leave
from program.fellows.queries import hold_fellowship
from program.fellows.services import FellowError
from program.leaves.queries import list_leaves


def add_leave(
    fellowship: Fellowship, *, starts_on: date, ends_on: date, reason: str, actor: Actor, now: datetime
) -> Leave:
    """Give leave for these days, both included; staff and the fellow read why. Raises FellowError."""
    _hold(fellowship, actor=actor, now=now)
    _check(fellowship, starts_on, ends_on)
    leave = Leave(fellowship_id=fellowship.id, starts_on=starts_on, ends_on=ends_on, reason=reason)
    db.session.add(leave)
    db.session.flush()
    _write_down(fellowship, actor, now=now, before={}, after=_days(leave))
    return leave


def change_leave(leave: Leave, *, ends_on: date, actor: Actor, now: datetime) -> None:
    """Let the leave end with another day. Raises FellowError and NotFoundError."""
    _hold_leave(leave, actor=actor, now=now)
    _check(leave.fellowship, leave.starts_on, ends_on, apart_from=leave)
    before = _days(leave)
    leave.ends_on = ends_on
    db.session.flush()
    _write_down(leave.fellowship, actor, now=now, before=before, after=_days(leave))


def remove_leave(leave: Leave, *, actor: Actor, now: datetime) -> None:
    """Take the leave back: what fell due in it is owed again. Raises NotFoundError."""
    _hold_leave(leave, actor=actor, now=now)
    db.session.delete(leave)
    db.session.flush()
    _write_down(leave.fellowship, actor, now=now, before=_days(leave), after={})


def _hold(fellowship: Fellowship, *, actor: Actor, now: datetime) -> None:
    """Nobody else changes the fellowship's leaves before this transaction is over."""
    require(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    check_changeable(fellowship.cohort.state)
    hold_fellowship(fellowship)


def _hold_leave(leave: Leave, *, actor: Actor, now: datetime) -> None:
    """The same, of a leave that nobody has taken back meanwhile. Raises NotFoundError."""
    _hold(leave.fellowship, actor=actor, now=now)
    if leave not in list_leaves(leave.fellowship_id):
        raise NotFoundError("This leave was taken back by somebody else.")


def _check(
    fellowship: Fellowship, starts_on: date, ends_on: date, *, apart_from: Leave | None = None
) -> None:
    if ends_on < starts_on:
        raise FellowError("The last day is before the first. Please change one of them.", field="ends_on")
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not fellowship.starts_on <= day <= fellowship.ends_on:
            first, last = written_day(fellowship.starts_on), written_day(fellowship.ends_on)
            raise FellowError(f"The fellowship runs from {first} to {last}: choose a day in it.", field=field)
    for other in list_leaves(fellowship.id):
        if other is not apart_from and other.starts_on <= ends_on and starts_on <= other.ends_on:
            first, last = written_day(other.starts_on), written_day(other.ends_on)
            raise FellowError(
                f"There is a leave from {first} to {last} already. Change that one.", field="ends_on"
            )


def _days(leave: Leave) -> dict[str, str]:
    return {"from": leave.starts_on.isoformat(), "to": leave.ends_on.isoformat()}


def _write_down(
    fellowship: Fellowship, actor: Actor, *, now: datetime, before: dict[str, str], after: dict[str, str]
) -> None:
    subject = ("fellowship", fellowship.id)
    record(Tag.LEAVE_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)
