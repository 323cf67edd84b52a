"""The mentors of a fellow, as staff assign them."""

from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.assignments.forms import AssignForm, AssignmentEndForm
from program.assignments.queries import get_assignment, list_assignments, list_seats
from program.assignments.services import assign_mentor, end_assignment, take_back_assignment
from program.clock import today
from program.fellows.forms import day_of, show_error
from program.fellows.models import Fellowship
from program.fellows.queries import get_fellowship
from program.fellows.services import FellowError
from program.mentors.models import Mentor
from program.web import allow

bp = Blueprint("assignments", __name__)


@bp.get("/fellowships/<int:fellowship_id>/mentors")
@allow(Permission.FELLOWSHIP_CHANGE)
def listing(fellowship_id: int) -> ResponseReturnValue:
    """Who mentors the fellow from when to when, and one more."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    return _page(fellowship, *_form(fellowship, data={"starts_on": _first_day(fellowship)}))


@bp.post("/fellowships/<int:fellowship_id>/mentors")
@allow(Permission.FELLOWSHIP_CHANGE)
def assign(fellowship_id: int) -> ResponseReturnValue:
    """Tie a mentor to the fellow."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.FELLOWSHIP_CHANGE, now=g.now)
    form, mentors = _form(fellowship)
    if not form.validate_on_submit():
        return _page(fellowship, form, mentors), 422
    mentor, ticked = mentors[form.mentor.data], {"replaces": form.replaces.data, "anyway": form.anyway.data}
    try:
        assign_mentor(fellowship, mentor, wish=form.wish, **ticked, actor=g.account, now=g.now)
    except FellowError as error:
        return _page(fellowship, show_error(form, error), mentors), 422
    flash(f"{mentor.name} mentors {fellowship.account.name}.", "ok")
    return redirect(url_for(".listing", fellowship_id=fellowship.id))


@bp.post("/assignments/<int:assignment_id>/end")
@allow(Permission.FELLOWSHIP_CHANGE)
def end(assignment_id: int) -> ResponseReturnValue:
    """Give the assignment its last day."""
    assignment, ending = get_assignment(g.account, assignment_id, now=g.now), AssignmentEndForm()
    fellowship = assignment.fellowship
    good = ending.validate_on_submit()
    if good:
        try:
            end_assignment(assignment, ends_on=day_of(ending.ends_on), actor=g.account, now=g.now)
        except FellowError as error:
            good = not show_error(ending, error)
    if not good:
        return _page(fellowship, *_form(fellowship, formdata=None), ending=(assignment.id, ending)), 422
    flash(f"The last day with {assignment.mentor.name} is set.", "ok")
    return redirect(url_for(".listing", fellowship_id=fellowship.id))


@bp.post("/assignments/<int:assignment_id>/take-back")
@allow(Permission.FELLOWSHIP_CHANGE)
def take_back(assignment_id: int) -> ResponseReturnValue:
    """Let one that is yet to begin never be."""
    assignment = get_assignment(g.account, assignment_id, now=g.now)
    fellowship, mentor = assignment.fellowship, assignment.mentor
    take_back_assignment(assignment, actor=g.account, now=g.now)
    flash(f"{mentor.name} is not to mentor {fellowship.account.name}.", "ok")
    return redirect(url_for(".listing", fellowship_id=fellowship.id))


def _form(fellowship: Fellowship, **kwargs: object) -> tuple[AssignForm, dict[int, Mentor]]:
    seats = list_seats(fellowship.cohort_id, day=_first_day(fellowship))
    return AssignForm(seats=seats, **kwargs), {one.mentor.id: one.mentor for one in seats}


def _first_day(fellowship: Fellowship) -> date:
    """Today; of a fellowship that is to begin, its first day."""
    return max(today(g.now, fellowship.cohort.time_zone), fellowship.starts_on)


def _page(
    fellowship: Fellowship,
    form: AssignForm,
    mentors: dict[int, Mentor],
    ending: tuple[int, AssignmentEndForm] | None = None,
) -> str:
    return render_template(
        "assignments/list.html",
        fellowship=fellowship,
        form=form,
        mentors=mentors,
        assignments=list_assignments(fellowship.id),
        wrong=ending,
        today=today(g.now, fellowship.cohort.time_zone),
    )
