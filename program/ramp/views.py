"""The ramp of a fellow and of a cohort: planned, changed, measured; and how it is measured."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission, can
from program.authorship.measure import THOROUGH
from program.authorship.modes import WRITERS
from program.clock import today
from program.cohorts.models import AuthorshipMode
from program.cohorts.queries import get_cohort
from program.fellows.forms import day_of
from program.fellows.models import Fellowship
from program.fellows.queries import get_fellowship
from program.ramp.forms import RampForm
from program.ramp.queries import get_override, list_overrides, weeks_of_cohort, weeks_of_fellow
from program.ramp.services import RampError, change_mode, take_back_mode
from program.web import allow

bp = Blueprint("ramp", __name__)


@bp.get("/fellowships/<int:fellowship_id>/authorship")
@allow(Permission.AUTHORSHIP_READ)
def fellow(fellowship_id: int) -> ResponseReturnValue:
    """How much of their reports a fellow wrote, week by week, and how it was meant to be."""
    found = get_fellowship(g.account, fellowship_id, Permission.AUTHORSHIP_READ, now=g.now)
    return _page(found, RampForm(formdata=None))


@bp.post("/fellowships/<int:fellowship_id>/authorship")
@allow(Permission.FELLOWSHIP_CHANGE)
def change(fellowship_id: int) -> ResponseReturnValue:
    """From a day on another mode."""
    found = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    form = RampForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    starts_on, mode, reason = day_of(form.starts_on), AuthorshipMode(form.mode.data), form.reason.data or ""
    try:
        change_mode(found, starts_on=starts_on, mode=mode, reason=reason, actor=g.account, now=g.now)
    except RampError as error:
        form.starts_on.errors = [str(error)]
        return _page(found, form), 422
    flash("From that day on the reports are written so.", "ok")
    return redirect(url_for(".fellow", fellowship_id=fellowship_id))


@bp.post("/ramp-changes/<int:override_id>/remove")
@allow(Permission.FELLOWSHIP_CHANGE)
def take_back(override_id: int) -> ResponseReturnValue:
    """What was to hold from a day to come does not."""
    override = get_override(g.account, override_id, now=g.now)
    take_back_mode(override, actor=g.account, now=g.now)
    flash("It is taken back: the phase says how the reports are written, or what came before.", "ok")
    return redirect(url_for(".fellow", fellowship_id=override.fellowship_id))


@bp.get("/cohorts/<int:cohort_id>/authorship")
@allow(Permission.COHORT_READ)
def cohort(cohort_id: int) -> ResponseReturnValue:
    """The ramp of a cohort: planned and measured, week by week."""
    found = get_cohort(cohort_id)
    return render_template("ramp/cohort.html", cohort=found, weeks=weeks_of_cohort(found.id, now=g.now))


@bp.get("/authorship")
@allow(Permission.AUTHORSHIP_READ)
def explained() -> ResponseReturnValue:
    """How the share is measured, and what it says."""
    return render_template("ramp/explained.html", pairs=THOROUGH)


def _page(fellowship: Fellowship, form: RampForm) -> str:
    changes = can(g.account, Permission.FELLOWSHIP_CHANGE, fellowship, now=g.now)
    return render_template(
        "ramp/fellow.html",
        fellowship=fellowship,
        weeks=weeks_of_fellow(fellowship, now=g.now),
        overrides=list_overrides(fellowship.id),
        today=today(g.now, fellowship.cohort.time_zone),
        writers=WRITERS,
        form=form if changes and fellowship.cohort.state != "archived" else None,
    )
