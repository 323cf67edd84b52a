"""The fellows of a cohort, as staff see, place and move them."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.clock import today
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.cohorts.states import check_changeable
from program.errors import ConflictError
from program.exports.sending import export_url, send_list
from program.fellows.forms import (
    AddFellowForm,
    FellowsForm,
    FellowshipForm,
    FellowStepForm,
    cohort_days,
    place_of,
    show_error,
)
from program.fellows.listing import count_fellows, list_fellows, list_managers, list_mentors_in
from program.fellows.models import FellowshipStage
from program.fellows.queries import get_fellowship
from program.fellows.services import (
    FellowError,
    add_fellow,
    change_fellowship,
    preview_steps,
    take_steps,
)
from program.fellows.sheets import FELLOWS
from program.forms import NO_TOKEN
from program.limits import INVITATIONS_AGAIN, LIST_EXPORTS
from program.tries import limited
from program.web import allow

bp = Blueprint("fellows", __name__)


@bp.get("/cohorts/<int:cohort_id>/fellows")
@allow(Permission.COHORT_READ)
def listing(cohort_id: int) -> ResponseReturnValue:
    """The cohort's fellows by name, or those who are looked for."""
    cohort = get_cohort(cohort_id)
    form = FellowsForm(request.args, meta=NO_TOKEN, **_people(cohort))
    return _listed(cohort, form, good=form.validate())


@bp.post("/cohorts/<int:cohort_id>/fellows/export")
@allow(Permission.COHORT_READ)
@limited(LIST_EXPORTS)
def export(cohort_id: int) -> ResponseReturnValue:
    """Those who are looked for, as a sheet."""
    cohort = get_cohort(cohort_id)
    form = FellowsForm(request.args, meta=NO_TOKEN, **_people(cohort))
    if not form.validate():
        return _listed(cohort, form, good=False)
    pages = partial(list_fellows, cohort.id, form.wanted, day=today(g.now, cohort.time_zone))
    return send_list(FELLOWS, pages, asked=form, of=cohort.name)


def _listed(cohort: Cohort, form: FellowsForm, *, good: bool) -> ResponseReturnValue:
    page = count = None
    if good:
        day = today(g.now, cohort.time_zone)
        page = list_fellows(cohort.id, form.wanted, day=day, cursor=request.args.get("after"))
        count = count_fellows(cohort.id, form.wanted, day=day)
    here = {"count": count, "stages": list(FellowshipStage), "export_url": export_url(".export", form)}
    drawn = render_template("fellows/list.html", cohort=cohort, form=form, page=page, **here)
    return drawn, 200 if good else 422


@bp.get("/cohorts/<int:cohort_id>/fellows/step")
@allow(Permission.FELLOWSHIP_CHANGE)
def preview(cohort_id: int) -> ResponseReturnValue:
    """Who can take a step, and who cannot and why, before anything is done."""
    cohort = get_cohort(cohort_id)
    form = FellowStepForm(request.args, meta=NO_TOKEN, **_people(cohort))
    good = form.validate()
    return _preview_page(cohort, form, 200 if good else 422)


@bp.post("/cohorts/<int:cohort_id>/fellows/step")
@allow(Permission.FELLOWSHIP_CHANGE)
def step(cohort_id: int) -> ResponseReturnValue:
    """Do what the preview said."""
    cohort = get_cohort(cohort_id)
    form = FellowStepForm(**_people(cohort))
    if not form.validate_on_submit():
        return _preview_page(cohort, form, 422)
    told = {"reason": form.reason.data or "", "seen": form.seen.data or "", "actor": g.account, "now": g.now}
    choice = form.choice(cohort.id, today(g.now, cohort.time_zone))
    try:
        done = take_steps(cohort, choice=choice, step=form.step, **told)
    except FellowError as error:
        return _preview_page(cohort, show_error(form, error), 422)
    except ConflictError as conflict:
        return _preview_page(cohort, form, conflict.status, str(conflict))
    count = len(done.ready)
    flash(f"{count} fellow{' is' if count == 1 else 's are'} {form.step} now.", "ok")
    if count == 1 and form.whom.data == "ticked":
        return redirect(url_for("timeline.person", fellowship_id=done.ready[0].fellowship_id))
    return redirect(url_for(".listing", cohort_id=cohort.id, stage=form.step.value))


