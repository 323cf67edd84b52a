"""What messages are about, in words: one statement for a page of them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    bindparam,
    cast,
    literal,
    select,
    union_all,
)

from program.accounts.models import Account
from program.announcements.models import Announcement
from program.bounces.models import SuppressedAddress
from program.cohorts.models import Cohort, ReportPeriod
from program.cohorts.queries import report_name
from program.commenting.models import Comment
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.mentors.models import Engagement, EngagementStep, Mentor
from program.notices.models import Notice, NoticeKind
from program.obligations.models import ObligationKind
from program.postponing.models import ExtensionRequest
from program.reports.models import Report, Revision
from program.reviews.models import Review
from program.surveys.models import Wave

OWED = {
    ObligationKind.REPORT: "period",
    ObligationKind.MENDING: "period",
    ObligationKind.DRAFT: "fellowship",
    ObligationKind.REVIEW: "report",
    ObligationKind.EVALUATION: "fellowship",
    ObligationKind.SURVEY: "wave",
    ObligationKind.NEXT_STEP: "engagement",
    ObligationKind.ASK: "report",
    ObligationKind.EXTENSION: "request",
}
"""What the number of an obligation's subject is of. Of a concern nothing is said."""
Part = Select[*tuple[Any, ...]]


def about_by_id(notices: Sequence[Notice]) -> dict[int, str]:
    """The subject of each message by the message's id: "Amara Okafor, report for week 5". What is gone is left out."""
    sources = {notice.id: (_source(notice), notice.subject_id) for notice in notices}
    if not sources:
        return {}
    wanted: dict[str, list[int]] = {name: [] for name in _parts()}
    for source, subject_id in sources.values():
        if source in wanted:
            wanted[source].append(subject_id)
    found = {(source, key): words for source, key, words in db.session.execute(_all_parts(), wanted)}
    return {notice_id: found[of] for notice_id, of in sources.items() if of in found}


def _source(notice: Notice) -> str:
    if notice.kind is not NoticeKind.REMINDER:
        return notice.subject_kind
    return OWED.get(ObligationKind(notice.subject_kind), "")


@cache
def _all_parts() -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(*(_told(name, part) for name, part in _parts().items()))


def _told(name: str, part: Part) -> Part:
    key, words = part.selected_columns
    named = part.with_only_columns(literal(name), key, words, maintain_column_froms=True)
    return named.where(key.in_(bindparam(name, expanding=True)))


def _parts() -> dict[str, Part]:
    of_report = Account.name + ", " + report_name()
    return {
        "period": select(ReportPeriod.id, report_name()),
        "fellowship": select(Fellowship.id, Account.name).join(Fellowship.account),
        "cohort": select(Cohort.id, Cohort.name),
        "announcement": select(Announcement.id, Announcement.subject),
        "wave": select(Wave.id, cast(Wave.kind, String) + " survey"),
        "engagement": select(Engagement.id, Mentor.name).join(Engagement.mentor),
        "engagement_step": _of_step(),
        "assignment": _of_assignment(),
        "suppressed_address": select(SuppressedAddress.id, Account.name).join(SuppressedAddress.account),
        "request": _of_request(of_report),
        "report": _of_reports(select(Report.id, of_report)),
        "revision": _of_reports(select(Revision.id, of_report).join(Revision.report)),
        "review": _of_reports(select(Review.id, of_report).join(Review.report)),
        "report_comment": _of_reports(select(Comment.id, of_report).join(Comment.report)),
    }


def _of_reports(part: Part) -> Part:
    return part.join(Report.period).join(Report.fellowship).join(Fellowship.account)


def _of_request(of_report: ColumnElement[str]) -> Part:
    part = select(ExtensionRequest.id, of_report).join(ExtensionRequest.period)
    return part.join(ExtensionRequest.fellowship).join(Fellowship.account)


def _of_step() -> Part:
    return select(EngagementStep.id, Mentor.name).join(EngagementStep.engagement).join(Engagement.mentor)


def _of_assignment() -> Part:
    pair = Account.name + " and " + Mentor.name
    part = select(Assignment.id, pair).join(Assignment.mentor).join(Assignment.fellowship)
    return part.join(Fellowship.account)
