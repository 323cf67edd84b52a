"""A cohort's portfolio: how it compares with what it was meant to be, and what it is meant to be."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.models import Cohort, TrackGroup
from program.exports.sending import send_list
from program.limits import LIST_EXPORTS
from program.paging import whole_page
from program.portfolio.comparison import find_comparison
from program.portfolio.course import find_course
from program.portfolio.errors import SharesError
from program.portfolio.figures import as_number
from program.portfolio.forms import GroupForm, SeenForm, TrackForm, group_form, in_order, track_forms
from program.portfolio.queries import find_portfolio, get_group, get_shaped, list_conversions
from program.portfolio.services import change_group, change_tracks, print_of, remove_group
from program.portfolio.shares import per_cent
from program.portfolio.sheets import PORTFOLIO
from program.portfolio.standing import standing_of
from program.tries import limited
from program.web import allow

bp = Blueprint("portfolio", __name__)
bp.add_app_template_filter(per_cent)
bp.add_app_template_filter(as_number)


@bp.get("/cohorts/<int:cohort_id>/portfolio")
@allow(Permission.COHORT_READ)
def portfolio(cohort_id: int) -> ResponseReturnValue:
    """Each track and group: target, mentors, seats and fellows; over time, and against earlier cohorts."""
    cohort = get_shaped(cohort_id)
    found = find_portfolio(cohort)
    return render_template(
        "portfolio/portfolio.html",
        standing=standing_of(cohort, found),
        conversions=list_conversions(cohort),
        course=find_course(cohort, found, now=g.now),
        comparison=find_comparison(cohort, found),
    )


@bp.post("/cohorts/<int:cohort_id>/portfolio/export")
@allow(Permission.COHORT_READ)
@limited(LIST_EXPORTS)
def export(cohort_id: int) -> ResponseReturnValue:
    """The tracks and groups side by side, as a sheet."""
    cohort = get_shaped(cohort_id)
    return send_list(PORTFOLIO, partial(whole_page, find_portfolio(cohort).lines), of=cohort.name)


@bp.get("/cohorts/<int:cohort_id>/tracks")
@allow(Permission.COHORT_CHANGE)
def tracks(cohort_id: int) -> ResponseReturnValue:
    """The tracks of a cohort with what each may have, to be changed together."""
    cohort = get_shaped(cohort_id)
    return _tracks(cohort, track_forms(cohort))


@bp.post("/cohorts/<int:cohort_id>/tracks")
@allow(Permission.COHORT_CHANGE)
def keep_tracks(cohort_id: int) -> ResponseReturnValue:
    """All of them, or none if they cannot add up."""
    cohort = get_shaped(cohort_id)
    rows = track_forms(cohort)
    wrong = [row for row in rows if not row.validate()]
    if wrong:
        return _tracks(cohort, rows), 422
    try:
        change_tracks(cohort, wanted=in_order(rows), seen=SeenForm().seen.data, actor=g.account, now=g.now)
    except SharesError as error:
        return _tracks(cohort, rows, error), 422
    flash("The tracks and their targets are kept.", "ok")
    return redirect(url_for(".portfolio", cohort_id=cohort.id))


@bp.get("/cohorts/<int:cohort_id>/groups/new")
@allow(Permission.COHORT_CHANGE)
def new_group(cohort_id: int) -> ResponseReturnValue:
    """The page that asks for a target that tracks carry together."""
    cohort = get_shaped(cohort_id)
    return _group(cohort, None, group_form(cohort))


@bp.post("/cohorts/<int:cohort_id>/groups/new")
@allow(Permission.COHORT_CHANGE)
def add_group(cohort_id: int) -> ResponseReturnValue:
    """Make the group, if its target can be reached."""
    return _keep_group(get_shaped(cohort_id), None)


@bp.get("/track-groups/<int:group_id>")
@allow(Permission.COHORT_CHANGE)
def group(group_id: int) -> ResponseReturnValue:
    """A group of tracks, its target, and the button that removes it."""
    found = get_group(group_id)
    cohort = get_shaped(found.cohort_id)
    return _group(cohort, found, group_form(cohort, found))


@bp.post("/track-groups/<int:group_id>")
@allow(Permission.COHORT_CHANGE)
def keep_group(group_id: int) -> ResponseReturnValue:
    """Change the group, if its target can be reached."""
    found = get_group(group_id)
    return _keep_group(get_shaped(found.cohort_id), found)


@bp.post("/track-groups/<int:group_id>/remove")
@allow(Permission.COHORT_CHANGE)
def take_group_away(group_id: int) -> ResponseReturnValue:
    """The tracks stay as they are."""
    found = get_group(group_id)
    name, cohort_id = found.name, found.cohort_id
    remove_group(found, actor=g.account, now=g.now)
    flash(f"The group {name} is removed; its tracks stay.", "ok")
    return redirect(url_for(".tracks", cohort_id=cohort_id))


def _keep_group(cohort: Cohort, found: TrackGroup | None) -> ResponseReturnValue:
    form = group_form(cohort, found)
    if not form.validate_on_submit():
        return _group(cohort, found, form), 422
    target, seen = form.target(form.name.data or ""), SeenForm().seen.data
    track_ids = form.tracks.data or []
    try:
        change_group(cohort, found, target=target, track_ids=track_ids, seen=seen, actor=g.account, now=g.now)
    except SharesError as error:
        return _group(cohort, found, form, error), 422
    flash(f"The group {target.name} and its target are kept.", "ok")
    return redirect(url_for(".portfolio", cohort_id=cohort.id))


def _tracks(cohort: Cohort, rows: list[TrackForm], error: SharesError | None = None) -> str:
    faults = error.faults if error else ()
    seen = SeenForm(data={"seen": print_of(cohort)})
    return render_template("portfolio/tracks.html", cohort=cohort, rows=rows, faults=faults, seen=seen)


def _group(
    cohort: Cohort, found: TrackGroup | None, form: GroupForm, error: SharesError | None = None
) -> str:
    faults = error.faults if error else ()
    seen = SeenForm(data={"seen": print_of(cohort)})
    return render_template(
        "portfolio/group.html", cohort=cohort, group=found, form=form, faults=faults, seen=seen
    )