@bp.get("/cohorts/<int:cohort_id>/fellows/add")
@allow(Permission.FELLOWSHIP_CHANGE, fresh=True)
def new(cohort_id: int) -> ResponseReturnValue:
    """The page that asks whom to add."""
    cohort = get_cohort(cohort_id)
    check_changeable(cohort.state)
    return render_template(
        "fellows/add.html", cohort=cohort, form=_add_form(cohort, data=cohort_days(cohort))
    )


@bp.post("/cohorts/<int:cohort_id>/fellows/add")
@allow(Permission.FELLOWSHIP_CHANGE, fresh=True)
@limited(INVITATIONS_AGAIN)
def add(cohort_id: int) -> ResponseReturnValue:
    """Add somebody by hand, with an account if they have none."""
    cohort = get_cohort(cohort_id)
    form = _add_form(cohort)
    if not form.validate_on_submit():
        return render_template("fellows/add.html", cohort=cohort, form=form), 422
    try:
        fellowship = add_fellow(cohort, **form.person, actor=g.account, now=g.now)
    except FellowError as error:
        return render_template("fellows/add.html", cohort=cohort, form=show_error(form, error)), 422
    flash(f"{fellowship.account.name} is in {cohort.name} as {fellowship.stage}.", "ok")
    return redirect(url_for("timeline.person", fellowship_id=fellowship.id))


@bp.get("/fellowships/<int:fellowship_id>/change")
@allow(Permission.FELLOWSHIP_CHANGE)
def ask_change(fellowship_id: int) -> ResponseReturnValue:
    """The project, the tracks and the dates of a place."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    check_changeable(fellowship.cohort.state)
    form = FellowshipForm(data=place_of(fellowship), tracks=fellowship.cohort.tracks)
    return render_template("fellows/change.html", fellowship=fellowship, form=form)


@bp.post("/fellowships/<int:fellowship_id>/change")
@allow(Permission.FELLOWSHIP_CHANGE)
def change(fellowship_id: int) -> ResponseReturnValue:
    """Change them."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    form = FellowshipForm(tracks=fellowship.cohort.tracks)
    if not form.validate_on_submit():
        return render_template("fellows/change.html", fellowship=fellowship, form=form), 422
    try:
        change_fellowship(fellowship, days=form.days, place=form.place, actor=g.account, now=g.now)
    except FellowError as error:
        return render_template(
            "fellows/change.html", fellowship=fellowship, form=show_error(form, error)
        ), 422
    flash("The place is changed.", "ok")
    return redirect(url_for("timeline.person", fellowship_id=fellowship.id))


def _people(cohort: Cohort) -> dict[str, Any]:
    """Whom the list can be narrowed to."""
    mentors = list_mentors_in(cohort.id)
    return {"tracks": cohort.tracks, "managers": list_managers(), "mentors": mentors}


def _add_form(cohort: Cohort, **kwargs: Any) -> AddFellowForm:
    return AddFellowForm(tracks=cohort.tracks, managers=list_managers(), **kwargs)


def _preview_page(
    cohort: Cohort, form: FellowStepForm, status: int, conflict: str = ""
) -> ResponseReturnValue:
    """What the step would do now, if the form says enough to know."""
    choice = form.choice(cohort.id, today(g.now, cohort.time_zone)) if form.says_whom else None
    found = preview_steps(cohort, choice=choice, step=form.step) if choice else None
    page = render_template("fellows/step.html", cohort=cohort, form=form, preview=found, conflict=conflict)
    return page, status
