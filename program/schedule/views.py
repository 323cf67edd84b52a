"""Changing when a cohort's reports are due: its dates, its phases, its breaks. What moves is shown before it does."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.models import Break, Phase
from program.cohorts.plans import plan_of
from program.cohorts.queries import get_break, get_cohort, get_phase
from program.cohorts.states import CohortState, check_step
from program.obligations.queries import count_owed_in
from program.schedule.forms import BreakForm, DatesForm, MoveForm, PhaseForm, PlanForm, RemoveForm
from program.schedule.queries import find_change
from program.schedule.services import change_calendar, check_dates_open, trouble_with
from program.web import allow

bp = Blueprint("schedule", __name__)
MEANWHILE = (
    "Somebody else changed this cohort's dates, phases or breaks since you opened this page. Nothing was changed: "
    "look at what is here now, then send it again."
)
DONE = "Done. The calendar of {} is as you saw it."


@bp.get("/cohorts/<int:cohort_id>/dates")
@allow(Permission.COHORT_CHANGE)
def dates(cohort_id: int) -> ResponseReturnValue:
    """The page that asks for the cohort's days and zone."""
    cohort = get_cohort(cohort_id)
    return _asked("dates", DatesForm(cohort, obj=cohort))


@bp.post("/cohorts/<int:cohort_id>/dates")
@allow(Permission.COHORT_CHANGE)
def change_dates(cohort_id: int) -> ResponseReturnValue:
    """Other days, another zone."""
    return _changed("dates", DatesForm(get_cohort(cohort_id)))


@bp.get("/cohorts/<int:cohort_id>/close")
@allow(Permission.COHORT_CHANGE)
def closing(cohort_id: int) -> ResponseReturnValue:
    """What is owed in the cohort and would not be any more, before it is closed."""
    cohort = get_cohort(cohort_id)
    check_step(cohort.state, CohortState.CLOSED)
    return render_template("schedule/closing.html", cohort=cohort, owed=count_owed_in(cohort.id, now=g.now))


@bp.get("/cohorts/<int:cohort_id>/move")
@allow(Permission.COHORT_CHANGE)
def move(cohort_id: int) -> ResponseReturnValue:
    """The page that asks for the whole cohort's first day."""
    cohort = get_cohort(cohort_id)
    return _asked("move", MoveForm(cohort, obj=cohort))


@bp.post("/cohorts/<int:cohort_id>/move")
@allow(Permission.COHORT_CHANGE)
def move_all(cohort_id: int) -> ResponseReturnValue:
    """The whole cohort, by so many days."""
    return _changed("move", MoveForm(get_cohort(cohort_id)))


@bp.get("/cohorts/<int:cohort_id>/phases/new")
@allow(Permission.COHORT_CHANGE)
def new_phase(cohort_id: int) -> ResponseReturnValue:
    """The page that asks for a phase."""
    return _asked("phase", PhaseForm(get_cohort(cohort_id)))


@bp.post("/cohorts/<int:cohort_id>/phases/new")
@allow(Permission.COHORT_CHANGE)
def add_phase(cohort_id: int) -> ResponseReturnValue:
    """One phase more."""
    return _changed("phase", PhaseForm(get_cohort(cohort_id)))


@bp.get("/phases/<int:phase_id>")
@allow(Permission.COHORT_CHANGE)
def phase(phase_id: int) -> ResponseReturnValue:
    """The page that asks what the phase is to be."""
    found = get_phase(phase_id)
    return _asked("phase", PhaseForm(found.cohort, key=found.id, obj=found), part=found)


@bp.post("/phases/<int:phase_id>")
@allow(Permission.COHORT_CHANGE)
def change_phase(phase_id: int) -> ResponseReturnValue:
    """The phase, otherwise."""
    found = get_phase(phase_id)
    return _changed("phase", PhaseForm(found.cohort, key=found.id), part=found)


@bp.post("/phases/<int:phase_id>/remove")
@allow(Permission.COHORT_CHANGE)
def remove_phase(phase_id: int) -> ResponseReturnValue:
    """What would go with the phase; once that was seen, it goes."""
    found = get_phase(phase_id)
    form = RemoveForm(found.cohort, plan_of(found.cohort).without_phase(found.id))
    return _changed("remove", form, part=found)


@bp.get("/cohorts/<int:cohort_id>/breaks/new")
@allow(Permission.COHORT_CHANGE)
def new_break(cohort_id: int) -> ResponseReturnValue:
    """The page that asks for days off."""
    return _asked("break", BreakForm(get_cohort(cohort_id)))


@bp.post("/cohorts/<int:cohort_id>/breaks/new")
@allow(Permission.COHORT_CHANGE)
def add_break(cohort_id: int) -> ResponseReturnValue:
    """One break more."""
    return _changed("break", BreakForm(get_cohort(cohort_id)))


@bp.get("/breaks/<int:break_id>")
@allow(Permission.COHORT_CHANGE)
def pause(break_id: int) -> ResponseReturnValue:
    """The page that asks what the break is to be."""
    found = get_break(break_id)
    return _asked("break", BreakForm(found.cohort, key=found.id, obj=found), part=found)


@bp.post("/breaks/<int:break_id>")
@allow(Permission.COHORT_CHANGE)
def change_break(break_id: int) -> ResponseReturnValue:
    """The break, otherwise."""
    found = get_break(break_id)
    return _changed("break", BreakForm(found.cohort, key=found.id), part=found)


@bp.post("/breaks/<int:break_id>/remove")
@allow(Permission.COHORT_CHANGE)
def remove_break(break_id: int) -> ResponseReturnValue:
    """What would move without the break; once that was seen, it goes."""
    found = get_break(break_id)
    form = RemoveForm(found.cohort, plan_of(found.cohort).without_break(found.id))
    return _changed("remove", form, part=found)


def _asked(name: str, form: PlanForm, *, part: Phase | Break | None = None) -> str:
    check_dates_open(form.cohort)
    return _drawn(name, form, part=part)


def _changed(name: str, form: PlanForm, *, part: Phase | Break | None = None) -> ResponseReturnValue:
    """The form again if something is wrong, the preview if it was not seen yet, else the change.

    Nothing that somebody else has changed meanwhile is overwritten unseen.
    """
    check_dates_open(form.cohort)
    if not form.validate_on_submit():
        return _drawn(name, form, part=part), 422
    cohort, change = form.cohort, find_change(form.cohort, form.plan, by=form.by)
    if trouble := trouble_with(change):
        form.say(trouble)
        return _drawn(name, form, part=part, change=change), 422
    if form.is_stale(change):
        form.form_errors = [MEANWHILE]
        return _drawn(name, form, part=part, change=change, stale=True), 409
    if change.changes_calendar and form.seen.data != change.digest:
        return _drawn(name, form, part=part, change=change)
    change_calendar(cohort, plan=form.plan, by=form.by, seen=change.digest, actor=g.account, now=g.now)
    flash(DONE.format(cohort.name) if change.changes_calendar else "Saved. No deadline has moved.", "ok")
    return redirect(url_for("cohorts.page", cohort_id=cohort.id))


def _drawn(name: str, form: PlanForm, **context: object) -> str:
    given = {"part": None, "change": None, "stale": False, **context}
    return render_template(f"schedule/{name}.html", form=form, cohort=form.cohort, **given)
