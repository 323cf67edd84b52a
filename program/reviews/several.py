"""The answers that several reports of one fellowship have had, at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.access import Actor, Permission, can
from program.extensions import db
from program.reports.models import Report
from program.reviews.given import may_read
from program.reviews.models import Review


def reviews_of_all(reports: Sequence[Report], *, reader: Actor, now: datetime) -> Mapping[int, list[Review]]:
    """By the report, the first of each first: those that the reader may read on the page of each report."""
    if not reports or not can(reader, Permission.REPORT_READ, reports[0].fellowship, now=now):
        return {}
    query = (
        select(Review).join(Review.revision).where(Review.report_id.in_([report.id for report in reports]))
    )
    query = query.where(may_read(reports[0].fellowship, reader, now=now))
    found: dict[int, list[Review]] = defaultdict(list)
    for review in db.session.scalars(query.order_by(Review.id).options(joinedload(Review.author))):
        found[review.report_id].append(review)
    return found
