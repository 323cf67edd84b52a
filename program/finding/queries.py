"""Reports by what they say, as far as the reader may read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.access import Actor, Permission
from program.cohorts.models import Cohort
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import visible_to
from program.fulltext.queries import MOST, matching
from program.fulltext.words import Piece, Sought, excerpt
from program.reports.models import Report, Revision
from program.reports.queries import was_sent_last

SIZE = 20
"""Reports on a page."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A report that was found, and a piece of it."""

    report: Report
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found: `total` is of all pages, `following` where the next begins."""

    hits: Sequence[Hit]
    total: int
    following: int | None

    @property
    def is_cut(self) -> bool:
        """Whether more are found than are shown on any page."""
        return self.total == MOST


def find_reports(
    actor: Actor,
    looked_for: Sought,
    *,
    now: datetime,
    cohort_id: int | None = None,
    fellowship_id: int | None = None,
    after: int = 0,
) -> Found:
    """A page of the submitted reports that have all these words: the best first, of equals the latest.

    What the actor may not read is not looked through; of very many only the latest are.
    """
    if not looked_for:
        return Found([], 0, None)
    query, key = matching(looked_for)
    query = query.add_columns(Report.submitted_at).join(Report, Report.id == key).join(Report.fellowship)
    query = query.where(Report.submitted_at.is_not(None), visible_to(actor, Permission.REPORT_READ, now=now))
    if cohort_id is not None:
        query = query.where(Fellowship.cohort_id == cohort_id)
    if fellowship_id is not None:
        query = query.where(Report.fellowship_id == fellowship_id)
    rows = db.session.execute(query.order_by(key.desc()).limit(MOST)).all()
    ranked = [row[0] for row in sorted(rows, key=lambda row: (row[1], row[2], row[0]), reverse=True)]
    ids = ranked[after : after + SIZE]
    following = after + SIZE if len(ranked) > after + SIZE else None
    return Found(_read(ids, looked_for), len(ranked), following)


def _read(ids: Sequence[int], looked_for: Sought) -> list[Hit]:
    reports, texts = _reports(ids), _texts(ids)
    return [
        Hit(reports[key], excerpt(texts[key].values(), looked_for))
        for key in ids
        if key in reports and key in texts
    ]


def _reports(ids: Sequence[int]) -> Mapping[int, Report]:
    fellowship = joinedload(Report.fellowship)
    query = select(Report).where(Report.id.in_(ids))
    loads = (
        joinedload(Report.period),
        fellowship.joinedload(Fellowship.account),
        fellowship.joinedload(Fellowship.cohort),
    )
    return {report.id: report for report in db.session.scalars(query.options(*loads))}


def _texts(ids: Sequence[int]) -> Mapping[int, dict[str, str]]:
    """What was submitted last, by the report."""
    query = select(Revision.report_id, Revision.body)
    found = db.session.execute(query.where(Revision.report_id.in_(ids), was_sent_last()))
    return {row[0]: row[1] for row in found}


def cohorts_read_by(actor: Actor, *, now: datetime) -> Sequence[Cohort]:
    """The cohorts of which the actor may read reports, the latest first."""
    visible = visible_to(actor, Permission.REPORT_READ, now=now)
    within = select(Fellowship.id).where(Fellowship.cohort_id == Cohort.id, visible)
    query = select(Cohort).where(within.exists()).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    return db.session.scalars(query.limit(MOST)).all()
