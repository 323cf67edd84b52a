"""The mentor's queue, and the page that a report is read and answered on."""

from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program import clock
from program.access import Permission
from program.answering.services import ANSWERED_MEANWHILE, have_answered
from program.answering.typing import typed_answers
from program.errors import ConflictError, ForbiddenStepError, NotFoundError
from program.extensions import db
from program.reviews.drafts import check_unread, save_draft
from program.reviews.forms import ReviewForm, review_form
from program.reviews.given import find_draft, find_review, find_view, last_return
from program.reviews.models import Verdict
from program.reviews.pages import ReportPage, open_page
from program.reviews.queries import list_queue
from program.reviews.services import NOTHING_TO_STAFF, ToStaff, comment_on_report, review_report
from program.typed import Kept
from program.web import allow, render_error

bp = Blueprint("reviews", __name__)
bp.add_app_template_global(last_return, "last_return")
NEWER = "A newer version of this report has arrived since you opened it. Please read that one."
NO_PLACE = "This report has your answer already, or is not yours to answer. What you typed is below."
DONE = {Verdict.ACCEPT: "Report accepted.", Verdict.RETURN: "Report returned.", Verdict.COMMENT: "Sent."}
LABELS = {"comment": "Your comment", "line": "Your line to staff"}


@bp.get("/reviews")
@allow(Permission.REVIEW_WRITE)
def queue() -> ResponseReturnValue:
    """The reports that wait for this mentor, the oldest first."""
    page = list_queue(g.account, now=g.now, cursor=request.args.get("after"))
    return render_template("reviews/queue.html", page=page)


@bp.get("/reports/<int:report_id>")
@allow(Permission.REPORT_READ)
def read(report_id: int) -> ResponseReturnValue:
    """A submitted report with its history, and for its mentor the place to answer."""
    try:
        page = open_page(g.account, report_id, now=g.now)
    except NotFoundError:
        return _give_back(report_id)
    return _show(page)


@bp.post("/reports/<int:report_id>/accept")
@allow(Permission.REVIEW_WRITE)
def accept(report_id: int) -> ResponseReturnValue:
    """Accept it, with or without a comment."""
    return _answer(report_id, Verdict.ACCEPT)


@bp.post("/reports/<int:report_id>/return")
@allow(Permission.REVIEW_WRITE)
def send_back(report_id: int) -> ResponseReturnValue:
    """Return it with a comment and the sections that are to change."""
    return _answer(report_id, Verdict.RETURN)


@bp.post("/reports/<int:report_id>/comment")
@allow(Permission.REVIEW_WRITE)
def comment(report_id: int) -> ResponseReturnValue:
    """Answer beside the mentor who decided."""
    return _answer(report_id, Verdict.COMMENT)


@bp.post("/reports/<int:report_id>/review")
@allow(Permission.REVIEW_WRITE)
def save(report_id: int) -> ResponseReturnValue:
    """Keep the draft of a review; a script that saves as one types gets JSON."""
    page = open_page(g.account, report_id, now=g.now)
    form = review_form(page.report, page.asks, verdict=None)()
    if not form.validate_on_submit():
        return _show(page, form, typed=_typed(form), status=422)
    if not page.has_place:
        raise ConflictError(NO_PLACE)
    try:
        draft = save_draft(
            page.report,
            revision_number=max(0, min(form.revision.data or 0, page.latest.number)),
            typed=_typed(form),
            version=form.version.data or 0,
            actor=g.account,
            now=g.now,
        )
    except ConflictError as conflict:
        if "X-Autosave" in request.headers:
            raise
        return _side_by_side(report_id, form, conflict)
    if "X-Autosave" in request.headers:
        at = g.now.astimezone(clock.zone(g.account.time_zone))
        return jsonify(saved=f"{at:%H:%M}", version=draft.version)
    flash("Your draft is saved. Nobody but you sees it until you answer.", "ok")
    return redirect(url_for(".read", report_id=report_id))


def _answer(report_id: int, verdict: Verdict) -> ResponseReturnValue:
    page = open_page(g.account, report_id, now=g.now)
    form = review_form(page.report, page.asks, verdict=verdict)()
    if not form.validate_on_submit():
        return _show(page, form, typed=_typed(form), status=422)
    try:
        check_unread(page.draft, typed=_typed(form), version=form.version.data or 0)
    except ConflictError as conflict:
        return _side_by_side(report_id, form, conflict)
    if form.revision.data != page.latest.number:
        raise ConflictError(NEWER)
    try:
        _give(page, form, verdict)
    except (ForbiddenStepError, ConflictError) as error:
        db.session.rollback()
        if not _has_said(report_id, form, verdict):
            return _second(report_id, form, error)
    flash(f"{DONE[verdict]} {page.report.fellowship.account.name} is told at once.", "ok")
    return redirect(_next_in_queue())


