"""Reading the mentor pool."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, case, func, select

from program.cohorts.models import Track
from program.extensions import db
from program.mentors.models import Engagement, EngagementStage


class TrackSeats(NamedTuple):
    """A track's place in the mentor funnel of its cohort."""

    track_id: int
    engaged: int
    confirmed: int
    seats: int


def list_track_seats(cohort_id: int) -> Sequence[TrackSeats]:
    """Engagements, confirmed mentors and granted seats for each track of the cohort."""
    confirmed = Engagement.stage == EngagementStage.CONFIRMED
    query = (
        select(
            Track.id,
            func.count(Engagement.id),
            func.coalesce(func.sum(case((confirmed, 1), else_=0)), 0),
            func.coalesce(func.sum(case((confirmed, Engagement.seats_granted), else_=0)), 0),
        )
        .outerjoin(Engagement, and_(Engagement.track_id == Track.id, Engagement.cohort_id == cohort_id))
        .where(Track.cohort_id == cohort_id)
        .group_by(Track.id)
    )
    return [TrackSeats(*row) for row in db.session.execute(query)]
