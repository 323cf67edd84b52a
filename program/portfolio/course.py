"""How a cohort's fellows and seats came about, week by week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from program.clock import deadline, today
from program.cohorts.models import Cohort
from program.columns import AnySelect
from program.extensions import db
from program.fellows.models import FellowshipStep
from program.mentors.models import Engagement, EngagementStage, EngagementStep
from program.portfolio.figures import PLACE, Portfolio, Series, as_number
from program.portfolio.queries import TAKEN, places_of

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKS = 20
"""How many weeks are looked back."""


@dataclass(frozen=True, slots=True)
class Course:
    """The fellows and the seats of each track at the ends of these days, up to now; nothing where all is nought."""

    days: Sequence[date]
    fellows: Sequence[Series]
    seats: Sequence[Series]


def find_course(cohort: Cohort, portfolio: Portfolio, *, now: datetime) -> Course:
    """Reckoned back from what there is by the dated steps; who came without one was always there."""
    last = min(today(now, cohort.time_zone), cohort.ends_on)
    days = [last - WEEK * weeks for weeks in reversed(range(WEEKS))]
    ends = [deadline(day + DAY, time(0), cohort.time_zone) for day in days]
    fellows, seats = _since(_fellow_steps(cohort.id), ends), _since(_seat_steps(cohort.id), ends)
    present = {line.track_id or 0: line for line in portfolio.tracks}
    placed = {line.name: _back(line.tally.fellows, fellows.get(key)) for key, line in present.items()}
    granted = {line.name: _back(PLACE * line.tally.granted, seats.get(key)) for key, line in present.items()}
    first = _first_change([*placed.values(), *granted.values()])
    return Course(
        days[first:],
        _drawn(placed, first),
        _drawn(granted, first),
    )


def _fellow_steps(cohort_id: int) -> AnySelect:
    """Who took up a place, and who gave one up: their track, how much came or went, and when."""
    place = places_of([cohort_id])
    sign = _sign(FellowshipStep.from_stage, FellowshipStep.to_stage, TAKEN)
    query = select(place.c.track_id, (sign * place.c.weight).label("change"), FellowshipStep.at)
    return query.join(FellowshipStep, FellowshipStep.fellowship_id == place.c.id).where(sign != 0)


def _seat_steps(cohort_id: int) -> AnySelect:
    """Which mentors were confirmed, and which were not any more, with the seats that they are granted."""
    sign = _sign(EngagementStep.from_stage, EngagementStep.to_stage, (EngagementStage.CONFIRMED,))
    change = (sign * Engagement.seats_granted * PLACE).label("change")
    query = select(Engagement.track_id, change, EngagementStep.at)
    query = query.join(EngagementStep, EngagementStep.engagement_id == Engagement.id)
    return query.where(Engagement.cohort_id == cohort_id, sign != 0)


def _sign(before: Any, after: Any, inside: Sequence[Any]) -> ColumnElement[int]:
    """1 for a step into these stages, -1 for one out of them, else 0."""
    was_outside = or_(before.is_(None), before.not_in(inside))
    return case(
        (and_(after.in_(inside), was_outside), 1),
        (and_(before.in_(inside), after.not_in(inside)), -1),
        else_=0,
    )


def _since(steps: AnySelect, ends: Sequence[datetime]) -> dict[int, list[int]]:
    """By track, how much came since each of these instants."""
    step = steps.subquery("step")
    sums = [func.sum(case((step.c.at >= end, step.c.change), else_=0)) for end in ends]
    query = select(step.c.track_id, *sums).where(step.c.at >= ends[0]).group_by(step.c.track_id)
    return {track_id: list(changes) for track_id, *changes in db.session.execute(query)}


def _back(present: int, since: Sequence[int] | None) -> list[int]:
    return [max(0, present - change) for change in since or [0] * WEEKS]


def _first_change(series: Sequence[Sequence[int]]) -> int:
    """The last place up to which nothing moves anywhere: before it there is nothing to see."""
    still = [place for place in range(WEEKS) if all(len({*values[: place + 1]}) == 1 for values in series)]
    return min(still[-1] if still else 0, WEEKS - 2)


def _drawn(series: Mapping[str, Sequence[int]], first: int) -> list[Series]:
    """The series from this place on; nothing where all is nought."""
    if not any(any(values) for values in series.values()):
        return []
    return [
        Series(
            name, [value / PLACE for value in values[first:]], [as_number(value) for value in values[first:]]
        )
        for name, values in series.items()
    ]
