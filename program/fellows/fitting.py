"""What hangs on a fellowship's days when these change: mentors' times are cut to them, and none is left outside."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.access import Actor
from program.audit.models import Tag
from program.audit.services import record
from program.clock import written_day
from program.extensions import db
from program.fellows.models import Assignment, Fellowship


def fit_assignments(fellowship: Fellowship, *, actor: Actor, now: datetime) -> Assignment | None:
    """Cut the assignments to the fellowship's new days; one that is yet to begin, and never would, goes.

    The first that cannot be cut comes back, if there is one: what was on days that are now outside has been.
    """
    query = select(Assignment).where(Assignment.fellowship_id == fellowship.id).order_by(Assignment.starts_on)
    for one in db.session.scalars(query.options(joinedload(Assignment.mentor))).all():
        before = one.on_record
        if one.starts_on > fellowship.ends_on and one.starts_on > now.date():
            db.session.delete(one)
            after: dict[str, str | None] = {}
        elif one.starts_on > fellowship.ends_on or (one.ends_on or date.max) < fellowship.starts_on:
            return one
        else:
            one.starts_on = max(one.starts_on, fellowship.starts_on)
            one.ends_on = one.ends_on and min(one.ends_on, fellowship.ends_on)
            after = one.on_record
        if after != before:
            told = {"mentor": one.mentor_id, **after}
            subject = ("fellowship", fellowship.id)
            record(Tag.ASSIGNMENT_END, actor_id=actor.id, subject=subject, now=now, before=before, after=told)
    db.session.flush()
    db.session.expire(fellowship, ["assignments"])
    return None


def in_words(assignment: Assignment) -> str:
    """Whose time it is, and from when to when."""
    until = f"to {written_day(assignment.ends_on)}" if assignment.ends_on else "on"
    return f"{assignment.mentor.name} is their mentor from {written_day(assignment.starts_on)} {until}"
