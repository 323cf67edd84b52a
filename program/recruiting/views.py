"""The board of a cohort's mentor funnel, its list, and the steps that are taken there."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program import clock
from program.access import Permission
from program.accounts.queries import list_staff
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.exports.sending import export_url, send_list
from program.forms import NO_TOKEN
from program.history.queries import list_history
from program.limits import INVITATIONS_AGAIN, LIST_EXPORTS
from program.mentors.conversion import PASSAGES, count_reached, together
from program.mentors.funnel import CONFIRMED, next_stage
from program.mentors.models import Engagement, EngagementStage
from program.mentors.queries import get_engagement, get_mentor
from program.mentors.services import change_engagement, engage, finish_next_step, plan_next_step
from program.recruiting.forms import EngagementsForm, NextStepForm, SeatsForm, StepForm
from program.recruiting.queries import find_board, find_line, list_engagements
from program.recruiting.services import Joining, invite_mentor, take_step
from program.recruiting.sheets import ENGAGEMENTS
from program.tries import limited
from program.web import allow

bp = Blueprint("recruiting", __name__)


@bp.get("/cohorts/<int:cohort_id>/mentors/<int:mentor_id>/engage")
@allow(Permission.MENTOR_CHANGE)
def engaging(cohort_id: int, mentor_id: int) -> ResponseReturnValue:
    """The page that asks for the track and the seats of a mentor who gets a part in the cohort."""
    cohort = get_cohort(cohort_id)
    form = SeatsForm(tracks=cohort.tracks)
    return render_template("recruiting/engage.html", form=form, cohort=cohort, mentor=get_mentor(mentor_id))


@bp.post("/cohorts/<int:cohort_id>/mentors/<int:mentor_id>/engage")
@allow(Permission.MENTOR_CHANGE)
def begin(cohort_id: int, mentor_id: int) -> ResponseReturnValue:
    """A mentor gets a part in the cohort."""
    cohort, found = get_cohort(cohort_id), get_mentor(mentor_id)
    form = SeatsForm(tracks=cohort.tracks)
    if not form.validate_on_submit():
        return render_template("recruiting/engage.html", form=form, cohort=cohort, mentor=found), 422
    engagement = engage(found, cohort, track=form.chosen_track, seats=form.seats, actor=g.account, now=g.now)
    flash(f"{found.name} is on the board of {cohort.name}.", "ok")
    return redirect(url_for(".engagement", engagement_id=engagement.id))


@bp.get("/cohorts/<int:cohort_id>/mentors")
@allow(Permission.MENTOR_READ)
def board(cohort_id: int) -> ResponseReturnValue:
    """The cohort's mentors by stage, each with the button that moves them on, and how many went on."""
    cohort = get_cohort(cohort_id)
    form = EngagementsForm(request.args, meta=NO_TOKEN, tracks=cohort.tracks, owners=())
    track_id = form.track_id if form.validate() else None
    reached = count_reached(cohort.id)
    return render_template(
        "recruiting/board.html",
        cohort=cohort,
        form=form,
        columns=find_board(cohort, track_id=track_id, now=g.now),
        reached=reached,
        altogether=together([*reached.values()]),
        passages=PASSAGES,
        next_stage=next_stage,
    )


@bp.get("/cohorts/<int:cohort_id>/mentors/list")
@allow(Permission.MENTOR_READ)
def engagements(cohort_id: int) -> ResponseReturnValue:
    """The cohort's mentors by name, or those who are looked for."""
    cohort = get_cohort(cohort_id)
    form = EngagementsForm(request.args, meta=NO_TOKEN, tracks=cohort.tracks, owners=list_staff())
    return _listed(cohort, form, good=form.validate())


@bp.post("/cohorts/<int:cohort_id>/mentors/export")
@allow(Permission.MENTOR_READ)
@limited(LIST_EXPORTS)
def export(cohort_id: int) -> ResponseReturnValue:
    """Those who are looked for, as a sheet."""
    cohort = get_cohort(cohort_id)
    form = EngagementsForm(request.args, meta=NO_TOKEN, tracks=cohort.tracks, owners=list_staff())
    if not form.validate():
        return _listed(cohort, form, good=False)
    pages = partial(list_engagements, cohort, form.wanted, track_id=form.track_id, now=g.now)
    return send_list(ENGAGEMENTS, pages, asked=form, of=cohort.name)


def _listed(cohort: Cohort, form: EngagementsForm, *, good: bool) -> ResponseReturnValue:
    cursor, page = request.args.get("after"), None
    if good:
        page = list_engagements(cohort, form.wanted, track_id=form.track_id, cursor=cursor, now=g.now)
    here = {"cohort": cohort, "export_url": export_url(".export", form)}
    return render_template("recruiting/engagements.html", form=form, page=page, **here), 200 if good else 422


@bp.get("/engagements/<int:engagement_id>")
@allow(Permission.MENTOR_READ)
def engagement(engagement_id: int) -> ResponseReturnValue:
    """A mentor's part in a cohort: each step, the seats, what is to be done next."""
    return _engagement_page(get_engagement(engagement_id))


