"""A cohort's tracks and groups against their targets: all is added up in SQL, in a constant number of queries."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, false, func, inspect, literal, or_, select, union_all
from sqlalchemy.orm import selectinload

from program.cohorts.models import OVER, Cohort, TrackGroup
from program.cohorts.queries import current_cohort
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage, FellowshipStep
from program.mentors.conversion import count_reached, together
from program.mentors.models import Engagement, EngagementStage
from program.portfolio.figures import FILLING, PLACE, Line, Portfolio, Tally, sum_of
from program.portfolio.shares import Target

TAKEN = (FellowshipStage.ACCEPTED, FellowshipStage.ACTIVE, FellowshipStage.COMPLETED)
"""The stages of somebody who has taken up their place, and kept it."""
IN_VIEW = 4
"""How many cohorts are looked at together."""
OUT = (EngagementStage.DECLINED, EngagementStage.WITHDRAWN)
FIELDS = {stage: stage.value for stage in EngagementStage} | {EngagementStage.WITHDRAWN: "mentors_withdrawn"}
"""Under which name a tally has the mentors of a stage."""


def get_shaped(cohort_id: int) -> Cohort:
    """A cohort with its tracks and groups. Raises NotFoundError."""
    cohort = db.session.scalars(select(Cohort).where(Cohort.id == cohort_id).options(*_shape())).first()
    if cohort is None:
        raise NotFoundError("There is no such cohort.")
    return cohort


def lock_shaped(cohort: Cohort) -> None:
    """Nobody else changes its tracks and groups before this transaction is over; they are read anew."""
    held = select(Cohort).where(Cohort.id == cohort.id).options(*_shape()).with_for_update()
    db.session.scalars(held, execution_options={"populate_existing": True}).one()


def get_group(group_id: int) -> TrackGroup:
    """A group with its tracks and its cohort. Raises NotFoundError."""
    group = db.session.get(TrackGroup, group_id)
    if group is None:
        raise NotFoundError("There is no such group of tracks.")
    return group


def list_in_view(now: datetime) -> Sequence[Cohort]:
    """The current cohort if any has begun, then those to come, then others that run; with their tracks and groups."""
    current = current_cohort(now).with_only_columns(Cohort.id).correlate(None).scalar_subquery()
    query = select(Cohort).where(or_(Cohort.id == current, Cohort.state.not_in(OVER))).options(*_shape())
    to_come = or_(Cohort.state.in_(FILLING), Cohort.starts_on > now.date())
    first = case((Cohort.id == current, 0), (to_come, 1), else_=2)
    return db.session.scalars(query.order_by(first, Cohort.starts_on, Cohort.id).limit(IN_VIEW)).all()


def find_portfolio(cohort: Cohort) -> Portfolio:
    """How the cohort stands; its tracks and groups are read if nobody has read them yet."""
    if "groups" in inspect(cohort).unloaded:
        get_shaped(cohort.id)
    return list_portfolios([cohort])[cohort.id]


def list_portfolios(cohorts: Collection[Cohort]) -> dict[int, Portfolio]:
    """How these cohorts stand, by their ids."""
    tallies = _tallies([cohort.id for cohort in cohorts])
    return {cohort.id: _portfolio(cohort, tallies) for cohort in cohorts}


def list_conversions(cohort: Cohort) -> dict[str, str]:
    """How many of the mentors who were contacted are confirmed, and what that says of others, by track and group."""
    reached = count_reached(cohort.id)
    nobody = together([])
    own = {track.name: reached.get(track.id, nobody) for track in cohort.tracks}
    groups = {group.name: together([own[track.name] for track in group.tracks]) for group in cohort.groups}
    contacted, confirmed = EngagementStage.CONTACTED, EngagementStage.CONFIRMED
    return {
        name: found.passage(contacted, confirmed) if found.counts[contacted] else "nobody contacted yet"
        for name, found in [*groups.items(), *own.items()]
    }


def count_users(track_ids: Collection[int]) -> dict[int, int]:
    """How many fellows and mentors, whatever their stage, stand on each of these tracks, where any do."""
    parts = [
        select(column.label("track_id")).where(column.in_(track_ids))
        for column in (Fellowship.track_id, Fellowship.second_track_id, Engagement.track_id)
    ]
    users = union_all(*parts).subquery()
    query = select(users.c.track_id, func.count()).group_by(users.c.track_id)
    return dict(db.session.execute(query).all())


def places_of(cohort_ids: Any) -> Subquery:
    """Each fellowship of these cohorts on each of its tracks, with its weight there in hundredths."""
    common = (Fellowship.id, Fellowship.cohort_id, Fellowship.stage, _was_offered().label("offered"))
    first = select(*common, Fellowship.track_id.label("track_id"), Fellowship.track_weight.label("weight"))
    second = select(*common, Fellowship.second_track_id, PLACE - Fellowship.track_weight)
    second = second.where(Fellowship.second_track_id.is_not(None))
    inside = Fellowship.cohort_id.in_(cohort_ids)
    return union_all(first.where(inside), second.where(inside)).subquery("place")


def _shape() -> list[Any]:
    return [selectinload(Cohort.tracks), selectinload(Cohort.groups).joinedload(TrackGroup.tracks)]


def _was_offered() -> ColumnElement[bool]:
    """Looked up for each fellowship by itself: as an EXISTS, PostgreSQL would read the steps of everybody first."""
    steps = select(literal(value=True)).where(
        FellowshipStep.fellowship_id == Fellowship.id, FellowshipStep.to_stage == FellowshipStage.OFFERED
    )
    return func.coalesce(steps.limit(1).correlate(Fellowship).scalar_subquery(), false())


def _tallies(cohort_ids: Sequence[int]) -> dict[int, Tally]:
    """What there is of each track, by its id; nothing for one that nobody stands on."""
    found: dict[int, Tally] = {}
    for track_id, tally in (*_mentors(cohort_ids), *_fellows(cohort_ids)):
        found[track_id] = sum_of([found.get(track_id, Tally()), tally])
    return found


def _mentors(cohort_ids: Sequence[int]) -> Iterable[tuple[int, Tally]]:
    least, wanted, granted = (
        func.sum(column)
        for column in (Engagement.seats_min, Engagement.seats_wanted, Engagement.seats_granted)
    )
    unmet = case(
        (
            Engagement.seats_wanted > Engagement.seats_granted,
            Engagement.seats_wanted - Engagement.seats_granted,
        ),
        else_=0,
    )
    query = select(
        Engagement.track_id, Engagement.stage, func.count(), least, wanted, granted, func.sum(unmet)
    )
    query = query.where(Engagement.cohort_id.in_(cohort_ids)).group_by(Engagement.track_id, Engagement.stage)
    for track_id, stage, count, *seats in db.session.execute(query):
        tally = Tally(**{FIELDS[stage]: count})
        if stage not in OUT:
            tally = tally._replace(least=seats[0], wanted=seats[1])
        if stage is EngagementStage.CONFIRMED:
            tally = tally._replace(granted=seats[2], unmet=seats[3])
        yield track_id, tally


def _fellows(cohort_ids: Sequence[int]) -> Iterable[tuple[int, Tally]]:
    place = places_of(cohort_ids)
    weight = func.sum(place.c.weight)
    offered = func.sum(case((place.c.offered, place.c.weight), else_=0))
    query = select(place.c.track_id, place.c.stage, weight, offered)
    for track_id, stage, count, ever in db.session.execute(query.group_by(place.c.track_id, place.c.stage)):
        has_offer = stage is FellowshipStage.OFFERED or stage in TAKEN
        yield (
            track_id,
            Tally(
                applicants=count,
                shortlisted=count if stage is FellowshipStage.SHORTLISTED else 0,
                out=count if stage is FellowshipStage.OFFERED else 0,
                offers=count if has_offer else ever,
                fellows=count if stage in TAKEN else 0,
                withdrawn=count if stage is FellowshipStage.WITHDRAWN else 0,
            ),
        )


def _portfolio(cohort: Cohort, tallies: dict[int, Tally]) -> Portfolio:
    own = {track.id: tallies.get(track.id, Tally()) for track in cohort.tracks}
    whole = sum_of(own.values())
    tracks = [Line(_target(track), own[track.id], whole, track.id) for track in cohort.tracks]
    groups = [
        Line(_target(group), sum_of(own[track.id] for track in group.tracks), whole)
        for group in cohort.groups
    ]
    return Portfolio(tracks, groups, whole)


def _target(item: Any) -> Target:
    return Target(item.name, item.target_min, item.target_aim, item.target_max)
