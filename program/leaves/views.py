"""The leaves of a fellow, as staff give them."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.fellows.forms import day_of, show_error
from program.fellows.models import Fellowship
from program.fellows.queries import get_fellowship
from program.fellows.services import FellowError
from program.leaves.forms import LeaveEndForm, LeaveForm
from program.leaves.queries import get_leave, list_leaves, paused_weeks
from program.leaves.services import add_leave, change_leave, remove_leave
from program.web import allow

bp = Blueprint("leaves", __name__)


@bp.get("/fellowships/<int:fellowship_id>/leaves")
@allow(Permission.FELLOWSHIP_CHANGE)
def listing(fellowship_id: int) -> ResponseReturnValue:
    """The fellow's leaves, what they pause, and one more."""
    return _page(_fellowship(fellowship_id), LeaveForm())


@bp.post("/fellowships/<int:fellowship_id>/leaves")
@allow(Permission.FELLOWSHIP_CHANGE)
def give(fellowship_id: int) -> ResponseReturnValue:
    """Give leave."""
    fellowship, form = _fellowship(fellowship_id), LeaveForm()
    if not form.validate_on_submit():
        return _page(fellowship, form), 422
    days = {"starts_on": day_of(form.starts_on), "ends_on": day_of(form.ends_on)}
    try:
        add_leave(fellowship, **days, reason=form.reason.data or "", actor=g.account, now=g.now)
    except FellowError as error:
        return _page(fellowship, show_error(form, error)), 422
    return _done(fellowship, f"{fellowship.account.name} owes nothing in these days.")


@bp.post("/leaves/<int:leave_id>")
@allow(Permission.FELLOWSHIP_CHANGE)
def change(leave_id: int) -> ResponseReturnValue:
    """Another last day."""
    leave, form = get_leave(g.account, leave_id, now=g.now), LeaveEndForm()
    good = form.validate_on_submit()
    if good:
        try:
            change_leave(leave, ends_on=day_of(form.ends_on), actor=g.account, now=g.now)
        except FellowError as error:
            good = not show_error(form, error)
    if not good:
        return _page(leave.fellowship, LeaveForm(formdata=None), ending=(leave.id, form)), 422
    return _done(leave.fellowship, "The leave has another last day.")


@bp.post("/leaves/<int:leave_id>/remove")
@allow(Permission.FELLOWSHIP_CHANGE)
def remove(leave_id: int) -> ResponseReturnValue:
    """Take a leave back."""
    leave = get_leave(g.account, leave_id, now=g.now)
    remove_leave(leave, actor=g.account, now=g.now)
    return _done(leave.fellowship, "The leave is taken back: what falls due in those days is owed.")


def _fellowship(fellowship_id: int) -> Fellowship:
    return get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)


def _done(fellowship: Fellowship, message: str) -> ResponseReturnValue:
    flash(message, "ok")
    return redirect(url_for(".listing", fellowship_id=fellowship.id))


def _page(fellowship: Fellowship, form: LeaveForm, ending: tuple[int, LeaveEndForm] | None = None) -> str:
    return render_template(
        "leaves/list.html",
        fellowship=fellowship,
        form=form,
        leaves=list_leaves(fellowship.id),
        weeks=paused_weeks(fellowship.id),
        wrong=ending,
    )
