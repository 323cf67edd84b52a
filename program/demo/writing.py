"""The steps of a report, written straight into the session: the rows that the services leave, in bulk."""

from datetime import datetime

from program.accounts.models import Account
from program.cohorts.models import ReportPeriod
from program.demo.roster import Place
from program.extensions import db
from program.lines import read_lines
from program.reports.models import Ask, PlanItem, Report, ReportState, Revision
from program.reviews.models import Review, Verdict


def begin(place: Place, period: ReportPeriod, *, at: datetime) -> Report:
    """An empty draft."""
    report = Report(fellowship=place.fellowship, period=period, template=place.template, saved_at=at)
    report.state, report.version, report.revision_number = ReportState.DRAFT, 0, 0
    db.session.add(report)
    return report


def write(
    report: Report,
    *,
    author: Account,
    body: dict[str, str],
    at: datetime,
    aside: dict[str, str] | None = None,
) -> Revision:
    """The author's own revision of the text."""
    report.version += 1
    report.revision_number += 1
    report.saved_at = at
    revision = Revision(author=author, number=report.revision_number, body=body, saved_at=at)
    revision.aside = aside or {}
    report.revisions.append(revision)
    return revision


def send(report: Report, *, at: datetime) -> None:
    """The latest revision goes to the mentor."""
    revision = report.revisions[-1]
    revision.submitted_at = report.submitted_at = report.saved_at = at
    report.first_submitted_at = report.first_submitted_at or at
    report.state = ReportState.SUBMITTED
    report.owed_at = report.fellowship.cohort.owed_after(at)
    planned = {item.text for item in report.plan}
    for position, text in enumerate(read_lines(revision.body.get("plan", "")), start=1):
        if text not in planned:
            report.plan.append(PlanItem(position=position, text=text))
    known = {ask.text for ask in report.asks}
    for position, text in enumerate(revision.body.get("asks", "").splitlines(), start=1):
        if text not in known:
            report.asks.append(Ask(position=position, text=text, created_at=at))


def decide(report: Report, *, by: Account, verdict: Verdict, comment: str, at: datetime) -> Review:
    """The mentor accepts the latest revision or returns it."""
    accepted = verdict is Verdict.ACCEPT
    report.state = ReportState.ACCEPTED if accepted else ReportState.RETURNED
    report.version, report.decided_at = report.version + 1, at
    left = any(ask.answered_at is None for ask in report.asks)
    report.owed_at = report.fellowship.cohort.owed_after(at) if left or not accepted else None
    review = Review(report=report, revision=report.revisions[-1], author=by, verdict=verdict)
    review.comment, review.created_at = comment, at
    db.session.add(review)
    return review


def answer(ask: Ask, *, by: Account, text: str, at: datetime) -> None:
    """The mentor answers; the ask is closed."""
    ask.answer, ask.answered_at, ask.answered_by = text, at, by
