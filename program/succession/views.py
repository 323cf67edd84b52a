"""The page that shows what a mentor would leave behind, and hands it over."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.mentors.models import Engagement
from program.mentors.queries import get_engagement
from program.succession.forms import WithdrawalForm, withdrawal_form
from program.succession.queries import list_shares
from program.succession.services import withdraw_mentor
from program.web import allow

bp = Blueprint("succession", __name__)


@bp.get("/engagements/<int:engagement_id>/withdrawal")
@allow(Permission.MENTOR_CHANGE)
def preview(engagement_id: int) -> ResponseReturnValue:
    """What would be handed over, and to whom it could go."""
    found = get_engagement(engagement_id)
    return _page(found, withdrawal_form(list_shares(found, now=g.now))())


@bp.post("/engagements/<int:engagement_id>/withdrawal")
@allow(Permission.MENTOR_CHANGE)
def withdraw(engagement_id: int) -> ResponseReturnValue:
    """Their access ends, and what was theirs is somebody else's."""
    found = get_engagement(engagement_id)
    form = withdrawal_form(list_shares(found, now=g.now))()
    if not form.validate_on_submit():
        return _page(found, form), 422
    reason, heirs = form.reason.data or "", form.heirs
    count = withdraw_mentor(found, reason=reason, heirs=heirs, actor=g.account, now=g.now)
    fellows = {0: "Nobody was left to hand over", 1: "1 fellow was handed over"}.get(
        count, f"{count} fellows were handed over"
    )
    flash(f"{found.mentor.name} has withdrawn. {fellows}.", "ok")
    return redirect(url_for("recruiting.engagement", engagement_id=found.id))


def _page(found: Engagement, form: WithdrawalForm) -> str:
    return render_template("succession/withdrawal.html", engagement=found, form=form)
