"""The course of a fellowship, as one query over what the features wrote down, cut to what its reader may see."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from program.access import Actor, Permission, can
from program.accounts.models import Account
from program.cohorts.models import Cohort, ReportPeriod
from program.cohorts.queries import period_title
from program.columns import AnySelect, UtcDateTime
from program.days import day_begins
from program.deadlines.models import Deadline
from program.deadlines.queries import effective_due, is_late
from program.fellows.models import Assignment, Fellowship, FellowshipStep, Handover, Leave
from program.fellows.queries import visible_to
from program.mentors.models import Mentor
from program.paging import Page, page_of
from program.reports.models import Ask, Report, Revision
from program.reviews.models import Review
from program.timeline.models import EXTENDED, Entry, EntryKind
from program.timeline.sight import Sight

NAMES = ("at", "kind", "ref", "word", "other", "who", "text", "until", "link")
EXCERPT = 200
"""Characters of an ask that are shown; the report has all of it."""
NOBODY: Any = literal("", String)
NO_DAY: Any = cast(null(), Date)
NO_LINK: Any = cast(null(), Integer)
Before, Next = aliased(Account), aliased(Account)


def sight_of(actor: Actor, fellowship: Fellowship, *, now: datetime) -> Sight:
    """What the policy lets the actor see of the fellowship beside the bare facts."""
    staff = can(actor, Permission.FELLOWSHIP_CHANGE, fellowship, now=now)
    notes = can(actor, Permission.HANDOVER_READ, fellowship, now=now)
    return Sight(reasons=staff, notes=notes, private=staff or fellowship.account_id == actor.id)


def list_course(
    actor: Actor, fellowship: Fellowship, sight: Sight, *, now: datetime, cursor: str | None
) -> Page[Entry]:
    """What happened in the fellowship, the latest first."""
    own = fellowship.id
    parts = [
        _steps(own, sight),
        _leaves(own, sight),
        _submitted(own),
        _reviews(own),
        _asks(own),
        _answers(own),
        _other_places(fellowship, sight).where(visible_to(actor, Permission.FELLOWSHIP_READ, now=now)),
    ]
    if sight.placed(fellowship.stage):
        parts += [_assignments(own), _assignments_ended(own), _handovers(own, sight)]
    course = union_all(*parts).subquery("course")
    page = page_of(
        select(*course.c),
        order=[course.c.at, course.c.kind, course.c.ref],
        key=lambda row: row[:3],
        cursor=cursor,
        newest_first=True,
    )
    return page.map(lambda row: Entry(row[0], EntryKind(row[1]), *row[2:]))


def _entry(
    kind: EntryKind,
    at: Any,
    ref: Any,
    *,
    word: Any = NOBODY,
    other: Any = NOBODY,
    who: Any = NOBODY,
    text: Any = NOBODY,
    until: Any = NO_DAY,
    link: Any = NO_LINK,
) -> AnySelect:
    said = [func.coalesce(type_coerce(value, String), "") for value in (word, other, who, text)]
    columns = [type_coerce(at, UtcDateTime), literal(kind.value, String), ref, *said, until, link]
    return select(*(column.label(name) for name, column in zip(NAMES, columns, strict=True)))


def _steps(own: int, sight: Sight) -> AnySelect:
    """The steps to stages that are shown; one by which the stage that was shown stays shown is none to the reader."""
    step, told = FellowshipStep, sight.reasons
    shown = func.lag(step.to_stage).over(order_by=(step.at, step.id))
    seen = select(step.id, shown.label("shown")).where(
        step.fellowship_id == own, step.to_stage.in_(sight.stages())
    )
    before = seen.subquery("seen")
    extended = step.from_stage == step.to_stage
    query = _entry(
        EntryKind.STEP,
        step.at,
        step.id,
        word=case((extended, EXTENDED), else_=type_coerce(step.to_stage, String)),
        other=step.from_stage if told else NOBODY,
        who=Account.name if told else NOBODY,
        text=step.reason if told else NOBODY,
    )
    query = query.select_from(step).join(before, before.c.id == step.id)
    query = query.outerjoin(Account, Account.id == step.by_id)
    return query if told else query.where(or_(extended, before.c.shown.is_distinct_from(step.to_stage)))


def _assignments(own: int) -> AnySelect:
    one, at = Assignment, day_begins(Assignment.starts_on)
    query = _entry(EntryKind.ASSIGNMENT, at, one.id, word=one.kind, who=Mentor.name, until=one.ends_on)
    return query.join_from(one, Mentor, Mentor.id == one.mentor_id).where(one.fellowship_id == own)


def _assignments_ended(own: int) -> AnySelect:
    one, at = Assignment, day_begins(Assignment.ends_on)
    query = _entry(EntryKind.ASSIGNMENT_END, at, one.id, word=one.kind, who=Mentor.name)
    query = query.join_from(one, Mentor, Mentor.id == one.mentor_id)
    return query.where(one.fellowship_id == own, one.ends_on.is_not(None))


def _leaves(own: int, sight: Sight) -> AnySelect:
    text = Leave.reason if sight.private else NOBODY
    query = _entry(EntryKind.LEAVE, day_begins(Leave.starts_on), Leave.id, text=text, until=Leave.ends_on)
    return query.where(Leave.fellowship_id == own)


def _submitted(own: int) -> AnySelect:
    first = Revision.submitted_at == Report.first_submitted_at
    late = case((first & _is_late(), "late"), else_="")
    query = _entry(
        EntryKind.SUBMITTED,
        Revision.submitted_at,
        Revision.id,
        word=period_title(),
        other=late,
        link=Report.id,
    )
    query = query.join_from(Revision, Report, Report.id == Revision.report_id).join(Report.period)
    query = query.join(Cohort, Cohort.id == ReportPeriod.cohort_id).outerjoin(Report.deadline)
    return query.where(Report.fellowship_id == own, Revision.submitted_at.is_not(None))


def _is_late() -> ColumnElement[bool]:
    late = is_late(effective_due(), Revision.submitted_at, Cohort.grace_hours)
    return and_(late, func.coalesce(Deadline.excused, False).is_(False))


def _reviews(own: int) -> AnySelect:
    query = _entry(
        EntryKind.REVIEW,
        Review.created_at,
        Review.id,
        word=Review.verdict,
        other=period_title(),
        who=Account.name,
        link=Report.id,
    )
    query = query.join_from(Review, Report, Report.id == Review.report_id).join(Report.period)
    return query.join(Account, Account.id == Review.author_id).where(Report.fellowship_id == own)


def _asks(own: int) -> AnySelect:
    text = func.substr(Ask.text, 1, EXCERPT)
    query = _entry(EntryKind.ASK, Ask.created_at, Ask.id, word=period_title(), text=text, link=Report.id)
    query = query.join_from(Ask, Report, Report.id == Ask.report_id).join(Report.period)
    return query.where(Report.fellowship_id == own)


def _answers(own: int) -> AnySelect:
    word, who = period_title(), Account.name
    query = _entry(EntryKind.ANSWER, Ask.answered_at, Ask.id, word=word, who=who, link=Report.id)
    query = query.join_from(Ask, Report, Report.id == Ask.report_id).join(Report.period)
    query = query.join(Account, Account.id == Ask.answered_by_id)
    return query.where(Report.fellowship_id == own, Ask.answered_at.is_not(None))


def _handovers(own: int, sight: Sight) -> AnySelect:
    text = Handover.note if sight.notes else NOBODY
    query = _entry(EntryKind.HANDOVER, Handover.at, Handover.id, other=Before.name, who=Next.name, text=text)
    query = query.select_from(Handover).outerjoin(Before, Before.id == Handover.from_id)
    return query.outerjoin(Next, Next.id == Handover.to_id).where(Handover.fellowship_id == own)


def _other_places(fellowship: Fellowship, sight: Sight) -> AnySelect:
    """The same person's places in other cohorts, before and after."""
    word = Fellowship.stage if sight.reasons else NOBODY
    at = day_begins(Fellowship.starts_on)
    query = _entry(EntryKind.PLACE, at, Fellowship.id, word=word, other=Cohort.name, link=Fellowship.id)
    query = query.join_from(Fellowship, Cohort, Cohort.id == Fellowship.cohort_id)
    return query.where(Fellowship.account_id == fellowship.account_id, Fellowship.id != fellowship.id)
