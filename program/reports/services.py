"""Saving and submitting a report."""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, delete, func, select, update

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.errors import ConflictError
from program.extensions import db, flush_or_conflict
from program.fellows.models import Fellowship
from program.fulltext.services import keep_text
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.reports.desks import Desk
from program.reports.models import Ask, Report, ReportState, Revision, SectionKind
from program.reports.states import check_step

SAVED_ELSEWHERE = (
    "This report was saved in another tab or on another device after this page was opened. "
    "Nothing was overwritten: both texts are below. Put together what you want to keep, then save."
)


def save_draft(desk: Desk, *, body: dict[str, str], version: int, actor: Actor, now: datetime) -> Report:
    """Keep the text as the actor's own revision. Raises ConflictError if it was saved elsewhere since `version`.

    What a version holds is never audited, and that it was begun only once.
    """
    known = desk.revision
    revision = _revise(desk, body=body, version=version, actor=actor, now=now)
    flush_or_conflict(SAVED_ELSEWHERE)
    if revision is not known:
        subject, after = ("report", revision.report.id), {"revision": revision.number}
        record(Tag.REPORT_BEGIN, actor_id=actor.id, subject=subject, now=now, after=after)
    return revision.report


def submit_report(desk: Desk, *, body: dict[str, str], version: int, actor: Actor, now: datetime) -> Report:
    """Send the text to the mentors. Late is marked, never refused; sending the same page twice is one report.

    Raises ConflictError if it was saved elsewhere since `version`.
    """
    if desk.report is not None and already_sent(desk, body=body, version=version):
        require(actor, Permission.REPORT_WRITE, desk.fellowship, now=now)
        return desk.report
    revision = _revise(desk, body=body, version=version, actor=actor, now=now)
    report = revision.report
    before = {"state": report.state}
    revision.submitted_at = report.submitted_at = now
    report.first_submitted_at = report.first_submitted_at or now
    report.state = ReportState.SUBMITTED
    report.owed_at = now + timedelta(days=desk.fellowship.cohort.review_days)
    _sync_asks(report, _typed_asks(desk, body), now=now)
    flush_or_conflict(SAVED_ELSEWHERE)
    keep_text(report.id, revision.body.values())
    mentors = desk.fellowship.people(now).mentors
    post([_told(mentor, revision) for mentor in sorted(mentors)], now=now)
    after = {"state": report.state, "revision": revision.number, "late": now > desk.period.due_at}
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


def already_sent(desk: Desk, *, body: dict[str, str], version: int) -> bool:
    """Whether this is the page that was sent a moment ago, sent again."""
    report = desk.report
    sent = report is not None and report.state is ReportState.SUBMITTED
    return sent and desk.version == version + 1 and desk.body == body


def _revise(desk: Desk, *, body: dict[str, str], version: int, actor: Actor, now: datetime) -> Revision:
    """The revision that holds the text, in its report; not flushed."""
    require(actor, Permission.REPORT_WRITE, desk.fellowship, now=now)
    report = desk.report or _begin(desk)
    if report.version != version:
        raise ConflictError(SAVED_ELSEWHERE)
    check_step(report.state, ReportState.SUBMITTED)
    report.version, report.saved_at = version + 1, now
    revision = desk.revision
    if revision is None or revision.submitted_at is not None or revision.author_id != actor.id:
        report.revision_number += 1
        revision = Revision(report=report, number=report.revision_number, author_id=actor.id)
        db.session.add(revision)
    revision.body, revision.saved_at = body, now
    return revision


def _begin(desk: Desk) -> Report:
    return Report(
        fellowship=desk.fellowship,
        period=desk.period,
        template=desk.template,
        state=ReportState.DRAFT,
        version=0,
        revision_number=0,
    )


def _typed_asks(desk: Desk, body: dict[str, str]) -> list[str]:
    """The asks in the text: one a line, each once, in their order."""
    lines = [
        f"{line.strip()} ".removeprefix("- ").strip()
        for section in desk.template.sections
        if section.kind is SectionKind.ASKS
        for line in body.get(section.key, "").splitlines()
    ]
    return list(dict.fromkeys(filter(None, lines)))


def _sync_asks(report: Report, typed: list[str], *, now: datetime) -> None:
    """Make the report's asks those of the text; what was answered stays, whatever the text now says."""
    known = {ask.text: ask for ask in report.asks}
    for text, ask in known.items():
        if text not in typed and ask.answered_at is None:
            report.asks.remove(ask)
            db.session.delete(ask)
    for position, text in enumerate(typed, start=1):
        if text in known:
            known[text].position = position
        else:
            report.asks.append(Ask(position=position, text=text, created_at=now))


def _told(mentor_account_id: int, revision: Revision) -> Message:
    return Message(NoticeKind.REPORT_SUBMITTED, mentor_account_id, "revision", revision.id)
