"""Answering what is still open in a report that is decided."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.answering.forms import asks_form
from program.answering.services import ANSWERED_MEANWHILE, have_answered, open_asks, send_answers
from program.answering.typing import typed_answers
from program.errors import ConflictError
from program.extensions import db
from program.reports.models import Report
from program.reports.queries import get_report
from program.web import allow

bp = Blueprint("answering", __name__)


@bp.post("/reports/<int:report_id>/answers")
@allow(Permission.ASK_ANSWER)
def send(report_id: int) -> ResponseReturnValue:
    """Answer one or more of a report's open asks."""
    report = get_report(g.account, report_id, now=g.now)
    asks = open_asks(report)
    if typed_answers().keys() - {ask.id for ask in asks}:
        return _answered_already(report)
    form = asks_form(asks)() if asks else None
    if form is None or not form.validate_on_submit():
        return render_template("answering/answer.html", report=report, form=form), 422
    try:
        send_answers(report, answers=form.answers, actor=g.account, now=g.now)
    except ConflictError:
        db.session.rollback()
        return _answered_already(get_report(g.account, report_id, now=g.now))
    return _done(report)


def _answered_already(report: Report) -> ResponseReturnValue:
    """It may have been this person, a moment ago: the button was pressed twice. Raises ConflictError else."""
    if not have_answered(typed_answers(), author_id=g.account.id):
        raise ConflictError(ANSWERED_MEANWHILE)
    return _done(report)


def _done(report: Report) -> ResponseReturnValue:
    flash(f"Answered. {report.fellowship.account.name} is told at once.", "ok")
    return redirect(url_for("reviews.read", report_id=report.id))
