"""The desk that a fellow writes at."""

from datetime import datetime
from typing import cast

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program import clock
from program.access import Permission
from program.errors import ConflictError
from program.extensions import db
from program.reports.desks import Desk, get_desk
from program.reports.forms import PREFIX, ReportForm, report_form
from program.reports.models import Report
from program.reports.queries import find_previous
from program.reports.services import already_sent, save_draft, submit_report
from program.reports.states import WRITABLE
from program.web import allow

bp = Blueprint("writing", __name__)


@bp.get("/periods/<int:period_id>/report")
@allow(Permission.REPORT_WRITE)
def desk(period_id: int) -> ResponseReturnValue:
    """The desk; a report that waits for its mentor or is accepted is read instead."""
    found = get_desk(g.account, period_id, now=g.now)
    if found.report is not None and found.report.state not in WRITABLE:
        return redirect(url_for("reviews.read", report_id=found.report.id))
    data = {PREFIX + key: text for key, text in found.body.items()} | {"version": found.version}
    return _desk_page(found, report_form(found.template.sections, complete=False)(data=data))


@bp.post("/periods/<int:period_id>/report/draft")
@allow(Permission.REPORT_WRITE)
def save(period_id: int) -> ResponseReturnValue:
    """Keep the draft; a script that saves as one types gets JSON."""
    desk = get_desk(g.account, period_id, now=g.now)
    form = report_form(desk.template.sections, complete=False)()
    if not form.validate_on_submit():
        return _desk_page(desk, form, status=422)
    try:
        report = save_draft(desk, body=form.body, version=form.version.data or 0, actor=g.account, now=g.now)
    except ConflictError as conflict:
        return _conflict_page(_fresh_desk(period_id), form, conflict)
    if "X-Autosave" in request.headers:
        return jsonify(saved=_clock_time(), version=report.version)
    flash("Your draft is saved. Nobody but you sees it until you send it.", "ok")
    return redirect(url_for(".desk", period_id=period_id))


@bp.post("/periods/<int:period_id>/report")
@allow(Permission.REPORT_WRITE)
def submit(period_id: int) -> ResponseReturnValue:
    """Send the report to the mentor."""
    desk = get_desk(g.account, period_id, now=g.now)
    form = report_form(desk.template.sections, complete=True)()
    if not form.validate_on_submit():
        return _desk_page(desk, form, status=422)
    try:
        report = submit_report(
            desk, body=form.body, version=form.version.data or 0, actor=g.account, now=g.now
        )
    except ConflictError as conflict:
        desk = _fresh_desk(period_id)
        if not already_sent(desk, body=form.body, version=form.version.data or 0):
            return _conflict_page(desk, form, conflict)
        report = cast("Report", desk.report)
    flash("Your report is with your mentor. You will hear as soon as it is read.", "ok")
    return redirect(url_for("reviews.read", report_id=report.id))


def _desk_page(desk: Desk, form: ReportForm, *, status: int = 200) -> ResponseReturnValue:
    return _render(desk, form, theirs=None, message=""), status


def _fresh_desk(period_id: int) -> Desk:
    """The desk as whoever was quicker left it."""
    db.session.rollback()
    return get_desk(g.account, period_id, now=g.now)


def _conflict_page(desk: Desk, form: ReportForm, conflict: ConflictError) -> ResponseReturnValue:
    """Both texts side by side: what was typed here stays in the fields, and the next save is made from theirs."""
    if "X-Autosave" in request.headers or (desk.report and desk.report.state not in WRITABLE):
        raise conflict
    form.version.data = form.version.raw_data = None
    form.version.process_data(desk.version)
    return _render(desk, form, theirs=desk.body, message=str(conflict)), 409


def _render(desk: Desk, form: ReportForm, *, theirs: dict[str, str] | None, message: str) -> str:
    previous = find_previous(desk.fellowship.id, desk.period)
    plan = previous[1].body.get("plan", "") if previous else ""
    return render_template(
        "writing/desk.html", desk=desk, form=form, plan=plan, theirs=theirs, message=message
    )


def _clock_time() -> str:
    now: datetime = g.now
    return now.astimezone(clock.zone(g.account.time_zone)).strftime("%H:%M")
