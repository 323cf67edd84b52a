"""The desk that a report is written at: by its fellow, and by the research manager who coaches them."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.attachments.services import check_seen
from program.errors import ConflictError
from program.extensions import db
from program.forms import find_row_id
from program.markdown import render_markdown
from program.reports.desks import Desk, get_coached_desk, get_desk
from program.reports.drafting import SAVED_ELSEWHERE, ClashError, UnseenError
from program.reports.models import Report
from program.reports.services import hand_over_draft, save_draft, submit_report
from program.web import allow
from program.writing.forms import PreviewForm
from program.writing.pages import Sheet, is_autosave, lay_out, saved_answer
from program.writing.queries import list_coached_periods

bp = Blueprint("writing", __name__)
Opens = Callable[[], Desk]
Takes = Callable[..., Report]


@bp.get("/periods/<int:period_id>/report")
@allow(Permission.REPORT_WRITE)
def desk(period_id: int) -> ResponseReturnValue:
    """The fellow's desk; a report that waits for its mentor or is accepted is read instead."""
    found = get_desk(g.account, period_id, now=g.now)
    if found.report is not None and not found.is_open:
        return redirect(url_for("reviews.read", report_id=found.report.id))
    return _page(lay_out(found))


@bp.post("/periods/<int:period_id>/report/draft")
@allow(Permission.REPORT_WRITE)
def save(period_id: int) -> ResponseReturnValue:
    """Keep the draft; a script that saves as one types gets JSON."""
    opens = partial(get_desk, g.account, period_id, now=g.now, template_id=_template())
    return _take(opens, save_draft, lambda _report: redirect(url_for(".desk", period_id=period_id)))


@bp.post("/periods/<int:period_id>/report")
@allow(Permission.REPORT_WRITE)
def submit(period_id: int) -> ResponseReturnValue:
    """Send the report to the mentor."""
    opens = partial(get_desk, g.account, period_id, now=g.now, template_id=_template())
    return _take(opens, submit_report, _to_report, complete=True)


@bp.get("/fellowships/<int:fellowship_id>/reports")
@allow(Permission.REPORT_COACH)
def coached(fellowship_id: int) -> ResponseReturnValue:
    """The reports of a fellow as their research manager has them."""
    cursor = request.args.get("after")
    fellowship, page = list_coached_periods(g.account, fellowship_id, now=g.now, cursor=cursor)
    return render_template("writing/coached.html", fellowship=fellowship, page=page)


@bp.get("/fellowships/<int:fellowship_id>/periods/<int:period_id>/report")
@allow(Permission.REPORT_COACH)
def coach(fellowship_id: int, period_id: int) -> ResponseReturnValue:
    """The research manager's side of the desk: what they draft, write or comment on, and how the fellow is."""
    return _page(lay_out(get_coached_desk(g.account, fellowship_id, period_id, now=g.now)))


@bp.post("/fellowships/<int:fellowship_id>/periods/<int:period_id>/report/draft")
@allow(Permission.REPORT_COACH)
def save_coached(fellowship_id: int, period_id: int) -> ResponseReturnValue:
    """Keep what the research manager wrote."""
    opens = _coached(fellowship_id, period_id)
    return _take(opens, save_draft, lambda _report: _to_coach(fellowship_id, period_id))


@bp.post("/fellowships/<int:fellowship_id>/periods/<int:period_id>/report")
@allow(Permission.REPORT_COACH)
def hand_over(fellowship_id: int, period_id: int) -> ResponseReturnValue:
    """The draft is ready for the fellow."""
    opens = _coached(fellowship_id, period_id)
    return _take(opens, hand_over_draft, lambda _report: _to_coach(fellowship_id, period_id), complete=True)


@bp.post("/markdown")
@allow(Permission.SIGNED_IN)
def preview() -> ResponseReturnValue:
    """What was typed, as others will see it."""
    form = PreviewForm()
    if not form.validate_on_submit():
        return render_template("writing/preview.html", html="", error=form.text.errors), 422
    return render_template("writing/preview.html", html=render_markdown(form.text.data or ""), error=())


def _coached(fellowship_id: int, period_id: int) -> Opens:
    whose = (g.account, fellowship_id, period_id)
    return partial(get_coached_desk, *whose, now=g.now, template_id=_template())


def _template() -> int | None:
    """The version of the template that the page showed."""
    return find_row_id(request.form.get("template", ""))


TRIES = 5
"""How often a step is taken again because others saved in the same moment; then the page says so."""
DONE = {
    save_draft: "The draft is saved. {readers} until it is sent.",
    hand_over_draft: "The draft is with {fellow}, who was told. They can change it, and send it.",
    submit_report: "Your report is with your mentor. You will hear as soon as it is read.",
}


def _take(
    opens: Opens, step: Takes, then: Callable[[Report], ResponseReturnValue], *, complete: bool = False
) -> ResponseReturnValue:
    """Take the step with what was typed; if somebody was quicker, again with what they left."""
    lost = ConflictError(SAVED_ELSEWHERE)
    for _try in range(TRIES):
        sheet = lay_out(opens(), sent=True, complete=complete)
        if not sheet.form.validate_on_submit():
            sheet.show_files()
            return _page(sheet), 422
        try:
            report = _taken(sheet, step)
            break
        except (ClashError, UnseenError) as conflict:
            return _conflict_page(sheet, conflict)
        except ConflictError as quicker:
            db.session.rollback()
            lost = quicker
    else:
        raise lost
    if is_autosave():
        return saved_answer(sheet, report)
    fellow = report.fellowship.account.name
    flash(DONE[step].format(fellow=fellow, readers=sheet.readers), "ok")
    return then(report)


def _taken(sheet: Sheet, step: Takes) -> Report:
    form = sheet.form
    if step is submit_report:
        check_seen(sheet.desk, marks=sheet.shown_files)
    return step(
        sheet.desk,
        body=form.body,
        version=form.version.data or 0,
        marks=form.marks,
        actor=g.account,
        now=g.now,
    )


def _conflict_page(sheet: Sheet, conflict: ConflictError) -> ResponseReturnValue:
    """What was typed here stays in the fields, theirs stands beside it, and the next save is made from both."""
    if is_autosave():
        raise conflict
    sheet.put_together()
    return _page(sheet, message=str(conflict)), 409


def _to_report(report: Report) -> ResponseReturnValue:
    return redirect(url_for("reviews.read", report_id=report.id))


def _to_coach(fellowship_id: int, period_id: int) -> ResponseReturnValue:
    return redirect(url_for(".coach", fellowship_id=fellowship_id, period_id=period_id))


def _page(sheet: Sheet, *, message: str = "") -> str:
    return render_template(
        "writing/desk.html", sheet=sheet, desk=sheet.desk, form=sheet.form, message=message
    )
