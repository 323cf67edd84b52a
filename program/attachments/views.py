"""The files beside a report: attached and taken away while it is written, read by whoever reads the report."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.attachments.forms import UploadForm
from program.attachments.kinds import MOST_BYTES
from program.attachments.queries import GONE, get_attached, get_attachment
from program.attachments.services import AttachmentError, attach_file, detach_file
from program.attachments.serving import answer_with
from program.authorship.modes import Writer
from program.body import takes
from program.errors import NotFoundError
from program.extensions import db
from program.limits import UPLOADS
from program.reports.desks import Desk, get_coached_desk, get_desk
from program.reports.models import Report
from program.tries import limited
from program.web import allow

bp = Blueprint("attachments", __name__)
MORE = 1024 * 1024
"""Bytes of a request beyond the largest file, so that one which is a little too large is told so beside its field."""


@bp.get("/periods/<int:period_id>/report/attachments")
@allow(Permission.REPORT_WRITE)
def listing(period_id: int) -> ResponseReturnValue:
    """The files beside the fellow's report, and one more; those that were sent are beside it where it is read."""
    desk = get_desk(g.account, period_id, now=g.now)
    if desk.report is not None and not desk.is_open:
        return redirect(url_for("reviews.read", report_id=desk.report.id))
    return _page(desk, UploadForm())


@bp.post("/periods/<int:period_id>/report/attachments")
@allow(Permission.REPORT_WRITE)
@takes(MOST_BYTES + MORE)
@limited(UPLOADS)
def attach(period_id: int) -> ResponseReturnValue:
    """Attach a file to the fellow's report, which is begun if it was not."""
    return _attach(partial(get_desk, g.account, period_id, now=g.now))


@bp.get("/fellowships/<int:fellowship_id>/periods/<int:period_id>/report/attachments")
@allow(Permission.REPORT_COACH)
def coached(fellowship_id: int, period_id: int) -> ResponseReturnValue:
    """The files beside a report that the research manager writes or reads along."""
    return _page(get_coached_desk(g.account, fellowship_id, period_id, now=g.now), UploadForm())


@bp.post("/fellowships/<int:fellowship_id>/periods/<int:period_id>/report/attachments")
@allow(Permission.REPORT_COACH)
@takes(MOST_BYTES + MORE)
@limited(UPLOADS)
def attach_coached(fellowship_id: int, period_id: int) -> ResponseReturnValue:
    """Attach a file to a report that the research manager writes."""
    return _attach(partial(get_coached_desk, g.account, fellowship_id, period_id, now=g.now))


@bp.post("/attachments/<int:attachment_id>/remove")
@allow(Permission.REPORT_READ)
def remove(attachment_id: int) -> ResponseReturnValue:
    """Take a file away from what is written."""
    attachment = get_attached(g.account, attachment_id, now=g.now)
    desk, name = _desk_of(attachment.report), attachment.file_name
    detach_file(desk, attachment, actor=g.account, now=g.now)
    flash(f"“{name}” is taken away. Versions that were sent with it keep it.", "ok")
    return _back(desk)


@bp.get("/attachments/<int:attachment_id>/<name>")
@allow(Permission.REPORT_READ)
def show(attachment_id: int, name: str) -> ResponseReturnValue:
    """The file itself. Who looks at the site as another sees only what was sent."""
    drafts = g.account.seen_by is None
    attachment = get_attachment(g.account, attachment_id, drafts=drafts, now=g.now)
    if name != attachment.file_name:
        raise NotFoundError(GONE)
    return answer_with(attachment)


def _desk_of(report: Report) -> Desk:
    """The desk at which the account writes this report."""
    if report.fellowship.account_id == g.account.id:
        return get_desk(g.account, report.period_id, now=g.now)
    return get_coached_desk(g.account, report.fellowship_id, report.period_id, now=g.now)


def _attach(opens: Callable[[], Desk]) -> ResponseReturnValue:
    opens()
    db.session.rollback()  # nobody waits for the database while the file is looked into
    form = UploadForm()
    good = form.validate_on_submit()
    desk = opens()
    if not good:
        return _page(desk, form), 422
    try:
        attached, is_new = attach_file(desk, checked=form.checked, name=form.name, actor=g.account, now=g.now)
    except AttachmentError as error:
        form.file.errors = [str(error)]
        return _page(desk, form), 422
    flash(_told(attached.file_name, form, is_new=is_new), "ok")
    return _back(desk)


def _told(name: str, form: UploadForm, *, is_new: bool) -> str:
    if not is_new:
        return f"This file is attached already, as “{name}”."
    word, end = form.checked.kind.word, form.false_end
    renamed = f" It was called .{end}, but it is {word}, so it has that end now." if end else ""
    return f"“{name}” is attached.{renamed}"


def _back(desk: Desk) -> ResponseReturnValue:
    if desk.writer is Writer.FELLOW:
        return redirect(url_for("writing.desk", period_id=desk.period.id, _anchor="attachments"))
    fellowship_id, period_id = desk.fellowship.id, desk.period.id
    return redirect(
        url_for("writing.coach", fellowship_id=fellowship_id, period_id=period_id, _anchor="attachments")
    )


def _page(desk: Desk, form: UploadForm) -> str:
    return render_template("attachments/list.html", desk=desk, upload=form)
