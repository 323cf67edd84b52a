"""Staff change deadlines: what moves is shown before it does. Fellows ask for more time, and staff decide."""

from datetime import date
from typing import cast

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.forms import NO_TOKEN, asked_row
from program.postponing.changes import Change
from program.postponing.forms import AskForm, DeadlineForm, DeclineForm, GrantForm, RequestsForm
from program.postponing.models import ExtensionRequest, RequestState
from program.postponing.queries import (
    find_change,
    get_request,
    list_fellows,
    list_periods,
    list_requests,
    requests_of,
)
from program.postponing.services import (
    CHANGED_MEANWHILE,
    ask_extension,
    change_deadlines,
    check_open,
    decline_request,
    grant_request,
)
from program.reports.desks import Desk, get_desk
from program.web import allow

bp = Blueprint("postponing", __name__)


@bp.get("/cohorts/<int:cohort_id>/deadlines")
@allow(Permission.DEADLINE_CHANGE)
def ask(cohort_id: int) -> ResponseReturnValue:
    """Whose deadline, and what becomes of it; the address may say of whom and of which report."""
    cohort = get_cohort(cohort_id)
    check_open(cohort)
    form = _form(cohort)
    form.fellows.data = [own] if (own := asked_row("fellow")) else []
    form.period.data = asked_row("period") or next(
        (period.id for period in form.periods.values() if period.due_at > g.now), None
    )
    return _drawn(cohort, form)


@bp.post("/cohorts/<int:cohort_id>/deadlines")
@allow(Permission.DEADLINE_CHANGE)
def change(cohort_id: int) -> ResponseReturnValue:
    """The form again if something is wrong, the preview if it was not seen yet, else the change."""
    cohort = get_cohort(cohort_id)
    check_open(cohort)
    form = _form(cohort)
    if not form.validate_on_submit():
        return _drawn(cohort, form), 422
    found = find_change(cohort, form.wish())
    if form.is_stale(found):
        form.form_errors = [CHANGED_MEANWHILE]
        return _drawn(cohort, form, found), 409
    if not form.seen.data or not found.changing:
        return _drawn(cohort, form, found)
    reason = form.reason.data or ""
    change_deadlines(cohort, wish=form.wish(), reason=reason, seen=found.digest, actor=g.account, now=g.now)
    told = len({line.slot.account_id for line in found.news})
    mails = f"{told} {'fellow gets' if told == 1 else 'fellows get'} a mail" if told else "Nobody gets a mail"
    flash(f"Done, as you saw it. {mails}.", "ok")
    return redirect(url_for("cohorts.page", cohort_id=cohort.id))


@bp.get("/periods/<int:period_id>/extension")
@allow(Permission.EXTENSION_ASK)
def wanted(period_id: int) -> ResponseReturnValue:
    """What the fellow asked for of a report of theirs, and asking."""
    desk = get_desk(g.account, period_id, now=g.now)
    return _asked(desk, AskForm(desk))


@bp.post("/periods/<int:period_id>/extension")
@allow(Permission.EXTENSION_ASK)
def want(period_id: int) -> ResponseReturnValue:
    """Ask for a later deadline."""
    desk = get_desk(g.account, period_id, now=g.now)
    form = AskForm(desk)
    if not form.validate_on_submit():
        return _asked(desk, form), 422
    day, reason = cast("date", form.wanted_on.data), form.reason.data or ""
    ask_extension(desk, wanted_on=day, reason=reason, actor=g.account, now=g.now)
    flash("Staff decide on it next. Until then the deadline stays as it is; you may go on writing.", "ok")
    return redirect(url_for(".wanted", period_id=period_id))


@bp.get("/extension-requests")
@allow(Permission.DEADLINE_CHANGE)
def requests() -> ResponseReturnValue:
    """What fellows ask for, the latest first."""
    state = RequestsForm(request.args, meta=NO_TOKEN).state.chosen
    page = list_requests(state=state, cursor=request.args.get("after"))
    return render_template("postponing/requests.html", page=page, state=state, states=[*RequestState])


@bp.get("/extension-requests/<int:request_id>")
@allow(Permission.DEADLINE_CHANGE)
def one(request_id: int) -> ResponseReturnValue:
    """A request, and deciding it."""
    wish = get_request(request_id)
    form = GrantForm(wish, data={"until": wish.wanted_on})
    return _wish(wish, form, DeclineForm(formdata=None), _previewed(wish, form))


@bp.post("/extension-requests/<int:request_id>/grant")
@allow(Permission.DEADLINE_CHANGE)
def grant(request_id: int) -> ResponseReturnValue:
    """The form again if something is wrong, the preview if it is another one than was seen, else the later deadline."""
    wish, declining = get_request(request_id), DeclineForm(formdata=None)
    form = GrantForm(wish)
    if not form.validate_on_submit():
        return _wish(wish, form, declining), 422
    found = find_change(wish.fellowship.cohort, form.wish())
    if form.is_stale(found):
        form.form_errors = [CHANGED_MEANWHILE]
        return _wish(wish, form, declining, found), 409
    if not form.seen.data:
        return _wish(wish, form, declining, found)
    word = form.word.data or ""
    grant_request(wish, wish=form.wish(), seen=found.digest, word=word, actor=g.account, now=g.now)
    told = ", and gets a mail" if found.news else ". The report was sent after that, so no mail goes out"
    flash(f"{wish.fellowship.account.name} has until then{told}.", "ok")
    return redirect(url_for(".requests", state=RequestState.OPEN))


@bp.post("/extension-requests/<int:request_id>/decline")
@allow(Permission.DEADLINE_CHANGE)
def decline(request_id: int) -> ResponseReturnValue:
    """Leave the deadline as it is."""
    wish, form = get_request(request_id), DeclineForm()
    if not form.validate_on_submit():
        return _wish(wish, GrantForm(wish, formdata=None), form), 422
    decline_request(wish, word=form.word.data or "", actor=g.account, now=g.now)
    flash(f"The deadline stays as it is. {wish.fellowship.account.name} gets a mail.", "ok")
    return redirect(url_for(".requests", state=RequestState.OPEN))


def _asked(desk: Desk, form: AskForm) -> str:
    asked = requests_of(desk.fellowship.id, desk.period.id)
    return render_template("postponing/ask.html", desk=desk, form=form, asked=asked)


def _previewed(wish: ExtensionRequest, form: GrantForm) -> Change | None:
    """What it changes to give what is asked for, while that waits."""
    return find_change(wish.fellowship.cohort, form.wish()) if wish.waits else None


def _wish(
    wish: ExtensionRequest, form: GrantForm, declining: DeclineForm, change: Change | None = None
) -> str:
    return render_template(
        "postponing/request.html", wish=wish, form=form, declining=declining, change=change
    )


def _form(cohort: Cohort) -> DeadlineForm:
    return DeadlineForm(list_periods(cohort, asked_row("fellow")), list_fellows(cohort.id))


def _drawn(cohort: Cohort, form: DeadlineForm, found: Change | None = None) -> str:
    return render_template(
        "postponing/change.html", cohort=cohort, form=form, change=found, fellow=asked_row("fellow")
    )
