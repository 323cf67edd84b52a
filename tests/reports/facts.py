"""What stands in the tables, read without the programme's own queries, and what must be true of it whatever was done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from program.access import Actor, Permission, can
from program.audit.models import AuditEvent
from program.authorship.models import AuthorshipOverride
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.notices.models import Notice, NoticeKind
from program.obligations.models import Obligation, ObligationKind
from program.obligations.queries import iterate_due
from program.reports.models import Ask, Report, ReportState, Revision
from program.reviews.models import Review
from tests.reports.model import FOR_EVERYONE

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
DUTIES = {
    ObligationKind.REPORT: Permission.REPORT_WRITE,
    ObligationKind.MENDING: Permission.REPORT_WRITE,
    ObligationKind.DRAFT: Permission.REPORT_COACH,
    ObligationKind.REVIEW: Permission.REVIEW_WRITE,
    ObligationKind.ASK: Permission.ASK_ANSWER,
}
"""What somebody must be allowed to do who owes it."""
READ: dict[str, Select[Any]] = {
    "reports": select(
        Report.fellowship_id,
        Report.period_id,
        Report.id,
        Report.state,
        Report.version,
        Report.revision_number,
        Report.first_submitted_at,
        Report.owed_at,
        Report.handed_over_at,
    ),
    "revisions": select(
        Revision.report_id, Revision.number, Revision.author_id, Revision.body, Revision.aside, Revision.id
    ).add_columns(Revision.submitted_at),
    "asks": select(Ask.id, Ask.report_id, Ask.text, Ask.answer, Ask.answered_by_id),
    "reviews": select(Review.report_id, Review.revision_id, Review.author_id, Review.verdict),
    "assignments": select(Assignment.fellowship_id, Assignment.mentor_id, Assignment.kind).add_columns(
        Assignment.starts_on, Assignment.ends_on
    ),
    "managers": select(Fellowship.id, Fellowship.research_manager_id),
    "overrides": select(
        AuthorshipOverride.fellowship_id, AuthorshipOverride.starts_on, AuthorshipOverride.mode
    ),
    "told": select(Notice.kind, Notice.account_id, Notice.subject_kind, Notice.subject_id),
    "recorded": select(func.max(AuditEvent.id)),
}


PLACES = select(Fellowship).options(
    joinedload(Fellowship.cohort), selectinload(Fellowship.assignments).joinedload(Assignment.mentor)
)


@dataclass
class Facts:
    """Everything there is, at one moment."""

    rows: dict[str, list[Any]]

    @classmethod
    def read(cls) -> "Facts":
        found = {name: db.session.execute(query).all() for name, query in READ.items()}
        return cls({name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()})

    def versions(self) -> dict[tuple[int, int], tuple[Any, ...]]:
        """By report and number: author, body, aside, id, when it was sent."""
        return {(report, number): tuple(rest) for report, number, *rest in self.rows["revisions"]}

    def is_asked(self, report: int) -> bool:
        """Whether an ask of the report is open."""
        return any(own == report and not answer for _id, own, _text, answer, _by in self.rows["asks"])

    def leaders(self, fellowship_id: int, now: datetime) -> list[int]:
        """The mentors who lead the fellow on this day."""
        return [
            mentor
            for fellowship, mentor, kind, starts, ends in self.rows["assignments"]
            if (fellowship, kind) == (fellowship_id, AssignmentKind.PRIMARY)
            and starts <= now.date()
            and (ends is None or now.date() <= ends)
        ]


def check_kept(before: Facts, after: Facts) -> None:
    """What was sent, and what was not the latest any more, is as it was; so is every answer, and every review."""
    old, new = before.versions(), after.versions()
    latest = {row[2]: row[5] for row in before.rows["reports"]}
    for (report, number), version in old.items():
        if number < latest[report] or version[4] is not None:
            assert new.get((report, number)) == version, "a version that was done with is another one now"
    answered = {row for row in before.rows["asks"] if row[3]}
    assert answered <= set(after.rows["asks"]), "an answer is gone"
    assert set(before.rows["reviews"]) <= set(after.rows["reviews"]), "a review is gone"


def check_shape(facts: Facts) -> None:
    """One report for each fellowship and period, its versions numbered, nothing aside in what everyone reads."""
    keys = [row[:2] for row in facts.rows["reports"]]
    assert len(keys) == len(set(keys)), "a report is there twice"
    numbers = Counter(report for report, _number in facts.versions())
    assert numbers == {row[2]: row[5] for row in facts.rows["reports"]}, "versions are not counted"
    for _author, body, aside, _id, _sent in facts.versions().values():
        assert body.keys() <= FOR_EVERYONE, "what is not for everyone is where everyone reads"
        assert not aside.keys() & FOR_EVERYONE, "what is for everyone is aside"
    told = Counter(row for row in facts.rows["told"] if row[0] is NoticeKind.REPORT_SUBMITTED)
    assert set(told.values()) <= {1}, "a mentor is told twice of one version"


def read_owed(now: datetime) -> list[Obligation]:
    """All that is owed of reports, by whomever."""
    found = [one for part in iterate_due(FIRST, LAST, now=now) for one in part]
    return [one for one in found if one.kind in DUTIES]


def check_owners(owed: list[Obligation], facts: Facts, actors: Mapping[int, Actor], *, now: datetime) -> None:
    """Each is owed by an account that may do it; a report that waits, by exactly one."""
    places = {one.id: one for one in db.session.scalars(PLACES)}
    own = {place.account_id: place for place in places.values()}
    at = {row[2]: places[row[0]] for row in facts.rows["reports"]}
    known = {ObligationKind.REVIEW: at, ObligationKind.ASK: at, ObligationKind.DRAFT: places}
    duties = {
        (
            one.account_id,
            one.kind,
            known[one.kind][one.subject_id] if one.kind in known else own[one.account_id],
        )
        for one in owed
    }
    for account_id, kind, place in duties:
        assert account_id is not None, f"nobody owes {kind}"
        assert can(actors[account_id], DUTIES[kind], place, now=now), f"who owes {kind} cannot do it"
    by_report = Counter(one.subject_id for one in owed if one.kind is ObligationKind.REVIEW)
    waiting = {row[2]: 1 for row in facts.rows["reports"] if row[3] is ReportState.SUBMITTED}
    assert by_report == waiting, "a report that waits is not owed by exactly one mentor"
    for fellowship_id in places:
        assert len(facts.leaders(fellowship_id, now)) == 1, "a fellow is not led by exactly one mentor"
