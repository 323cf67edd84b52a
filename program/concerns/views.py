"""Concerns: raised from a report or about a fellow, read and worked on by those they were put to."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Guarded, Permission, can
from program.concerns.forms import (
    ColleagueForm,
    ConcernsForm,
    OnceForm,
    RaiseForm,
    ThreadForm,
    ThreadStepForm,
)
from program.concerns.models import Concern, ConcernState
from program.concerns.queries import (
    get_concern,
    get_raisable_report,
    list_concerns,
    list_nameable,
    list_raisable,
)
from program.concerns.services import answer_concern, name_colleague, raise_concern, step_concern
from program.concerns.states import STEPS, TIME_TO_ACKNOWLEDGE
from program.errors import ConflictError
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import get_fellowship
from program.forms import NO_TOKEN
from program.reports.models import Report
from program.web import allow

bp = Blueprint("concerns", __name__)
SAID = {
    ConcernState.ACKNOWLEDGED: "You have acknowledged this concern. Whoever raised it is told at once.",
    ConcernState.WORKED: "This concern is being worked on. Whoever raised it is told at once.",
    ConcernState.CLOSED: "This concern is closed. It can be reopened here.",
    ConcernState.RAISED: "This concern is open again, and waits to be acknowledged.",
}


@bp.app_template_global("may_raise_concern")
def may_raise_concern(about: Guarded) -> bool:
    """Whether the reader can raise a concern about it; never who looks at the site as somebody else."""
    return g.account.seen_by is None and can(g.account, Permission.CONCERN_RAISE, about, now=g.now)


@bp.get("/concerns")
@allow(Permission.CONCERN_READ)
def listing() -> ResponseReturnValue:
    """The concerns one is part of, the newest first, and where to raise one."""
    asked = ConcernsForm(request.args, meta=NO_TOKEN)
    page = list_concerns(g.account, state=asked.state.chosen, cursor=request.args.get("after"))
    raisable = list_raisable(g.account, now=g.now)
    here = {"state": asked.state.chosen, "states": list(ConcernState), "raisable": raisable}
    return render_template("concerns/list.html", page=page, **here)


@bp.get("/reports/<int:report_id>/concern")
@allow(Permission.CONCERN_RAISE)
def ask_from_report(report_id: int) -> ResponseReturnValue:
    """The form, from a report."""
    report = get_raisable_report(g.account, report_id, now=g.now)
    return _form(report.fellowship, report, _raise_form(report.fellowship))


@bp.post("/reports/<int:report_id>/concern")
@allow(Permission.CONCERN_RAISE)
def raise_from_report(report_id: int) -> ResponseReturnValue:
    """Raise it from a report."""
    report = get_raisable_report(g.account, report_id, now=g.now)
    return _raise(report.fellowship, report)


@bp.get("/fellowships/<int:fellowship_id>/concern")
@allow(Permission.CONCERN_RAISE)
def ask(fellowship_id: int) -> ResponseReturnValue:
    """The form, from no report."""
    fellowship = get_fellowship(g.account, fellowship_id, Permission.CONCERN_RAISE, now=g.now)
    return _form(fellowship, None, _raise_form(fellowship))


@bp.post("/fellowships/<int:fellowship_id>/concern")
@allow(Permission.CONCERN_RAISE)
def raise_(fellowship_id: int) -> ResponseReturnValue:
    """Raise it from no report."""
    return _raise(get_fellowship(g.account, fellowship_id, Permission.CONCERN_RAISE, now=g.now), None)


@bp.get("/concerns/<int:concern_id>")
@allow(Permission.CONCERN_READ)
def page(concern_id: int) -> ResponseReturnValue:
    """A concern with its thread."""
    return _page(get_concern(g.account, concern_id, Permission.CONCERN_READ), ThreadStepForm())


@bp.post("/concerns/<int:concern_id>/messages")
@allow(Permission.CONCERN_WRITE)
def answer(concern_id: int) -> ResponseReturnValue:
    """Write in the thread."""
    concern, form = get_concern(g.account, concern_id, Permission.CONCERN_WRITE), ThreadForm()
    if not form.validate_on_submit():
        return _page(concern, form), 422
    text, once = form.text.data or "", form.once.data or ""
    answer_concern(concern, text=text, once=once, actor=g.account, now=g.now)
    return _done(concern, "Sent. The other side is told at once, without what you wrote.")


@bp.post("/concerns/<int:concern_id>/acknowledge")
@allow(Permission.CONCERN_WORK)
def acknowledge(concern_id: int) -> ResponseReturnValue:
    """Say that it was read and is taken up."""
    return _step(concern_id, ConcernState.ACKNOWLEDGED, Permission.CONCERN_WORK)


@bp.post("/concerns/<int:concern_id>/work")
@allow(Permission.CONCERN_WORK)
def work(concern_id: int) -> ResponseReturnValue:
    """Say that something is being done about it."""
    return _step(concern_id, ConcernState.WORKED, Permission.CONCERN_WORK)


@bp.post("/concerns/<int:concern_id>/close")
@allow(Permission.CONCERN_WORK)
def close(concern_id: int) -> ResponseReturnValue:
    """Say that it is settled."""
    return _step(concern_id, ConcernState.CLOSED, Permission.CONCERN_WORK)


@bp.post("/concerns/<int:concern_id>/reopen")
@allow(Permission.CONCERN_WRITE)
def reopen(concern_id: int) -> ResponseReturnValue:
    """Say that it is not settled."""
    return _step(concern_id, ConcernState.RAISED, Permission.CONCERN_WRITE)


@bp.post("/concerns/<int:concern_id>/staff")
@allow(Permission.CONCERN_WRITE)
def name(concern_id: int) -> ResponseReturnValue:
    """Put it to one more member of staff."""
    concern = get_concern(g.account, concern_id, Permission.CONCERN_WRITE)
    form = _name_form(concern)
    if not form.validate_on_submit():
        return _page(concern, ThreadStepForm(formdata=None), form), 422
    colleague = form.offered[form.colleague.data]
    name_colleague(concern, colleague=colleague, actor=g.account, now=g.now)
    return _done(concern, f"{colleague.name} reads this concern from now on, and is told at once.")


def _raise(fellowship: Fellowship, report: Report | None) -> ResponseReturnValue:
    form = _raise_form(fellowship)
    if not form.validate_on_submit():
        return _form(fellowship, report, form), 422
    try:
        concern = _raised(fellowship, report, form)
    except ConflictError:  # the same form arrived at the same moment: then the concern is there now
        db.session.rollback()
        concern = _raised(fellowship, report, form)
    return _done(concern, "Your concern is raised. Those you named are told at once, without what it says.")


def _raised(fellowship: Fellowship, report: Report | None, form: RaiseForm) -> Concern:
    text, once = form.text.data or "", form.once.data or ""
    return raise_concern(
        fellowship, report=report, text=text, staff=form.chosen, once=once, actor=g.account, now=g.now
    )


def _step(concern_id: int, step: ConcernState, permission: Permission) -> ResponseReturnValue:
    concern, form = get_concern(g.account, concern_id, permission), ThreadStepForm()
    if not form.validate_on_submit():
        return _page(concern, form), 422
    text, once = form.text.data or "", form.once.data or ""
    step_concern(concern, step=step, text=text, once=once, actor=g.account, now=g.now)
    return _done(concern, SAID[step])


def _done(concern: Concern, message: str) -> ResponseReturnValue:
    flash(message, "ok")
    return redirect(url_for(".page", concern_id=concern.id))


def _raise_form(fellowship: Fellowship) -> RaiseForm:
    return RaiseForm(offered=list_nameable(fellowship, besides=[g.account.id]))


def _name_form(concern: Concern) -> ColleagueForm:
    besides = [concern.raised_by_id, *(one.account_id for one in concern.named)]
    return ColleagueForm(offered=list_nameable(concern.fellowship, besides=besides))


def _form(fellowship: Fellowship, report: Report | None, form: RaiseForm) -> str:
    return render_template(
        "concerns/raise.html", fellowship=fellowship, report=report, form=form, days=TIME_TO_ACKNOWLEDGE.days
    )


def _page(concern: Concern, form: OnceForm, name_form: ColleagueForm | None = None) -> str:
    """The page of a concern, with the steps that are the reader's to take."""
    steps = STEPS[concern.state]
    if not can(g.account, Permission.CONCERN_WORK, concern, now=g.now):
        steps = steps & {ConcernState.RAISED}
    return render_template(
        "concerns/page.html",
        concern=concern,
        form=form,
        name_form=name_form or _name_form(concern),
        steps=steps,
        adrift=concern.is_adrift,
    )
