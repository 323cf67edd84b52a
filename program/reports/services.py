"""Saving a report, handing a draft over to its fellow, and submitting it."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, func, select, update

from program.access import Actor
from program.audit.models import Tag
from program.audit.services import record
from program.authorship.modes import Audience, Writer
from program.cohorts.models import AuthorshipMode
from program.errors import ForbiddenStepError
from program.extensions import db, flush_or_conflict
from program.fellows.models import Fellowship
from program.fulltext.services import keep_text
from program.lines import read_lines
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.reports.desks import Desk
from program.reports.drafting import OUTCOME, SAVED_ELSEWHERE, require_writer, revise
from program.reports.items import follow_lines
from program.reports.models import Ask, Outcome, PlanItem, Report, ReportState, Revision, SectionKind

NOT_HANDED_OVER = (
    "Your research manager is drafting this report from your notes. You can read it, change it and send it as soon as "
    "they hand it over, and from the deadline on in any case."
)
NOT_DRAFTED = "This report is not drafted by its research manager, so there is nothing to hand over."
Marks = Mapping[str, str] | None


def save_draft(
    desk: Desk, *, body: Mapping[str, str], version: int, marks: Marks = None, actor: Actor, now: datetime
) -> Report:
    """Keep the text (by section) as the actor's own revision. Raises ClashError, and what `revise` raises.

    `version` and `marks` are those of the page. What a version holds is never audited, and that it was begun only once.
    """
    require_writer(desk, actor=actor, now=now)
    known = desk.revision
    revision = revise(desk, body=body, version=version, marks=marks, actor=actor, now=now)
    flush_or_conflict(SAVED_ELSEWHERE)
    if revision is not known:
        subject, after = ("report", revision.report.id), {"revision": revision.number}
        record(Tag.REPORT_BEGIN, actor_id=actor.id, subject=subject, now=now, after=after)
    return revision.report


def hand_over_draft(
    desk: Desk, *, body: Mapping[str, str], version: int, marks: Marks = None, actor: Actor, now: datetime
) -> Report:
    """The research manager's draft is ready: the fellow is told, can change it, and sends it or not.

    Raises ForbiddenStepError where it is not theirs to draft, and what `save_draft` raises.
    """
    require_writer(desk, actor=actor, now=now)
    if desk.writer is not Writer.MANAGER or desk.mode is not AuthorshipMode.MANAGER_DRAFTS:
        raise ForbiddenStepError(NOT_DRAFTED)
    if desk.report is not None and desk.report.handed_over_at and desk.holds(body):
        return desk.report
    report = save_draft(desk, body=body, version=version, marks=marks, actor=actor, now=now)
    before, report.handed_over_at = report.handed_over_at, now
    flush_or_conflict(SAVED_ELSEWHERE)
    message = Message(NoticeKind.DRAFT_HANDED_OVER, desk.fellowship.account_id, "report", report.id, before)
    post([message], now=now)
    record(Tag.REPORT_HAND_OVER, actor_id=actor.id, subject=("report", report.id), now=now)
    return report


def submit_report(
    desk: Desk, *, body: Mapping[str, str], version: int, marks: Marks = None, actor: Actor, now: datetime
) -> Report:
    """Send the text to the mentors. Late is marked, never refused; sending the same page twice is one report.

    What is sent is what the fellow saw: raises UnseenError if somebody else changed it meanwhile, ForbiddenStepError
    while the research manager drafts it, and what `save_draft` raises.
    """
    require_writer(desk, actor=actor, now=now)
    if desk.report is not None and already_sent(desk, body=body):
        return desk.report
    if desk.is_open and not desk.may_send:
        raise ForbiddenStepError(NOT_HANDED_OVER)
    owed_at = desk.fellowship.cohort.owed_after(
        now
    )  # before anything changes: to read the breaks would flush it
    revision = revise(desk, body=body, version=version, marks=marks, actor=actor, now=now, sends=True)
    report = revision.report
    before = {"state": report.state}
    revision.submitted_at = report.submitted_at = now
    report.first_submitted_at = report.first_submitted_at or now
    report.state = ReportState.SUBMITTED
    report.owed_at = owed_at
    _follow_text(desk, revision, now=now)
    flush_or_conflict(SAVED_ELSEWHERE)
    keep_text(report.id, revision.body.values())
    mentors = desk.fellowship.people(now).mentors
    post([_told(mentor, revision) for mentor in sorted(mentors)], now=now)
    after = {"state": report.state, "revision": revision.number, "late": desk.lateness(now).is_late}
    subject = ("report", report.id)
    record(Tag.REPORT_SUBMIT, actor_id=actor.id, subject=subject, now=now, before=before, after=after)
    return report


def forget_unsent(account_id: int) -> int:
    """Delete what the fellow wrote and never sent; how many versions that were. What was sent stays."""
    theirs = select(Report.id).join(Report.fellowship).where(Fellowship.account_id == account_id)
    unsent = delete(Revision).where(Revision.report_id.in_(theirs), Revision.submitted_at.is_(None))
    gone = cast("CursorResult[None]", db.session.execute(unsent)).rowcount
    begun = delete(Report).where(Report.id.in_(theirs), Report.first_submitted_at.is_(None))
    db.session.execute(begun)
    last = select(func.max(Revision.number)).where(Revision.report_id == Report.id).scalar_subquery()
    db.session.execute(update(Report).where(Report.id.in_(theirs)).values(revision_number=last))
    return gone


def already_sent(desk: Desk, *, body: Mapping[str, str]) -> bool:
    """Whether this text was sent a moment ago: the button was pressed twice, or on two devices."""
    report = desk.report
    return report is not None and report.state is ReportState.SUBMITTED and desk.holds(body)


def _follow_text(desk: Desk, revision: Revision, *, now: datetime) -> None:
    """Make the asks and the plan of the report those of its text, and settle the plan before."""
    report = revision.report
    asks, plan = (_lines(desk, revision, kind) for kind in (SectionKind.ASKS, SectionKind.PLAN))
    gone = [
        *follow_lines(
            report.asks,
            asks,
            settled=lambda ask: ask.answered_at is not None,
            new=lambda position, text: Ask(position=position, text=text, created_at=now),
        ),
        *follow_lines(
            report.plan,
            plan,
            settled=lambda item: item.outcome is not None,
            new=lambda position, text: PlanItem(position=position, text=text),
        ),
    ]
    for row in gone:
        db.session.delete(row)
    _settle_plan(desk.fellowship, revision.aside)


def _lines(desk: Desk, revision: Revision, kind: SectionKind) -> list[str]:
    """What stands in the sections of this kind that the mentors read."""
    keys = [s.key for s in desk.template.sections if s.kind is kind and s.audience is Audience.EVERYONE]
    return read_lines("\n".join(revision.body.get(key, "") for key in keys))


def _settle_plan(fellowship: Fellowship, aside: Mapping[str, str]) -> None:
    """What became of the items of the fellow's earlier plans, as it was ticked off."""
    chosen = {int(key.removeprefix(OUTCOME)): word for key, word in aside.items() if key.startswith(OUTCOME)}
    if not chosen:
        return
    query = select(PlanItem).join(PlanItem.report)
    query = query.where(PlanItem.id.in_(chosen), Report.fellowship_id == fellowship.id)
    for item in db.session.scalars(query):
        item.outcome = Outcome(chosen[item.id])


def _told(mentor_account_id: int, revision: Revision) -> Message:
    return Message(NoticeKind.REPORT_SUBMITTED, mentor_account_id, "revision", revision.id)
