"""The rounds of a cohort as staff run them, and the page that a mentor evaluates a fellow on."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission, can
from program.clock import today
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.errors import ConflictError
from program.evaluations.forms import EvaluationForm, RoundForm, evaluation_form, typed
from program.evaluations.models import Evaluation, Moment
from program.evaluations.queries import (
    Desk,
    get_desk,
    get_evaluation,
    list_sent_by,
    list_sent_reports,
    list_to_write,
)
from program.evaluations.rules import Answers, are_alike, suggested_days
from program.evaluations.services import (
    IncompleteError,
    RoundError,
    save_evaluation,
    send_evaluation,
    set_round,
    take_round_back,
)
from program.evaluations.sheets import LINES
from program.evaluations.standing import find_round, get_round, list_lines, list_standings, list_unled
from program.exports.sending import send_list
from program.extensions import db
from program.fellows.forms import day_of
from program.history.queries import list_history
from program.limits import LIST_EXPORTS
from program.tries import limited
from program.web import allow

bp = Blueprint("evaluations", __name__)
MOMENTS = "<any(midpoint, final):moment>"
DESK = "/evaluation-rounds/<int:round_id>/fellowships/<int:fellowship_id>"


@bp.get("/cohorts/<int:cohort_id>/evaluations")
@allow(Permission.EVALUATION_RUN)
def rounds(cohort_id: int) -> ResponseReturnValue:
    """When the cohort's mentors are asked, and how far each round is."""
    cohort = get_cohort(cohort_id)
    standings = {one.round.moment: one for one in list_standings(cohort.id)}
    return render_template("evaluations/rounds.html", cohort=cohort, standings=standings, moments=[*Moment])


@bp.get(f"/cohorts/<int:cohort_id>/evaluations/{MOMENTS}")
@allow(Permission.EVALUATION_RUN)
def plan(cohort_id: int, moment: str) -> ResponseReturnValue:
    """The page that asks for the days of a round: those it has, or suggested ones."""
    cohort = get_cohort(cohort_id)
    return _plan_page(cohort, Moment(moment), RoundForm(data=_days(cohort, Moment(moment))))


@bp.post(f"/cohorts/<int:cohort_id>/evaluations/{MOMENTS}")
@allow(Permission.EVALUATION_RUN)
def keep_plan(cohort_id: int, moment: str) -> ResponseReturnValue:
    """Ask the cohort's mentors on these days."""
    cohort, chosen, form = get_cohort(cohort_id), Moment(moment), RoundForm()
    if not form.validate_on_submit():
        return _plan_page(cohort, chosen, form), 422
    days = {"opens_on": day_of(form.opens_on), "due_on": day_of(form.due_on)}
    try:
        asked = set_round(cohort, moment=chosen, **days, actor=g.account, now=g.now)
    except RoundError as error:
        form[error.field].errors = [*form[error.field].errors, str(error)]
        return _plan_page(cohort, chosen, form), 422
    flash(f"The {chosen} round is set. Mentors find it on their page from its first day on.", "ok")
    return redirect(url_for(".page", round_id=asked.id))


@bp.get("/evaluation-rounds/<int:round_id>")
@allow(Permission.EVALUATION_RUN)
def page(round_id: int) -> ResponseReturnValue:
    """How a round stands: fellow by fellow, and whom nobody is there to evaluate."""
    asked = get_round(round_id)
    return render_template(
        "evaluations/round.html",
        asked=asked,
        standing=next(one for one in list_standings(asked.cohort_id) if one.round is asked),
        page=list_lines(g.account, asked, now=g.now, cursor=request.args.get("after")),
        unled=list_unled(asked, now=g.now),
        export_url=url_for(".export", round_id=asked.id),
    )


@bp.post("/evaluation-rounds/<int:round_id>/take-back")
@allow(Permission.EVALUATION_RUN)
def take_back(round_id: int) -> ResponseReturnValue:
    """Ask nobody in this round."""
    asked = get_round(round_id)
    cohort_id, moment = asked.cohort_id, asked.moment
    take_round_back(asked, actor=g.account, now=g.now)
    flash(f"The {moment} round is taken back: no mentor owes it.", "ok")
    return redirect(url_for(".rounds", cohort_id=cohort_id))


@bp.post("/evaluation-rounds/<int:round_id>/export")
@allow(Permission.EVALUATION_RUN)
@limited(LIST_EXPORTS)
def export(round_id: int) -> ResponseReturnValue:
    """The round as a sheet."""
    asked = get_round(round_id)
    lines = partial(list_lines, g.account, asked, now=g.now)
    return send_list(LINES, lines, of=f"{asked.cohort.name} {asked.moment}")


@bp.get("/evaluations")
@allow(Permission.EVALUATION_WRITE)
def own() -> ResponseReturnValue:
    """Whom a mentor can evaluate now, and what they have sent."""
    sent = list_sent_by(g.account, cursor=request.args.get("after"))
    return render_template("evaluations/own.html", page=sent, to_write=list_to_write(g.account, now=g.now))


