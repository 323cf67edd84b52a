"""One press accepts a report that came in a digest: as on its page, or it is said why not."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.access import Permission, can
from program.accounts.models import Account
from program.config import Settings
from program.digests.signing import Grant, read_grant, sign_grant
from program.errors import ConflictError, InvalidLinkError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.reports.models import Report, ReportState, Revision
from program.reviews.given import find_draft, find_review
from program.reviews.models import Review, Verdict
from program.reviews.services import review_report

GONE = (
    "Links to accept a report work for a week, and only as they were mailed. Nothing was changed: sign in "
    "and answer it from your queue."
)
CAME_BY = "digest"


@dataclass(frozen=True, slots=True)
class Offer:
    """A version of a report, and the mentor who may accept it by a link; `review` is what they said of it already."""

    account: Account
    revision: Revision
    review: Review | None
    begun: bool

    @property
    def report(self) -> Report:
        """The report that it is a version of."""
        return self.revision.report

    @property
    def is_done(self) -> bool:
        """Whether they have accepted this version, here or on its page."""
        return self.review is not None and self.review.verdict is Verdict.ACCEPT

    def refusal(self, now: datetime) -> str:
        """Why it cannot be accepted, in words; empty if it can."""
        hindrances = (
            (not self.account.can_sign_in, "Your account is closed, so nothing is accepted in your name."),
            (
                not can(self.account, Permission.REVIEW_WRITE, self.report, now=now),
                "You do not mentor this fellow any more. Whoever does answers the report.",
            ),
            (self.review is not None, "You have answered this version already, on its page."),
            (
                self.report.state is not ReportState.SUBMITTED,
                "Another mentor has answered this report meanwhile.",
            ),
            (
                self.report.revision_number != self.revision.number,
                "A newer version of this report has come since that mail. Please read that one.",
            ),
            (
                self.begun,
                "You have begun an answer on its page. Finish it there, so that nothing you typed is lost.",
            ),
        )
        return next((words for stands, words in hindrances if stands), "")


def accept_url(account_id: int, revision: Revision, *, now: datetime) -> str:
    """The address that is mailed: whoever opens it sees a button, and whoever presses that accepts."""
    token = sign_grant(Grant(account_id, revision.id), keys=_settings().signing_keys, now=now)
    return f"{str(_settings().public_url).rstrip('/')}/accept/{token}"


def open_offer(token: str, *, now: datetime) -> Offer:
    """What the link is for. Raises InvalidLinkError."""
    grant = read_grant(token, keys=_settings().signing_keys, now=now)
    account = db.session.get(Account, grant.account_id) if grant else None
    revision = _find_revision(grant.revision_id) if grant else None
    if account is None or revision is None:
        raise InvalidLinkError(GONE)
    about = {"revision_number": revision.number, "author_id": account.id}
    review, draft = find_review(revision.report_id, **about), None
    if review is None:
        draft = find_draft(revision.report_id, author_id=account.id)
    return Offer(account, revision, review, begun=draft is not None and _says_something(draft.typed))


def accept_offer(offer: Offer, *, now: datetime) -> None:
    """Accept the version without a comment. Safe to do twice. Raises ConflictError with what stands in the way."""
    if offer.is_done:
        return
    if refusal := offer.refusal(now):
        raise ConflictError(refusal)
    review_report(
        offer.report,
        revision=offer.revision,
        verdict=Verdict.ACCEPT,
        comment="",
        answers={},
        actor=offer.account,
        now=now,
        came_by=CAME_BY,
    )


def _find_revision(revision_id: int) -> Revision | None:
    report = joinedload(Revision.report)
    fellowship = report.joinedload(Report.fellowship)
    query = select(Revision).where(Revision.id == revision_id, Revision.submitted_at.is_not(None))
    return db.session.scalar(
        query.options(
            report.joinedload(Report.period),
            report.selectinload(Report.asks),
            fellowship.joinedload(Fellowship.account),
            fellowship.joinedload(Fellowship.cohort),
            fellowship.selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
        )
    )


def _says_something(typed: dict[str, object]) -> bool:
    """Whether anything was typed into a draft; answers are kept by the ask."""
    return any(any(said.values()) if isinstance(said, dict) else said for said in typed.values())


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])
