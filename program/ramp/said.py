"""What could be quoted in a version that was sent: what was said before it, and when."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Subquery, and_, func, select, tuple_
from sqlalchemy.orm import aliased

from program.cohorts.models import ReportPeriod
from program.extensions import db
from program.reports.models import Report, Revision
from program.reviews.given import comments_on


class Said(NamedTuple):
    """When something was said, and its words."""

    at: datetime
    text: str


def text_of(body: dict[str, str]) -> str:
    """The sections of a version as one text."""
    return "\n\n".join(body.values())


def said_before(revisions: Sequence[Revision]) -> dict[int, list[Said]]:
    """By version that was sent: what was said before it was, the earliest first.

    The report before it in the calendar, as it was sent by then, and what the mentors wrote about its own: nothing that
    came later, so that it does not matter when this is asked while the calendar stays. Two queries for all of them.
    """
    said: defaultdict[int, list[Said]] = defaultdict(list)
    for report_id, at, comment in comments_on({one.report_id for one in revisions}):
        said[report_id].append(Said(at, comment))
    for report in {one.report for one in revisions}:
        said[report.id] += [Said(ask.answered_at, ask.answer) for ask in report.asks if ask.answered_at]
    reports_before = _reports_before(revisions)
    found = {}
    for one in revisions:
        own = [words for words in said[one.report_id] if one.submitted_at and words.at < one.submitted_at]
        found[one.id] = sorted([*reports_before[one.id], *own], key=attrgetter("at"))
    return found


def _reports_before(revisions: Sequence[Revision]) -> dict[int, list[Said]]:
    ranked = _ranked([one.id for one in revisions])
    query = select(ranked.c.counted, Revision.submitted_at, Revision.body)
    query = query.join(ranked, ranked.c.earlier == Revision.id).where(ranked.c.place == 1)
    found: defaultdict[int, list[Said]] = defaultdict(list)
    for counted, at, body in db.session.execute(query.order_by(Revision.number)):
        found[counted].append(Said(at, text_of(body)))
    return found


def _ranked(revision_ids: Sequence[int]) -> Subquery:
    """What the fellowship had sent before for earlier periods; at the first place for the one just before."""
    counted, report, period = aliased(Revision), aliased(Report), aliased(ReportPeriod)
    there = [ReportPeriod.due_at, ReportPeriod.id]
    place = func.dense_rank().over(partition_by=counted.id, order_by=[one.desc() for one in there])
    return (
        select(counted.id.label("counted"), Revision.id.label("earlier"), place.label("place"))
        .join(report, report.id == counted.report_id)
        .join(period, period.id == report.period_id)
        .join(Report, Report.fellowship_id == report.fellowship_id)
        .join(ReportPeriod, ReportPeriod.id == Report.period_id)
        .join(Revision, and_(Revision.report_id == Report.id, Revision.submitted_at < counted.submitted_at))
        .where(counted.id.in_(revision_ids), tuple_(*there) < tuple_(period.due_at, period.id))
        .subquery()
    )
