"""The mentor pool and its people."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.accounts.queries import list_staff
from program.cohorts.models import OVER
from program.cohorts.queries import list_changeable, list_latest
from program.exports.sending import export_url, send_list
from program.forms import NO_TOKEN, row_id
from program.history.queries import list_history
from program.limits import LIST_EXPORTS
from program.mentors.models import Mentor
from program.mentors.queries import (
    engagements_of,
    get_absence,
    get_mentor,
    list_pool,
    list_track_names,
)
from program.mentors.services import add_absence, add_mentor, change_mentor, remove_absence
from program.pool.forms import AbsenceForm, MentorForm, PoolForm, links_in
from program.pool.queries import clashing, list_assignments
from program.pool.sheets import POOL
from program.tries import limited
from program.web import allow

bp = Blueprint("pool", __name__)


@bp.get("/mentors")
@allow(Permission.MENTOR_READ)
def listing() -> ResponseReturnValue:
    """Everybody in the pool by name, or those who are looked for."""
    form = _asked()
    return _listed(form, good=form.validate())


@bp.post("/mentors/export")
@allow(Permission.MENTOR_READ)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """Those who are looked for, as a sheet."""
    form = _asked()
    if not form.validate():
        return _listed(form, good=False)
    return send_list(POOL, partial(list_pool, form.wanted), asked=form)


@bp.get("/mentors/new")
@allow(Permission.MENTOR_CHANGE)
def new() -> ResponseReturnValue:
    """The page for somebody new."""
    return render_template("pool/change.html", form=MentorForm(), mentor=None)


@bp.post("/mentors/new")
@allow(Permission.MENTOR_CHANGE)
def add() -> ResponseReturnValue:
    """Somebody new in the pool."""
    form = MentorForm()
    if not form.validate_on_submit():
        return render_template("pool/change.html", form=form, mentor=None), 422
    mentor = add_mentor(form.entry, actor=g.account, now=g.now)
    flash(f"{mentor.name} is in the pool. Give them a part in a cohort below.", "ok")
    return redirect(url_for(".mentor", mentor_id=mentor.id))


@bp.get("/mentors/<int:mentor_id>")
@allow(Permission.MENTOR_READ)
def mentor(mentor_id: int) -> ResponseReturnValue:
    """Somebody of the pool: who they are, their parts in cohorts with each step, and their fellows."""
    return _mentor_page(get_mentor(mentor_id), AbsenceForm())


@bp.get("/mentors/<int:mentor_id>/change")
@allow(Permission.MENTOR_CHANGE)
def changing(mentor_id: int) -> ResponseReturnValue:
    """The page that asks what has changed."""
    found = get_mentor(mentor_id)
    named = {"organisation": found.organisation.current.name if found.organisation else ""}
    texts = {name: getattr(found, name) for name in ("name", "email", "expertise", "links", "notes")}
    form = MentorForm(mentor=found, data=texts | named)
    return render_template("pool/change.html", form=form, mentor=found)


@bp.post("/mentors/<int:mentor_id>/change")
@allow(Permission.MENTOR_CHANGE)
def change(mentor_id: int) -> ResponseReturnValue:
    """What the pool holds of them is this from now on."""
    found = get_mentor(mentor_id)
    form = MentorForm(mentor=found)
    if not form.validate_on_submit():
        return render_template("pool/change.html", form=form, mentor=found), 422
    change_mentor(found, form.entry, actor=g.account, now=g.now)
    flash("Saved.", "ok")
    return redirect(url_for(".mentor", mentor_id=found.id))


@bp.post("/mentors/<int:mentor_id>/absences")
@allow(Permission.MENTOR_CHANGE)
def leave(mentor_id: int) -> ResponseReturnValue:
    """Days on which they are away."""
    found, form = get_mentor(mentor_id), AbsenceForm()
    if not form.validate_on_submit():
        return _mentor_page(found, form), 422
    first, last = form.days
    reason = form.reason.data or ""
    add_absence(found, starts_on=first, ends_on=last, reason=reason, actor=g.account, now=g.now)
    flash("Written down.", "ok")
    return redirect(url_for(".mentor", mentor_id=found.id))


@bp.post("/mentors/absences/<int:absence_id>/remove")
@allow(Permission.MENTOR_CHANGE)
def stay(absence_id: int) -> ResponseReturnValue:
    """They are there after all."""
    absence = get_absence(absence_id)
    mentor_id = absence.mentor_id
    remove_absence(absence, actor=g.account, now=g.now)
    flash("Those days are removed.", "ok")
    return redirect(url_for(".mentor", mentor_id=mentor_id))


def _asked() -> PoolForm:
    cohorts = list_latest(also=request.args.get("cohort", type=row_id))
    tracks, owners = list_track_names(), list_staff()
    return PoolForm(request.args, meta=NO_TOKEN, cohorts=cohorts, tracks=tracks, owners=owners)


def _listed(form: PoolForm, *, good: bool) -> ResponseReturnValue:
    page = list_pool(form.wanted, cursor=request.args.get("after")) if good else None
    here = {
        "engagements": engagements_of([mentor.id for mentor in page.rows] if page else []),
        "export_url": export_url(".export", form),
    }
    return render_template("pool/list.html", form=form, page=page, **here), 200 if good else 422


def _mentor_page(found: Mentor, form: AbsenceForm) -> str:
    assignments = list_assignments(found.id)
    engaged = engagements_of([found.id], with_steps=True)
    taken = {engagement.cohort_id for engagement in engaged}
    return render_template(
        "pool/mentor.html",
        mentor=found,
        form=form,
        links=links_in(found.links),
        engagements=engaged,
        assignments=assignments,
        clashing=clashing(found.absences, assignments),
        cohorts=[
            cohort for cohort in list_changeable() if cohort.id not in taken and cohort.state not in OVER
        ],
        history=list_history(g.account, "mentor", found.id),
    )
