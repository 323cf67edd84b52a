"""Research managers with their load, and hand-overs between them."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.coaching.forms import AllHandoverForm, HandoverForm
from program.coaching.queries import count_uncared, get_research_manager, list_in_care, list_loads
from program.coaching.services import hand_over
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.cohorts.states import check_changeable
from program.fellows.forms import show_error
from program.fellows.models import Fellowship
from program.fellows.queries import get_fellowship
from program.fellows.services import FellowError
from program.web import allow

bp = Blueprint("coaching", __name__)


@bp.get("/cohorts/<int:cohort_id>/research-managers")
@allow(Permission.COHORT_READ)
def loads(cohort_id: int) -> ResponseReturnValue:
    """How many fellows each has, and one hand-over for all of somebody's."""
    return _loads_page(get_cohort(cohort_id))


@bp.post("/cohorts/<int:cohort_id>/research-managers")
@allow(Permission.FELLOWSHIP_CHANGE)
def hand_all_over(cohort_id: int) -> ResponseReturnValue:
    """Give all of somebody's fellows in the cohort to somebody else."""
    cohort = get_cohort(cohort_id)
    form = AllHandoverForm(loads=list_loads(cohort.id))
    if not form.validate_on_submit():
        return _loads_page(cohort, form), 422
    theirs = list_in_care(g.account, cohort.id, form.whose.data or None, now=g.now)
    to, note = get_research_manager(form.to.data), form.note.data or ""
    try:
        count = hand_over(theirs, cohort, to=to, note=note, actor=g.account, now=g.now)
    except FellowError as error:
        return _loads_page(cohort, show_error(form, error)), 422
    flash(f"{to.name} coaches {count} more fellow{'' if count == 1 else 's'}.", "ok")
    return redirect(url_for(".loads", cohort_id=cohort.id))


@bp.get("/fellowships/<int:fellowship_id>/hand-over")
@allow(Permission.FELLOWSHIP_CHANGE)
def ask(fellowship_id: int) -> ResponseReturnValue:
    """To whom a fellow goes."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    check_changeable(fellowship.cohort.state)
    return _page(fellowship, HandoverForm(loads=list_loads(fellowship.cohort_id)))


@bp.post("/fellowships/<int:fellowship_id>/hand-over")
@allow(Permission.FELLOWSHIP_CHANGE)
def hand_one_over(fellowship_id: int) -> ResponseReturnValue:
    """Give a fellow to the next research manager."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    form = HandoverForm(loads=list_loads(fellowship.cohort_id))
    if not form.validate_on_submit():
        return _page(fellowship, form), 422
    to, note = get_research_manager(form.to.data), form.note.data or ""
    try:
        hand_over([fellowship], fellowship.cohort, to=to, note=note, actor=g.account, now=g.now)
    except FellowError as error:
        return _page(fellowship, show_error(form, error)), 422
    flash(f"{to.name} is {fellowship.account.name}'s research manager from now on.", "ok")
    return redirect(url_for("timeline.person", fellowship_id=fellowship.id))


def _loads_page(cohort: Cohort, form: AllHandoverForm | None = None) -> str:
    lines = list_loads(cohort.id)
    form = form or AllHandoverForm(loads=lines)
    without = count_uncared(cohort.id)
    return render_template("coaching/loads.html", cohort=cohort, loads=lines, form=form, without=without)


def _page(fellowship: Fellowship, form: HandoverForm) -> str:
    return render_template("coaching/hand_over.html", fellowship=fellowship, form=form)
