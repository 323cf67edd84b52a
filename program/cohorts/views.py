"""The cohorts: all of them, one of them, a new one, and the step to its next state."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.calendar import left_out
from program.cohorts.forms import CohortForm, RulesForm, StandingForm, StepForm
from program.cohorts.models import Cohort
from program.cohorts.plans import plan_of
from program.cohorts.queries import get_cohort, list_cohorts
from program.cohorts.services import create_cohort, describe_cohort, step_cohort
from program.cohorts.sheets import COHORTS
from program.cohorts.states import OVER, STEPS, CohortState
from program.exports.sending import export_url, send_list
from program.forms import NO_TOKEN
from program.history.queries import list_history
from program.limits import LIST_EXPORTS
from program.tries import limited
from program.web import allow

bp = Blueprint("cohorts", __name__)


@bp.get("/cohorts")
@allow(Permission.COHORT_READ)
def listing() -> ResponseReturnValue:
    """All cohorts, or those in one state, the latest first."""
    asked = StandingForm(request.args, meta=NO_TOKEN)
    page = list_cohorts(cursor=request.args.get("after"), state=asked.state.chosen)
    away = export_url(".export", asked)
    return render_template(
        "cohorts/list.html", page=page, state=asked.state.chosen, states=[*CohortState], export_url=away
    )


@bp.post("/cohorts/export")
@allow(Permission.COHORT_READ)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """Those that are asked for, as a sheet."""
    asked = StandingForm(request.args, meta=NO_TOKEN)
    return send_list(COHORTS, partial(list_cohorts, state=asked.state.chosen), asked=asked)


@bp.get("/cohorts/new")
@allow(Permission.COHORT_CHANGE)
def new() -> ResponseReturnValue:
    """The page that asks for a cohort's name and dates."""
    return render_template("cohorts/new.html", form=CohortForm())


@bp.post("/cohorts/new")
@allow(Permission.COHORT_CHANGE)
def create() -> ResponseReturnValue:
    """A cohort from scratch."""
    form = CohortForm()
    if not form.validate_on_submit():
        return render_template("cohorts/new.html", form=form), 422
    cohort = create_cohort(
        name=form.name.data or "",
        time_zone=form.plan.time_zone,
        starts_on=form.plan.starts_on,
        ends_on=form.plan.ends_on,
        anywhere_on_earth=form.plan.anywhere_on_earth,
        review_days=form.review_days.data or 0,
        actor=g.account,
        now=g.now,
    )
    return _done(cohort, f"{cohort.name} is set up. Give it its phases next: they make its calendar.")


@bp.get("/cohorts/<int:cohort_id>")
@allow(Permission.COHORT_READ)
def page(cohort_id: int) -> ResponseReturnValue:
    """A cohort's dates, phases, breaks, calendar and tracks, and what can be done to it."""
    return _drawn(get_cohort(cohort_id))


@bp.get("/cohorts/<int:cohort_id>/edit")
@allow(Permission.COHORT_CHANGE)
def edit(cohort_id: int) -> ResponseReturnValue:
    """The page that asks for another name."""
    cohort = get_cohort(cohort_id)
    return render_template("cohorts/edit.html", cohort=cohort, form=RulesForm(obj=cohort))


@bp.post("/cohorts/<int:cohort_id>/edit")
@allow(Permission.COHORT_CHANGE)
def describe(cohort_id: int) -> ResponseReturnValue:
    """Change the name, the days for a review, and when a report is late."""
    cohort, form = get_cohort(cohort_id), RulesForm()
    form.cohort = cohort
    if not form.validate_on_submit():
        return render_template("cohorts/edit.html", cohort=cohort, form=form), 422
    describe_cohort(
        cohort,
        name=form.name.data or "",
        review_days=form.review_days.data or 0,
        grace_hours=form.grace_hours.data or 0,
        very_late_days=form.very_late_days.data or 0,
        actor=g.account,
        now=g.now,
    )
    return _done(cohort, "Saved.")


@bp.post("/cohorts/<int:cohort_id>/state")
@allow(Permission.COHORT_CHANGE)
def step(cohort_id: int) -> ResponseReturnValue:
    """One state on, or one back."""
    cohort, form = get_cohort(cohort_id), StepForm()
    if not form.validate_on_submit():
        return _drawn(cohort, form), 422
    step_cohort(cohort, state=form.chosen, actor=g.account, now=g.now)
    return _done(cohort, f"{cohort.name} is {cohort.state} now.")


def _drawn(cohort: Cohort, form: StepForm | None = None) -> str:
    order = [*CohortState]
    return render_template(
        "cohorts/page.html",
        cohort=cohort,
        form=form or StepForm(),
        steps=sorted(STEPS[cohort.state], key=order.index, reverse=True),
        is_further=lambda state: order.index(state) > order.index(cohort.state),
        may_move=cohort.state not in OVER,
        left_out=left_out(plan_of(cohort)),
        history=list_history(g.account, "cohort", cohort.id),
    )


def _done(cohort: Cohort, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for(".page", cohort_id=cohort.id))
