"""Staff change deadlines: what moves is shown before it does."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.forms import row_id
from program.postponing.changes import Change
from program.postponing.forms import DeadlineForm
from program.postponing.queries import find_change, list_fellows, list_periods
from program.postponing.services import CHANGED_MEANWHILE, change_deadlines, check_open
from program.web import allow

bp = Blueprint("postponing", __name__)


@bp.get("/cohorts/<int:cohort_id>/deadlines")
@allow(Permission.DEADLINE_CHANGE)
def ask(cohort_id: int) -> ResponseReturnValue:
    """Whose deadline, and what becomes of it; the address may say of whom and of which report."""
    cohort = get_cohort(cohort_id)
    check_open(cohort)
    form = _form(cohort)
    form.fellows.data = [_number("fellow")] if _number("fellow") else []
    form.period.data = _number("period") or next(
        (period.id for period in form.periods.values() if period.due_at > g.now), None
    )
    return _drawn(cohort, form)


@bp.post("/cohorts/<int:cohort_id>/deadlines")
@allow(Permission.DEADLINE_CHANGE)
def change(cohort_id: int) -> ResponseReturnValue:
    """The form again if something is wrong, the preview if it was not seen yet, else the change."""
    cohort = get_cohort(cohort_id)
    check_open(cohort)
    form = _form(cohort)
    if not form.validate_on_submit():
        return _drawn(cohort, form), 422
    found = find_change(cohort, form.wish())
    if form.is_stale(found):
        form.form_errors = [CHANGED_MEANWHILE]
        return _drawn(cohort, form, found), 409
    if not form.seen.data or not found.changing:
        return _drawn(cohort, form, found)
    reason = form.reason.data or ""
    change_deadlines(cohort, wish=form.wish(), reason=reason, seen=found.digest, actor=g.account, now=g.now)
    flash("Done, as you saw it. Whose deadline changed gets a mail.", "ok")
    return redirect(url_for("cohorts.page", cohort_id=cohort.id))


def _number(name: str) -> int | None:
    try:
        return row_id(request.args.get(name, ""))
    except ValueError:
        return None


def _form(cohort: Cohort) -> DeadlineForm:
    return DeadlineForm(list_periods(cohort, _number("fellow")), list_fellows(cohort.id))


def _drawn(cohort: Cohort, form: DeadlineForm, found: Change | None = None) -> str:
    return render_template(
        "postponing/change.html", cohort=cohort, form=form, change=found, fellow=_number("fellow")
    )