def _give(page: ReportPage, form: ReviewForm, verdict: Verdict) -> None:
    said, to_staff = form.comment.data or "", _to_staff(form)
    if verdict is Verdict.COMMENT:
        comment_on_report(
            page.report,
            revision=page.latest,
            comment=said,
            to_staff=to_staff,
            actor=g.account,
            now=g.now,
        )
        return
    if typed_answers().keys() - form.answers.keys():
        raise ConflictError(ANSWERED_MEANWHILE)
    review_report(
        page.report,
        revision=page.latest,
        verdict=verdict,
        comment=said,
        to_staff=to_staff,
        asks=page.asks,
        answers=form.answers,
        sections=form.named if verdict is Verdict.RETURN else [],
        actor=g.account,
        now=g.now,
    )


def _typed(form: ReviewForm) -> dict[str, Any]:
    """All that was typed, answers too to asks that are not open any more."""
    return {**form.typed, "answers": {str(ask): text for ask, text in typed_answers().items()}}


def _has_said(report_id: int, form: ReviewForm, verdict: Verdict) -> bool:
    """Whether this mentor said just that a moment ago: the button was pressed twice, or in two tabs."""
    given = find_review(report_id, revision_number=form.revision.data or 0, author_id=g.account.id)
    if given is None or (given.verdict, given.comment) != (verdict, form.comment.data or ""):
        return False
    view, sections = find_view(given.id), form.named if verdict is Verdict.RETURN else []
    to_staff = ToStaff(view.signal, view.line) if view else NOTHING_TO_STAFF
    return (
        given.sections == sections
        and to_staff == _to_staff(form)
        and have_answered(typed_answers(), author_id=g.account.id)
    )


def _to_staff(form: ReviewForm) -> ToStaff:
    return ToStaff(form.chosen_signal, form.line.data or "")


def _second(
    report_id: int, form: ReviewForm, error: ForbiddenStepError | ConflictError
) -> ResponseReturnValue:
    """Another mentor was quicker: what was typed stands in the place for an answer beside theirs. Raises else."""
    page = open_page(g.account, report_id, now=g.now)
    if page.latest.number != form.revision.data or not page.has_place:
        raise error
    return _show(page, typed=_typed(form), message=str(error), status=409)


def _side_by_side(report_id: int, form: ReviewForm, conflict: ConflictError) -> ResponseReturnValue:
    """Both texts: what was typed here stays in the fields, and what is sent next has seen the other."""
    db.session.rollback()
    page = open_page(g.account, report_id, now=g.now)
    theirs = page.draft.typed if page.draft else {}
    return _show(page, typed=_typed(form), theirs=theirs, message=str(conflict), status=409)


def _show(
    page: ReportPage,
    form: ReviewForm | None = None,
    *,
    typed: dict[str, Any] | None = None,
    theirs: dict[str, Any] | None = None,
    message: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    if form and not page.has_place:
        raise ConflictError(NO_PLACE)
    shown = form or page.form(typed)
    since = request.args.get("changes", type=int)
    html = render_template(
        "reviews/read.html", page=page, form=shown, typed=typed, theirs=theirs, message=message, since=since
    )
    return html, status


def _give_back(report_id: int) -> ResponseReturnValue:
    """Who mentors the fellow no longer gets what they had typed. Raises NotFoundError if that is nothing."""
    draft = None if g.account.seen_by else find_draft(report_id, author_id=g.account.id)
    if draft is None:
        raise NotFoundError("There is no such report among those you can read.")
    written = [(label, draft.typed[key]) for key, label in LABELS.items() if draft.typed.get(key)]
    answers = draft.typed.get("answers", {}).values()
    written += [(f"Answer {place}", text) for place, text in enumerate(answers, start=1)]
    message = (
        "You do not mentor this fellow any more, so the report is closed to you. What you had typed is below."
    )
    return render_error(404, NotFoundError.title, message, kept=Kept(written, []))


def _next_in_queue() -> str:
    waiting = list_queue(g.account, now=g.now, size=1).rows
    if not waiting:
        return url_for(".queue")
    return url_for(".read", report_id=waiting[0].report_id, _anchor="report")
