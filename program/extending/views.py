"""Extending a fellowship."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.clock import written_day
from program.cohorts.models import Phase
from program.extending.forms import ExtendForm
from program.extending.queries import list_further_cohorts, list_later_phases
from program.extending.services import extend_into_cohort, extend_into_phase
from program.fellows.forms import show_error
from program.fellows.models import Fellowship
from program.fellows.queries import get_fellowship
from program.fellows.services import FellowError
from program.web import allow

bp = Blueprint("extending", __name__)


@bp.get("/fellowships/<int:fellowship_id>/extend")
@allow(Permission.FELLOWSHIP_CHANGE)
def ask(fellowship_id: int) -> ResponseReturnValue:
    """Where the fellowship can go on."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    return _page(fellowship, _form(fellowship))


@bp.post("/fellowships/<int:fellowship_id>/extend")
@allow(Permission.FELLOWSHIP_CHANGE)
def extend(fellowship_id: int) -> ResponseReturnValue:
    """Let it go on there."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    form = _form(fellowship)
    if not form.validate_on_submit():
        return _page(fellowship, form), 422
    told, place = {"reason": form.reason.data or "", "actor": g.account, "now": g.now}, fellowship
    try:
        if isinstance(form.chosen, Phase):
            extend_into_phase(fellowship, form.chosen, **told)
        else:
            place = extend_into_cohort(fellowship, form.chosen, **told)
    except FellowError as error:
        return _page(fellowship, show_error(form, error)), 422
    flash(
        f"{fellowship.account.name} goes on in {place.cohort.name} until {written_day(place.ends_on)}.", "ok"
    )
    return redirect(url_for("timeline.person", fellowship_id=place.id))


def _form(fellowship: Fellowship) -> ExtendForm:
    return ExtendForm(phases=list_later_phases(fellowship), cohorts=list_further_cohorts(fellowship))


def _page(fellowship: Fellowship, form: ExtendForm) -> str:
    return render_template("extending/extend.html", fellowship=fellowship, form=form)
