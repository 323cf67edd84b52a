"""Saying something beside a report. It is read where the report is."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.commenting.forms import comment_form
from program.commenting.services import add_comments
from program.reports.desks import Desk, get_coached_desk, get_desk
from program.web import allow

bp = Blueprint("commenting", __name__)


@bp.post("/periods/<int:period_id>/report/comments")
@allow(Permission.REPORT_WRITE)
def say(period_id: int) -> ResponseReturnValue:
    """The fellow says something beside their report."""
    desk = get_desk(g.account, period_id, now=g.now)
    return _say(desk, url_for("writing.desk", period_id=period_id))


@bp.post("/fellowships/<int:fellowship_id>/periods/<int:period_id>/report/comments")
@allow(Permission.REPORT_COACH)
def coach(fellowship_id: int, period_id: int) -> ResponseReturnValue:
    """The research manager does."""
    desk = get_coached_desk(g.account, fellowship_id, period_id, now=g.now)
    return _say(desk, url_for("writing.coach", fellowship_id=fellowship_id, period_id=period_id))


def _say(desk: Desk, back: str) -> ResponseReturnValue:
    form = comment_form(desk.sections)()
    if not form.validate_on_submit():
        return render_template("commenting/mend.html", form=form, back=back), 422
    count = add_comments(desk, texts=form.texts, actor=g.account, now=g.now)
    flash("Your comment is beside the text." if count else "There was nothing new to say.", "ok")
    return redirect(back)
