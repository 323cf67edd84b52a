"""Writing what rows about mentors and engagements say."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import insert

from program.accounts.models import Account
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort
from program.extensions import db, insert_missing
from program.imports.known import batches
from program.imports.mentor_rows import MentorWork
from program.imports.models import OtherAddress
from program.imports.organisations import Catalogue, NewOrganisation
from program.imports.plans import Planned, told_of
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor
from program.mentors.services import end_of


def write_mentors(
    planned: Sequence[Planned],
    *,
    cohort: Cohort,
    reason: str,
    actor: Account,
    now: datetime,
) -> None:
    """Entries in the pool, engagements with their stages, organisations that staff are to sort."""
    todo = [(row, row.work) for row in planned if isinstance(row.work, MentorWork)]
    mentors: dict[int, Mentor] = {}
    catalogue = Catalogue({})
    for batch in batches(todo):
        written = []
        for row, work in batch:
            if work.match.same_as is not None:
                mentors[row.number] = work.match.known or mentors[work.match.same_as]
                continue
            mentors[row.number] = _mentor(work, catalogue)
            written.append((work, mentors[row.number], _engagement(work, mentors[row.number], cohort, now)))
        db.session.flush()
        steps = []
        for work, mentor, engagement in written:
            _record_mentor(work, mentor, actor=actor, now=now)
            if engagement is not None:
                told = work.reason or reason
                steps += _record_engagement(work, engagement, reason=told, actor=actor, now=now)
        if steps:
            db.session.execute(insert(EngagementStep), steps)
    _record_organisations(catalogue, actor=actor, now=now)
    others = [
        {"address": work.address, "mentor_id": mentors[row.number].id, "account_id": None}
        for row, work in todo
        if work.match.is_new_address and mentors[row.number].email != work.address
    ]
    insert_missing(OtherAddress, others)


def _mentor(work: MentorWork, catalogue: Catalogue) -> Mentor:
    """The entry as the row wants it."""
    mentor = work.match.known or Mentor()
    for wish in work.mentor_wishes:
        value = wish.after
        if isinstance(value, NewOrganisation):
            value = catalogue.settle(value)
        setattr(mentor, wish.attribute, value)
    if work.match.known is None:
        db.session.add(mentor)
    return mentor


def _engagement(work: MentorWork, mentor: Mentor, cohort: Cohort, now: datetime) -> Engagement | None:
    """The engagement as the row wants it; None where it says nothing about one."""
    engagement = work.engagement
    if engagement is None and not work.course:
        return None
    if engagement is None:
        engagement = Engagement(mentor=mentor, cohort=cohort, stage=work.course[-1], stage_since=now)
        db.session.add(engagement)
    for wish in work.engagement_wishes:
        setattr(engagement, wish.attribute, wish.after)
    due_on = engagement.next_step_on
    engagement.next_step_due_at = end_of(due_on, cohort) if due_on else None
    return engagement


def _record_mentor(work: MentorWork, mentor: Mentor, *, actor: Account, now: datetime) -> None:
    subject = ("mentor", mentor.id)
    if work.match.known is None:
        record(Tag.MENTOR_ADD, actor_id=actor.id, subject=subject, now=now)
    elif work.mentor_wishes:
        after = {"fields": ", ".join(wish.label for wish in work.mentor_wishes)}
        record(Tag.MENTOR_CHANGE, actor_id=actor.id, subject=subject, now=now, after=after)


def _record_engagement(
    work: MentorWork, engagement: Engagement, *, reason: str, actor: Account, now: datetime
) -> list[dict[str, Any]]:
    """Write down what was done; the steps that were taken, to be written too."""
    subject = ("engagement", engagement.id)
    if work.engagement is None:
        record(
            Tag.ENGAGEMENT_ADD,
            actor_id=actor.id,
            subject=subject,
            now=now,
            after={"stage": engagement.stage},
        )
    elif work.engagement_wishes:
        was, now_is = told_of(work.engagement_wishes)
        record(Tag.ENGAGEMENT_CHANGE, actor_id=actor.id, subject=subject, now=now, before=was, after=now_is)
    if not work.course:
        return []
    before = engagement.stage if work.engagement else None
    way: list[EngagementStage | None] = [before, *work.course]
    if work.engagement is not None:
        engagement.stage, engagement.stage_since = work.course[-1], now
        stood, stands = {"stage": before}, {"stage": engagement.stage}
        record(Tag.ENGAGEMENT_STEP, actor_id=actor.id, subject=subject, now=now, before=stood, after=stands)
    about = {"engagement_id": engagement.id, "at": now, "by_id": actor.id, "reason": reason}
    return [{"from_stage": one, "to_stage": other, **about} for one, other in pairwise(way)]


def _record_organisations(catalogue: Catalogue, *, actor: Account, now: datetime) -> None:
    for organisation in catalogue.made.values():
        subject, after = ("organisation", organisation.id), {"provisional": True}
        record(Tag.ORGANISATION_ADD, actor_id=actor.id, subject=subject, now=now, after=after)