@bp.post("/engagements/<int:engagement_id>/step")
@allow(Permission.MENTOR_CHANGE)
def step(engagement_id: int) -> ResponseReturnValue:
    """Move them on, or back with a reason; a button pressed twice moves them once."""
    found = get_engagement(engagement_id)
    if request.form.get("to") == found.stage:
        flash(f"{found.mentor.name} is {found.stage} already.", "ok")
        return redirect(_back(found))
    form = StepForm(engagement=found)
    if not form.validate_on_submit():
        return _engagement_page(found, step=form), 422
    to = EngagementStage(form.to.data)
    take_step(found, step=to, reason=form.reason.data or "", actor=g.account, now=g.now)
    flash(f"{found.mentor.name} is {to}.", "ok")
    return redirect(_back(found))


@bp.post("/engagements/<int:engagement_id>/confirm")
@allow(Permission.MENTOR_CHANGE, fresh=True)
@limited(INVITATIONS_AGAIN)
def confirm(engagement_id: int) -> ResponseReturnValue:
    """They mentor in this cohort, and are invited to sign in."""
    found = get_engagement(engagement_id)
    joining = take_step(found, step=CONFIRMED, reason="", actor=g.account, now=g.now)
    flash(f"{found.mentor.name} is confirmed.", "ok")
    _tell(found, joining)
    return redirect(_back(found))


@bp.post("/engagements/<int:engagement_id>/invite")
@allow(Permission.MENTOR_CHANGE, fresh=True)
@limited(INVITATIONS_AGAIN)
def invite(engagement_id: int) -> ResponseReturnValue:
    """Who had no address when they were confirmed is invited to sign in."""
    found = get_engagement(engagement_id)
    _tell(found, invite_mentor(found, actor=g.account, now=g.now))
    return redirect(url_for(".engagement", engagement_id=found.id))


@bp.post("/engagements/<int:engagement_id>/seats")
@allow(Permission.MENTOR_CHANGE)
def seat(engagement_id: int) -> ResponseReturnValue:
    """Their track and seats."""
    found = get_engagement(engagement_id)
    form = SeatsForm(tracks=found.cohort.tracks)
    if not form.validate_on_submit():
        return _engagement_page(found, seats=form), 422
    change_engagement(found, track=form.chosen_track, seats=form.seats, actor=g.account, now=g.now)
    flash("Saved.", "ok")
    return redirect(url_for(".engagement", engagement_id=found.id))


@bp.post("/engagements/<int:engagement_id>/next-step")
@allow(Permission.MENTOR_CHANGE)
def plan(engagement_id: int) -> ResponseReturnValue:
    """What somebody is to do next, and until when."""
    found = get_engagement(engagement_id)
    form = _next_step_form(found)
    if not form.validate_on_submit():
        return _engagement_page(found, next_step=form), 422
    text, owner = form.text.data or "", form.chosen_owner
    plan_next_step(found, text=text, day=form.chosen_day, owner=owner, actor=g.account, now=g.now)
    flash(f"{owner.name} owes this until the end of that day, and is reminded.", "ok")
    return redirect(url_for(".engagement", engagement_id=found.id))


@bp.post("/engagements/<int:engagement_id>/next-step/done")
@allow(Permission.MENTOR_CHANGE)
def done(engagement_id: int) -> ResponseReturnValue:
    """It is done, and nobody is reminded any more."""
    found = get_engagement(engagement_id)
    finish_next_step(found, actor=g.account, now=g.now)
    flash("Done. Is there a next step?", "ok")
    return redirect(url_for(".engagement", engagement_id=found.id))


def _engagement_page(found: Engagement, **typed: object) -> str:
    seats = {"least": found.seats_min, "wanted": found.seats_wanted, "granted": found.seats_granted}
    forms = {
        "step": typed.get("step") or StepForm(None, engagement=found),
        "seats": typed.get("seats")
        or SeatsForm(None, tracks=found.cohort.tracks, data={**seats, "track": str(found.track_id)}),
        "next_step": typed.get("next_step") or _next_step_form(found, None),
    }
    return render_template(
        "recruiting/engagement.html",
        engagement=found,
        line=find_line(found, now=g.now),
        forms=forms,
        onward=next_stage(found.stage),
        history=list_history(g.account, "engagement", found.id),
    )


def _next_step_form(found: Engagement, *given: None) -> NextStepForm:
    """What is typed; or with None what stands there."""
    today = clock.today(g.now, found.cohort.deadline_zone)
    owner = found.owner_id or g.account.id
    data = {"text": found.next_step, "day": found.next_step_on, "owner": str(owner)}
    return NextStepForm(*given, owners=list_staff(), today=today, data=data)


def _tell(found: Engagement, joining: Joining | None) -> None:
    if joining is not None:
        good = joining in {Joining.INVITED, Joining.TIED, Joining.HERE}
        flash(f"{found.mentor.name} {joining}", "ok" if good else "warn")


def _back(found: Engagement) -> str:
    """To the board where the button was pressed there, with the track that was looked at; else to their own page."""
    if "board" not in request.form:
        return url_for(".engagement", engagement_id=found.id)
    track = request.form.get("track") or None
    return url_for(".board", cohort_id=found.cohort_id, track=track, _anchor=f"engagement-{found.id}")
