"""Staff ask for reports beside the calendar, see those of a cohort, change them and take them back."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.clock import today
from program.cohorts.models import Cohort, PeriodKind
from program.cohorts.queries import get_cohort
from program.cohorts.states import OVER
from program.forms import asked_row
from program.postponing.queries import list_fellows
from program.postponing.services import check_open
from program.reports.templates import list_published
from program.requesting.forms import AskReportForm, RequestForm, show_error
from program.requesting.queries import Beside, get_beside, list_beside
from program.requesting.services import RequestError, ask_reports, change_request, take_request_back
from program.web import allow

bp = Blueprint("requesting", __name__)


@bp.get("/cohorts/<int:cohort_id>/other-reports")
@allow(Permission.DEADLINE_CHANGE)
def listing(cohort_id: int) -> ResponseReturnValue:
    """What the cohort and its fellows are asked for beside the calendar."""
    cohort = get_cohort(cohort_id)
    page = list_beside(cohort.id, cursor=request.args.get("after"))
    return render_template("requesting/list.html", cohort=cohort, page=page, is_over=cohort.state in OVER)


@bp.get("/cohorts/<int:cohort_id>/other-reports/new")
@allow(Permission.DEADLINE_CHANGE)
def new(cohort_id: int) -> ResponseReturnValue:
    """What to ask for, of whom and until when; the address may say of whom."""
    cohort = get_cohort(cohort_id)
    check_open(cohort)
    form = _form(cohort, opens_on=today(g.now, cohort.deadline_zone))
    if fellow := asked_row("fellow"):
        form.kind.data, form.fellows.data = PeriodKind.ON_REQUEST.value, [fellow]
    return _drawn(cohort, form)


@bp.post("/cohorts/<int:cohort_id>/other-reports/new")
@allow(Permission.DEADLINE_CHANGE)
def ask(cohort_id: int) -> ResponseReturnValue:
    """Ask for it."""
    cohort = get_cohort(cohort_id)
    check_open(cohort)
    form = _form(cohort)
    if not form.validate_on_submit():
        return _drawn(cohort, form), 422
    try:
        whom = form.fellowship_ids
        ask_reports(cohort, wanted=form.asked, fellowship_ids=whom, actor=g.account, now=g.now)
    except RequestError as error:
        return _drawn(cohort, show_error(form, error)), 422
    flash("Asked for. It stands in the lists of whoever is to write it.", "ok")
    return redirect(url_for(".listing", cohort_id=cohort.id))


@bp.get("/other-reports/<int:period_id>")
@allow(Permission.DEADLINE_CHANGE)
def page(period_id: int) -> ResponseReturnValue:
    """A report beside the calendar, and changing it."""
    found = get_beside(period_id)
    zone_name = found.period.cohort.deadline_zone
    days = {
        "opens_on": today(found.period.opens_at, zone_name),
        "due_on": today(found.period.due_at, zone_name),
    }
    return _one(found, RequestForm(data={"called": found.period.called, **days}))


@bp.post("/other-reports/<int:period_id>")
@allow(Permission.DEADLINE_CHANGE)
def change(period_id: int) -> ResponseReturnValue:
    """Other days, another title."""
    found, form = get_beside(period_id), RequestForm()
    if not form.validate_on_submit():
        return _one(found, form), 422
    try:
        change_request(found.period, wanted=form.wanted(found.period.kind), actor=g.account, now=g.now)
    except RequestError as error:
        return _one(found, show_error(form, error)), 422
    flash("Kept. It stands so in the lists of whoever is to write it.", "ok")
    return redirect(url_for(".page", period_id=period_id))


@bp.post("/other-reports/<int:period_id>/take-back")
@allow(Permission.DEADLINE_CHANGE)
def take_back(period_id: int) -> ResponseReturnValue:
    """Ask for it no longer."""
    period = get_beside(period_id).period
    cohort_id, name = period.cohort_id, period.report_name
    take_request_back(period, actor=g.account, now=g.now)
    flash(f"The {name} is taken back: nobody owes it.", "ok")
    return redirect(url_for(".listing", cohort_id=cohort_id))


def _form(cohort: Cohort, **data: object) -> AskReportForm:
    return AskReportForm(list_fellows(cohort.id), list_published(), data=data)


def _drawn(cohort: Cohort, form: AskReportForm) -> str:
    return render_template("requesting/new.html", cohort=cohort, form=form, fellow=asked_row("fellow"))


def _one(found: Beside, form: RequestForm) -> str:
    is_over = found.period.cohort.state in OVER
    return render_template("requesting/page.html", found=found, form=form, is_over=is_over)
