"""Attaching files to a report that is being written, and taking them away again."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import cast

from sqlalchemy import CursorResult, delete, select, update

from program.access import Actor
from program.attachments.kinds import MOST_FILES, NO_NAME, Checked
from program.attachments.models import Attachment
from program.attachments.queries import last_sent, list_attached, list_unseen, was_sent
from program.audit.models import Tag
from program.audit.services import record
from program.authorship.modes import Audience, Writer
from program.errors import ConflictError, DomainError, ForbiddenError, ForbiddenStepError, NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship
from program.reports.desks import Desk
from program.reports.drafting import UnseenError, require_writer
from program.reports.models import Report
from program.reports.services import save_draft
from program.reports.states import WRITABLE

FULL = f"There are {MOST_FILES} files beside this report already, which is the most. Take one away first."
SENT_MEANWHILE = "This report was sent, so the files beside it stay as they are. Nothing was changed."
NOT_YOURS = "Who only reads along attaches no files and takes none away. Nothing was changed."
BEGUN_ELSEWHERE = (
    "This report was just begun in another tab or on another device. Please choose the file again."
)


UNSEEN = (
    "Somebody attached a file to this report after this page was opened, so it was not sent. What is below is all that "
    "would go to your mentor. Look at it, the files too, then send it."
)


class AttachmentError(DomainError):
    """One more file cannot be attached; its text is for the field in which the file was chosen."""


def attach_file(
    desk: Desk, *, checked: Checked, name: str, actor: Actor, now: datetime
) -> tuple[Attachment, bool]:
    """The file beside the report, which is begun if it was not; and whether it is new there.

    The same file twice is one. Raises AttachmentError if there are as many as may be, ForbiddenError, and
    ForbiddenStepError.
    """
    _require_hand(desk, actor=actor, now=now)
    report = desk.report or _begin(desk, actor=actor, now=now)
    _hold(report)
    there, digest = list_attached(report.id), sha256(checked.content).hexdigest()
    same = next((one for one in there if one.sha256 == digest), None)
    if same is not None:
        return same, False
    if len(there) >= MOST_FILES:
        raise AttachmentError(FULL)
    attachment = Attachment(report_id=report.id, by_id=actor.id, name=name, kind=checked.kind, created_at=now)
    attachment.content, attachment.size, attachment.sha256 = checked.content, len(checked.content), digest
    attachment.after_revision = last_sent(report.id)
    db.session.add(attachment)
    db.session.flush()
    after = {"kind": checked.kind, "size": attachment.size}
    subject = ("report", report.id)
    record(Tag.ATTACHMENT_ADD, actor_id=actor.id, subject=subject, now=now, after=after)
    return attachment, True


def detach_file(desk: Desk, attachment: Attachment, *, actor: Actor, now: datetime) -> None:
    """Take it away from the next version. One that was sent stays with the versions that it was sent with.

    Raises NotFoundError if somebody else was quicker, ForbiddenError, and ForbiddenStepError.
    """
    _require_hand(desk, actor=actor, now=now)
    report = desk.report
    if report is not None:
        _hold(report)
    if report is None or attachment.id not in {one.id for one in list_attached(report.id)}:
        raise NotFoundError("This file was taken away already.")
    sent = last_sent(report.id)
    if attachment.after_revision < sent:
        attachment.until_revision = sent
    else:
        db.session.delete(attachment)
    db.session.flush()
    before = {"kind": attachment.kind, "size": attachment.size}
    subject = ("report", report.id)
    record(Tag.ATTACHMENT_REMOVE, actor_id=actor.id, subject=subject, now=now, before=before)


def check_seen(desk: Desk, *, marks: Collection[str]) -> None:
    """Before it is sent: raises UnseenError if others attached what the page did not show, by the marks of its files.

    Nobody attaches another before this transaction is over.
    """
    if desk.report is None or not desk.may_send:
        return
    # Its version is not read anew: that the text is still the one on the desk is told by it.
    db.session.execute(select(Report.id).where(Report.id == desk.report.id).with_for_update())
    if list_unseen(desk.report.id, marks=marks, reader_id=desk.fellowship.account_id):
        raise UnseenError(UNSEEN)


def forget_unsent_files(account_id: int) -> int:
    """Delete what was never sent of the files beside a fellow's reports; how many. What was sent loses its name."""
    theirs = select(Report.id).join(Report.fellowship).where(Fellowship.account_id == account_id)
    beside = Attachment.report_id.in_(theirs)
    gone = cast("CursorResult[None]", db.session.execute(delete(Attachment).where(beside, ~was_sent())))
    db.session.execute(update(Attachment).where(beside).values(name=NO_NAME))
    return gone.rowcount


def may_attach(desk: Desk) -> bool:
    """Whether whoever sits at the desk attaches files: the fellow always, for the notes they give too; the research
    manager where they write what the mentor reads.
    """
    return desk.is_open and (desk.writer is Writer.FELLOW or desk.may_type(Audience.EVERYONE))


def _require_hand(desk: Desk, *, actor: Actor, now: datetime) -> None:
    require_writer(desk, actor=actor, now=now)
    if desk.is_open and not may_attach(desk):
        raise ForbiddenError(NOT_YOURS)


def _begin(desk: Desk, *, actor: Actor, now: datetime) -> Report:
    try:
        return save_draft(desk, body={}, version=0, actor=actor, now=now)
    except ConflictError as conflict:
        raise ConflictError(BEGUN_ELSEWHERE) from conflict


def _hold(report: Report) -> None:
    """Nobody else attaches, takes away or sends before this transaction is over. Raises ForbiddenStepError."""
    db.session.refresh(report, ["state", "version"], with_for_update=True)
    if report.state not in WRITABLE:
        raise ForbiddenStepError(SENT_MEANWHILE)