@bp.get("/evaluations/<int:evaluation_id>")
@allow(Permission.EVALUATION_READ)
def read(evaluation_id: int) -> ResponseReturnValue:
    """One evaluation beside the reports that support it, for staff and whoever wrote it."""
    found = get_evaluation(g.account, evaluation_id)
    reports = list_sent_reports(found.fellowship_id)
    ticked = found.answers.report_ids
    return render_template(
        "evaluations/read.html",
        evaluation=found,
        reports=sorted(reports, key=lambda report: report.id not in ticked),
        ticked=ticked,
        may_read_reports=can(g.account, Permission.REPORT_READ, found.fellowship, now=g.now),
        may_write=found.author_id == g.account.id
        and not found.stands(g.now)
        and can(g.account, Permission.EVALUATION_WRITE, found.fellowship, now=g.now),
        may_run=can(g.account, Permission.EVALUATION_RUN, found.round, now=g.now),
        history=list_history(g.account, "evaluation", found.id),
    )


@bp.get(DESK)
@allow(Permission.EVALUATION_WRITE)
def write(round_id: int, fellowship_id: int) -> ResponseReturnValue:
    """The page that a mentor writes on; what stands is read instead."""
    desk = get_desk(g.account, round_id, fellowship_id, now=g.now)
    if desk.evaluation is not None and desk.evaluation.stands(g.now):
        return redirect(url_for(".read", evaluation_id=desk.evaluation.id))
    answers = desk.evaluation.answers if desk.evaluation else Answers()
    return _desk_page(desk, _form(desk)(data=typed(answers, version=desk.version)))


@bp.post(f"{DESK}/draft")
@allow(Permission.EVALUATION_WRITE)
def save(round_id: int, fellowship_id: int) -> ResponseReturnValue:
    """Keep the draft."""
    desk = get_desk(g.account, round_id, fellowship_id, now=g.now)
    form = _form(desk)()
    if not form.validate_on_submit():
        return _desk_page(desk, form), 422
    try:
        save_evaluation(
            desk, answers=form.answers, version=form.version.data or 0, actor=g.account, now=g.now
        )
    except ConflictError as conflict:
        return _after_conflict(round_id, fellowship_id, form, conflict, sending=False)
    flash("Your draft is kept. Nobody but you sees it until you send it.", "ok")
    return redirect(url_for(".write", round_id=round_id, fellowship_id=fellowship_id))


@bp.post(DESK)
@allow(Permission.EVALUATION_WRITE)
def send(round_id: int, fellowship_id: int) -> ResponseReturnValue:
    """Send it to staff, or a correction of it."""
    desk = get_desk(g.account, round_id, fellowship_id, now=g.now)
    form = _form(desk)()
    if not form.validate_on_submit():
        return _desk_page(desk, form), 422
    version, meant = form.version.data or 0, form.meant.data
    try:
        send_evaluation(desk, answers=form.answers, meant=meant, version=version, actor=g.account, now=g.now)
    except IncompleteError as incomplete:
        form.show(incomplete.faults)
        return _desk_page(desk, form), 422
    except ConflictError as conflict:
        return _after_conflict(round_id, fellowship_id, form, conflict, sending=True)
    return _sent()


def _sent() -> ResponseReturnValue:
    flash("Sent to staff. The fellow does not see it. You can correct it until the round is due.", "ok")
    return redirect(url_for(".own"))


def _after_conflict(
    round_id: int, fellowship_id: int, form: EvaluationForm, conflict: ConflictError, *, sending: bool
) -> ResponseReturnValue:
    """What was typed beside what is kept; done if it is the same, because a button was pressed twice."""
    db.session.rollback()
    desk = get_desk(g.account, round_id, fellowship_id, now=g.now)
    kept = desk.evaluation
    if kept is not None and kept.answers == form.answers and (kept.sent_at is not None) is sending:
        return (
            _sent()
            if sending
            else redirect(url_for(".write", round_id=round_id, fellowship_id=fellowship_id))
        )
    form.sent = tuple(list_sent_reports(desk.fellowship.id))
    form.version.data = form.version.raw_data = None
    form.version.process_data(desk.version)
    return _desk_page(desk, form, message=str(conflict)), 409


def _form(desk: Desk) -> type[EvaluationForm]:
    return evaluation_form(desk.dimensions, list_sent_reports(desk.fellowship.id))


def _desk_page(desk: Desk, form: EvaluationForm, *, message: str = "") -> str:
    kept: Evaluation | None = desk.evaluation if message else None
    return render_template(
        "evaluations/write.html",
        desk=desk,
        form=form,
        message=message,
        kept=kept,
        alike=are_alike(form.answers.scores, desk.dimensions),
    )


def _days(cohort: Cohort, moment: Moment) -> dict[str, object]:
    asked = find_round(cohort.id, moment)
    if asked is not None:
        days = [today(at, cohort.deadline_zone) for at in (asked.opens_at, asked.due_at)]
    else:
        off = [(pause.starts_on, pause.ends_on) for pause in cohort.breaks]
        days = [*suggested_days(moment, cohort.starts_on, cohort.ends_on, off)]
    return dict(zip(("opens_on", "due_on"), days, strict=True))


def _plan_page(cohort: Cohort, moment: Moment, form: RoundForm) -> str:
    asked = find_round(cohort.id, moment)
    return render_template("evaluations/plan.html", cohort=cohort, moment=moment, form=form, asked=asked)
