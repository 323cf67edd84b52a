"""Who wants one mail for all that waits for them, and what does."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.attachments.models import Attachment
from program.columns import AnySelect
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import assignment_holds, goes_on
from program.mentors.models import Mentor
from program.preferences.hours import Habits, Pace
from program.reports.models import Report, ReportState, ReportTemplate, Revision, TemplateSection

FULL = 20
"""So many reports stand in a mail with all their text …"""
MOST = 400_000
"""… and no more than so many bytes of text, but for the first: mail servers refuse what is larger than some MB."""
LINKED = 80
"""So many more are named in it, with a link each."""


class Reader(NamedTuple):
    """A mentor who wants one mail for all, since when, and since when the oldest report waits for them."""

    account_id: int
    habits: Habits
    since: datetime
    oldest_at: datetime


def list_readers(*, now: datetime) -> Sequence[Reader]:
    """The mentors who want one mail for all and for whom something waits."""
    oldest = func.min(Report.submitted_at)
    query = _waiting(now, Account, oldest).where(Account.pace != Pace.IMMEDIATE, Account.can_sign_in)
    return [
        Reader(account.id, account.habits, account.paced_at or account.created_at, oldest_at)
        for account, oldest_at in db.session.execute(query.group_by(Account.id))
    ]


def waiting_by_reader(account_ids: Collection[int], *, now: datetime) -> Mapping[int, Sequence[int]]:
    """The reports that wait for each of these accounts, the oldest first; who has none is not there."""
    columns = (Account.id, Report.id, Report.submitted_at)
    query = _waiting(now, *columns).where(Account.id.in_(account_ids)).distinct()
    found: dict[int, list[int]] = defaultdict(list)
    for account_id, report_id, _at in db.session.execute(query.order_by(Report.submitted_at, Report.id)):
        found[account_id].append(report_id)
    return found


def _waiting(now: datetime, *columns: Any) -> AnySelect:
    """Reports that wait for a review, by the mentors who may give it today, as `list_queue` has them for one."""
    mentors = Account.held_roles.any(AccountRole.role == Role.MENTOR)
    query: AnySelect = (
        select(*columns)
        .select_from(Account)
        .join(Mentor, Mentor.account_id == Account.id)
        .join(Assignment, Assignment.mentor_id == Mentor.id)
        .join(Fellowship, Fellowship.id == Assignment.fellowship_id)
        .join(Report, Report.fellowship_id == Fellowship.id)
    )
    return query.where(
        Report.state == ReportState.SUBMITTED, assignment_holds(now.date()), goes_on(), mentors
    )


@dataclass(frozen=True, slots=True)
class Whole:
    """A report as it was sent last: all that its mentors read of it."""

    report: Report
    revision: Revision
    files: int

    @property
    def sections(self) -> Sequence[tuple[TemplateSection, str]]:
        """The sections with what was written into them for everyone."""
        filled = ((one, self.revision.body.get(one.key, "")) for one in self.report.template.sections)
        return [(section, text) for section, text in filled if text.strip()]

    @property
    def size(self) -> int:
        """Its text in bytes."""
        return sum(len(text.encode()) for _section, text in self.sections)


class Digest(NamedTuple):
    """What one mail holds: reports with all their text, others that it names, and how many it does not."""

    whole: Sequence[Whole]
    named: Sequence[Whole]
    more: int


def read_digest(report_ids: Sequence[int]) -> Digest:
    """The mail about these reports, in their order."""
    shown = report_ids[: FULL + LINKED]
    query = (
        select(Report, Revision)
        .join(Revision, and_(Revision.report_id == Report.id, Revision.number == Report.revision_number))
        .where(Report.id.in_(shown))
        .order_by(Report.submitted_at, Report.id)
        .options(
            joinedload(Report.period),
            joinedload(Report.fellowship).joinedload(Fellowship.account),
            joinedload(Report.template).selectinload(ReportTemplate.sections),
            selectinload(Report.plan),
        )
    )
    files = _count_files(shown)
    found = [
        Whole(report, revision, files.get(report.id, 0)) for report, revision in db.session.execute(query)
    ]
    place = _in_full([one.size for one in found])
    return Digest(found[:place], found[place:], len(report_ids) - len(found))


def _count_files(report_ids: Sequence[int]) -> Mapping[int, int]:
    """How many files went with the version that waits, by the report."""
    sent = Attachment.after_revision < Report.revision_number
    kept = or_(Attachment.until_revision.is_(None), Attachment.until_revision >= Report.revision_number)
    query = select(Attachment.report_id, func.count()).join(Attachment.report)
    counted = query.where(Attachment.report_id.in_(report_ids), sent, kept).group_by(Attachment.report_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _in_full(sizes: Sequence[int]) -> int:
    """How many, from the first, stand there in full."""
    total = 0
    for place, size in enumerate(sizes[:FULL]):
        total += size
        if place and total > MOST:
            return place
    return min(len(sizes), FULL)
