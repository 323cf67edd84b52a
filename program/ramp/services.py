"""Changing the ramp for one fellow, and counting whose words were sent."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.authorship.measure import NOBODY, Version, words_by_author
from program.authorship.models import AuthorshipOverride
from program.clock import today
from program.cohorts.models import AuthorshipMode
from program.cohorts.states import check_changeable
from program.errors import DomainError
from program.extensions import db, flush_or_conflict
from program.fellows.models import Fellowship
from program.fellows.queries import hold_fellowship
from program.ramp.queries import find_override
from program.ramp.said import Said, said_before, text_of
from program.reports.models import Report, Revision

BATCH = 100
SAID_TWICE = "Somebody else changed the ramp for that day just now. Look at what it says, then decide again."


class RampError(DomainError):
    """A day that the ramp cannot change on."""


def change_mode(
    fellowship: Fellowship, *, starts_on: date, mode: AuthorshipMode, reason: str, actor: Actor, now: datetime
) -> None:
    """From this day on the fellow's reports are written so: those that fall due on it or later.

    Raises RampError for a day that is over, or none of the fellowship's.
    """
    _hold(fellowship, actor=actor, now=now)
    if starts_on < today(now, fellowship.cohort.time_zone):
        raise RampError(
            "Please choose today or a day to come: what was written so far stays as it was written."
        )
    if starts_on > fellowship.ends_on:
        raise RampError("The fellowship is over by then.")
    override = find_override(fellowship.id, starts_on)
    before = {"mode": override.mode} if override else {}
    if override is None:
        override = AuthorshipOverride(fellowship_id=fellowship.id, starts_on=starts_on)
        db.session.add(override)
    override.mode, override.reason, override.by_id, override.at = mode, reason, actor.id, now
    flush_or_conflict(SAID_TWICE)
    after = {"mode": mode, "from": starts_on.isoformat()}
    subject = ("fellowship", fellowship.id)
    record(Tag.RAMP_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def take_back_mode(override: AuthorshipOverride, *, actor: Actor, now: datetime) -> None:
    """What was to hold from a day on does not. Raises RampError if it holds by now: then another is to follow it."""
    fellowship = override.fellowship
    _hold(fellowship, actor=actor, now=now)
    if override.starts_on <= today(now, fellowship.cohort.time_zone):
        raise RampError("It holds by now. Say how the reports are to be written from today on instead.")
    before = {"mode": override.mode, "from": override.starts_on.isoformat()}
    db.session.delete(override)
    flush_or_conflict(SAID_TWICE)
    record(Tag.RAMP_CHANGE, actor_id=actor.id, subject=("fellowship", fellowship.id), now=now, before=before)


def _hold(fellowship: Fellowship, *, actor: Actor, now: datetime) -> None:
    require(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    check_changeable(fellowship.cohort.state)
    hold_fellowship(fellowship)


def count_words() -> Iterator[int]:
    """Count whose words each version is that was sent and not counted; a number after each batch, to commit at.

    Safe to run twice, late or at the same time: the same versions give the same numbers.
    """
    while waiting := _uncounted():
        said = said_before(waiting)
        for revision in waiting:
            _count(revision, said[revision.id])
        db.session.flush()
        yield len(waiting)


def _uncounted() -> list[Revision]:
    whole = joinedload(Revision.report)
    query = (
        select(Revision)
        .where(Revision.words.is_(None), Revision.submitted_at.is_not(None))
        .options(whole.selectinload(Report.revisions))
        .options(whole.joinedload(Report.fellowship), whole.selectinload(Report.asks))
        .order_by(Revision.submitted_at)
        .limit(BATCH)
    )
    return list(db.session.scalars(query))


def _count(revision: Revision, said: Iterable[Said]) -> None:
    report = revision.report
    versions = [one for one in report.revisions if one.number <= revision.number]
    counted = words_by_author(_in_turn(versions, said))
    revision.words = sum(counted.values())
    revision.fellow_words = counted.get(report.fellowship.account_id, 0)


def _in_turn(versions: Iterable[Revision], said: Iterable[Said]) -> Iterator[Version]:
    """The versions, and what was said before each, as they followed one another."""
    waiting = deque(said)
    for one in versions:
        while waiting and waiting[0].at < (one.submitted_at or one.saved_at):
            yield Version(NOBODY, waiting.popleft().text)
        yield Version(one.author_id, text_of(one.body))
