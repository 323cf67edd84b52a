"""A new cohort like an earlier one: its calendar is shown before it is made."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.calendar import calendar_of, left_out
from program.cohorts.queries import get_original
from program.copying.forms import CopyForm
from program.copying.services import copy_cohort
from program.web import allow

bp = Blueprint("copying", __name__)


@bp.get("/cohorts/<int:cohort_id>/copy")
@allow(Permission.COHORT_CHANGE)
def ask(cohort_id: int) -> ResponseReturnValue:
    """The page that asks for the new cohort's name and first day."""
    original = get_original(cohort_id)
    return render_template("copying/copy.html", original=original, form=CopyForm(original), plan=None)


@bp.post("/cohorts/<int:cohort_id>/copy")
@allow(Permission.COHORT_CHANGE)
def copy(cohort_id: int) -> ResponseReturnValue:
    """What the copy would be; once that was seen, the copy."""
    original = get_original(cohort_id)
    form = CopyForm(original)
    if not form.validate_on_submit():
        return render_template("copying/copy.html", original=original, form=form, plan=None), 422
    if form.seen.data != form.plan.digest:
        return render_template(
            "copying/copy.html",
            original=original,
            form=form,
            plan=form.plan,
            periods=calendar_of(form.plan),
            left_out=left_out(form.plan),
        )
    cohort = copy_cohort(original, name=form.name.data or "", plan=form.plan, actor=g.account, now=g.now)
    flash(f"{cohort.name} is made like {original.name}. Nobody is in it yet.", "ok")
    return redirect(url_for("cohorts.page", cohort_id=cohort.id))
