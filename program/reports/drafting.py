"""Putting what was typed into a report: whose it is to type, what others typed meanwhile, whose revision it becomes."""

from collections.abc import Mapping
from datetime import datetime

from program.access import Actor, Permission, require
from program.authorship.modes import Audience, Writer
from program.cohorts.models import AuthorshipMode
from program.errors import ConflictError, ForbiddenError
from program.extensions import db
from program.reports.desks import Desk
from program.reports.merging import Merge, mark_of, merge
from program.reports.models import Report, ReportState, Revision
from program.reports.states import check_step

SAVED_ELSEWHERE = (
    "This report was saved in another tab or on another device after this page was opened. "
    "Nothing was overwritten: both texts are below. Put together what you want to keep, then save."
)
CHANGED_MEANWHILE = (
    "Somebody changed this report after this page was opened, so it was not sent. What is below is both of your "
    "work. Read it, then send it."
)
NOT_YOURS = (
    "The part that you changed is not yours to write at the moment. What you typed is below: nothing is lost."
)
OUTCOME = "outcome-"
"""What is ticked off the plan before is kept under this and the number of the item."""
PERMISSIONS = {Writer.FELLOW: Permission.REPORT_WRITE, Writer.MANAGER: Permission.REPORT_COACH}


class ClashError(ConflictError):
    """Two people, or two tabs, changed the same section."""


class UnseenError(ConflictError):
    """A report that was to be sent holds what its fellow has not seen."""


def require_writer(desk: Desk, *, actor: Actor, now: datetime) -> None:
    """Raises ForbiddenError unless the actor may sit at this desk in its part."""
    require(actor, PERMISSIONS[desk.writer], desk.fellowship, now=now)


def revise(
    desk: Desk,
    *,
    body: Mapping[str, str],
    version: int,
    marks: Mapping[str, str] | None,
    actor: Actor,
    now: datetime,
    sends: bool = False,
) -> Revision:
    """The revision that holds the text, in its report; not flushed. Who changes nothing leaves the one that is there.

    Raises ForbiddenStepError, ForbiddenError for a section that is not theirs, ClashError if a section was changed in
    two places, UnseenError if the text is to be sent and somebody else changed it.
    """
    report = desk.report or _begin(desk)
    check_step(report.state, ReportState.SUBMITTED)
    _check_sections(desk, body)
    both = merge(body, desk.text, _known(desk, body, version=version, marks=marks or {}))
    _check_merge(both, sends=sends)
    revision = desk.revision
    if revision is not None and not sends and _filled(both.text) == _filled(desk.text):
        return revision
    report.version, report.saved_at = report.version + 1, now
    if _takes_over(desk, both.text):
        report.handed_over_at = now
    if revision is None or revision.submitted_at is not None or revision.author_id != actor.id:
        report.revision_number += 1
        revision = Revision(report=report, number=report.revision_number, author_id=actor.id)
        db.session.add(revision)
    revision.body, revision.aside, revision.saved_at = *_parted(desk, both.text), now
    return revision


def _known(desk: Desk, body: Mapping[str, str], *, version: int, marks: Mapping[str, str]) -> dict[str, str]:
    """By which marks the page knows its texts. Where it has none, by what stands there, if nobody saved since."""
    stands = {key: mark_of(desk.text.get(key, "")) for key in body} if desk.version == version else {}
    return {**stands, **marks}


def _filled(text: Mapping[str, str]) -> dict[str, str]:
    return {key: words for key, words in text.items() if words}


def _takes_over(desk: Desk, text: Mapping[str, str]) -> bool:
    """Whether the fellow begins to write what the research manager drafts, as they can from the deadline on.

    It stays theirs, whatever becomes of the deadline.
    """
    drafted = desk.mode is AuthorshipMode.MANAGER_DRAFTS and desk.writer is Writer.FELLOW
    if not drafted or (desk.report is not None and desk.report.handed_over_at is not None):
        return False
    before, after = (_parted(desk, words)[0] for words in (desk.text, text))
    return _filled(before) != _filled(after)


def _check_merge(both: Merge, *, sends: bool) -> None:
    if both.clashes:
        raise ClashError(SAVED_ELSEWHERE)
    if sends and both.brought:
        raise UnseenError(CHANGED_MEANWHILE)


def _check_sections(desk: Desk, body: Mapping[str, str]) -> None:
    """Raises ForbiddenError if a text differs that this writer may not type."""
    audiences = {section.key: section.audience for section in desk.template.sections}
    for key, text in body.items():
        audience = audiences.get(key, Audience.EVERYONE)
        if text != desk.text.get(key, "") and not desk.may_type(audience):
            raise ForbiddenError(NOT_YOURS)


def _parted(desk: Desk, text: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What is for everyone, and what is not."""
    open_keys = {one.key for one in desk.template.sections if one.audience is Audience.EVERYONE}
    body = {key: words for key, words in text.items() if key in open_keys}
    return body, {key: words for key, words in text.items() if key not in open_keys and words}


def _begin(desk: Desk) -> Report:
    return Report(
        fellowship=desk.fellowship,
        period=desk.period,
        template=desk.template,
        state=ReportState.DRAFT,
        version=0,
        revision_number=0,
    )
