"""The mentor's queue, and the page that a report is read and answered on."""

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission, can
from program.errors import ConflictError, ForbiddenStepError
from program.extensions import db
from program.history.queries import list_history
from program.reports.models import Report, ReportState, Revision
from program.reports.queries import find_previous, get_report, submitted_revisions
from program.reviews.forms import ReviewForm, review_form
from program.reviews.models import Verdict
from program.reviews.queries import find_review, list_queue, reviews_of
from program.reviews.services import review_report
from program.web import allow

bp = Blueprint("reviews", __name__)


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
    report = get_report(g.account, report_id, now=g.now)
    return _page(report, submitted_revisions(report.id), None)


@bp.post("/reports/<int:report_id>/accept")
@allow(Permission.REVIEW_WRITE)
def accept(report_id: int) -> ResponseReturnValue:
    """Accept it, with or without a comment."""
    return _answer(report_id, Verdict.ACCEPT)


@bp.post("/reports/<int:report_id>/return")
@allow(Permission.REVIEW_WRITE)
def send_back(report_id: int) -> ResponseReturnValue:
    """Return it with a comment."""
    return _answer(report_id, Verdict.RETURN)


def _answer(report_id: int, verdict: Verdict) -> ResponseReturnValue:
    report = get_report(g.account, report_id, now=g.now)
    revisions = submitted_revisions(report.id)
    open_asks = [ask for ask in report.asks if ask.answered_at is None]
    form = review_form(open_asks, returning=verdict is Verdict.RETURN)()
    if not form.validate_on_submit():
        return _page(report, revisions, form), 422
    if form.revision.data != revisions[0].number:
        raise ConflictError(
            "A newer version of this report has arrived since you opened it. Please read that one."
        )
    comment = form.comment.data or ""
    try:
        review_report(
            report,
            revision=revisions[0],
            verdict=verdict,
            comment=comment,
            answers=form.answers,
            actor=g.account,
            now=g.now,
        )
    except (ForbiddenStepError, ConflictError):
        db.session.rollback()
        if not _has_said(report_id, form.revision.data, verdict, comment):
            raise
    done = "accepted" if verdict is Verdict.ACCEPT else "returned"
    flash(f"Report {done}. {report.fellowship.account.name} is told at once.", "ok")
    return redirect(_next_in_queue())


def _has_said(report_id: int, revision_number: int, verdict: Verdict, comment: str) -> bool:
    """Whether this mentor said just that a moment ago: the button was pressed twice, or in two tabs."""
    given = find_review(report_id, revision_number=revision_number, author_id=g.account.id)
    return given is not None and (given.verdict, given.comment) == (verdict, comment)


def _next_in_queue() -> str:
    waiting = list_queue(g.account, now=g.now, size=1).rows
    return url_for(".read", report_id=waiting[0].report_id) if waiting else url_for(".queue")


def _page(report: Report, revisions: Sequence[Revision], form: ReviewForm | None) -> str:
    """The page of a report; the answering part is there for whoever may answer it now."""
    waits = report.state is ReportState.SUBMITTED
    if form is None and waits and can(g.account, Permission.REVIEW_WRITE, report, now=g.now):
        open_asks = [ask for ask in report.asks if ask.answered_at is None]
        form = review_form(open_asks, returning=False)(data={"revision": revisions[0].number})
    return render_template(
        "reviews/read.html",
        report=report,
        revisions=revisions,
        reviews=reviews_of(report.id),
        previous=find_previous(report.fellowship_id, report.period),
        history=list_history(g.account, "report", report.id),
        form=form,
        may_mend=report.state is ReportState.RETURNED
        and can(g.account, Permission.REPORT_WRITE, report, now=g.now),
    )
