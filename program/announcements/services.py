"""Writing an announcement, and sending it once to each of those it is for. Texts are in no event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from program.access import Actor, Permission, require
from program.announcements.audience import Target, seen_as
from program.announcements.models import Announcement, Destination
from program.announcements.people import list_reached_ids
from program.announcements.queries import hold_announcement
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort
from program.cohorts.states import check_changeable
from program.errors import ConflictError, ForbiddenStepError
from program.extensions import db
from program.notices.models import NoticeKind
from program.notices.services import Message, post

BATCH = 1_000
SAVED_ELSEWHERE = (
    "This draft was saved from another page since you opened it here. What you typed is below, and is kept instead "
    "once you save it again."
)
MOVED = "This is not what you looked at any more, so nothing was sent. Look at it as it is now, then send it."
NOBODY = "It would go to nobody. Nothing was sent: change whom it is for."


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written, and for whom."""

    subject: str
    text: str
    leads_to: Destination
    target: Target


def draft_announcement(cohort: Cohort, *, writing: Writing, actor: Actor, now: datetime) -> Announcement:
    """Keep a new draft. Raises ForbiddenStepError in a cohort that is archived."""
    one = Announcement(cohort_id=cohort.id, author_id=actor.id)
    require(actor, Permission.ANNOUNCEMENT_WRITE, one, now=now)
    check_changeable(cohort.state)
    _keep(one, writing, now)
    db.session.add(one)
    db.session.flush()
    _record(Tag.ANNOUNCEMENT_SAVE, one, actor, now=now)
    return one


def save_draft(one: Announcement, *, writing: Writing, version: int, actor: Actor, now: datetime) -> None:
    """Keep the draft as it is now. Raises ConflictError if it is not of this version any more, and ForbiddenStepError
    if it was sent or its cohort is archived.
    """
    _hold(one, actor=actor, now=now)
    if one.version != version:
        raise ConflictError(SAVED_ELSEWHERE)
    _keep(one, writing, now)
    one.version += 1
    db.session.flush()
    _record(Tag.ANNOUNCEMENT_SAVE, one, actor, now=now)


def discard_draft(one: Announcement, *, actor: Actor, now: datetime) -> None:
    """It was never sent, and is gone. Raises ForbiddenStepError likewise."""
    _hold(one, actor=actor, now=now)
    db.session.delete(one)
    db.session.flush()
    _record(Tag.ANNOUNCEMENT_DISCARD, one, actor, now=now)


def send_announcement(one: Announcement, *, seen: str, actor: Actor, now: datetime) -> int:
    """Put one mail to each of those it is for into the outbox, if text and people are those that were `seen`; how
    many. One that was sent already is not sent again: 0.

    Raises ConflictError if they are others by now, or nobody, and ForbiddenStepError if the cohort is archived.
    """
    require(actor, Permission.ANNOUNCEMENT_WRITE, one, now=now)
    hold_announcement(one)
    if one.sent_at is not None:
        return 0
    check_changeable(one.cohort.state)
    account_ids = list_reached_ids(one, now=now)
    if seen != seen_as(one.version, account_ids):
        raise ConflictError(MOVED)
    if not account_ids:
        raise ConflictError(NOBODY)
    one.sent_at, one.recipients = now, _post(one, account_ids, now)
    db.session.flush()
    _record(Tag.ANNOUNCEMENT_SEND, one, actor, now=now, people=one.recipients)
    return one.recipients


def forget_unsent_announcements(account_id: int) -> None:
    """What somebody wrote and never sent."""
    theirs = Announcement.author_id == account_id
    db.session.execute(delete(Announcement).where(theirs, Announcement.sent_at.is_(None)))


def _post(one: Announcement, account_ids: Sequence[int], now: datetime) -> int:
    about = ("announcement", one.id)
    batches = (account_ids[start : start + BATCH] for start in range(0, len(account_ids), BATCH))
    return sum(
        post([Message(NoticeKind.ANNOUNCEMENT, account_id, *about) for account_id in batch], now=now)
        for batch in batches
    )


def _hold(one: Announcement, *, actor: Actor, now: datetime) -> None:
    require(actor, Permission.ANNOUNCEMENT_WRITE, one, now=now)
    hold_announcement(one)
    check_changeable(one.cohort.state)
    if one.sent_at is not None:
        raise ForbiddenStepError("This was sent, so it stands as it is. Write another one to add to it.")


def _keep(one: Announcement, writing: Writing, now: datetime) -> None:
    one.subject, one.text, one.leads_to = writing.subject, writing.text, writing.leads_to
    one.target, one.saved_at = writing.target, now


def _record(tag: Tag, one: Announcement, actor: Actor, *, now: datetime, people: int | None = None) -> None:
    whom = {"parts": one.parts, "tracks": one.track_ids, "manager": one.manager_id}
    after = {"cohort": one.cohort_id, **whom, "owes": one.owes, "kinds": one.kinds}
    if people is not None:
        after["people"] = people
    record(tag, actor_id=actor.id, subject=("announcement", one.id), now=now, after=after)
