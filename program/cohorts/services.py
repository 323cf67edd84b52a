"""Setting up a cohort."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select

from program.access import Actor
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.calendar import slots
from program.cohorts.models import AuthorshipMode, Cohort, CohortState, Phase, ReportPeriod, Track
from program.extensions import db

FRIDAY = 4
CLOSE_OF_DAY = time(17)


@dataclass(frozen=True, slots=True)
class TrackTarget:
    """A track and the share of the cohort's fellows it is meant to have, 0 to 1."""

    name: str
    aim: float
    low: float = 0.0
    high: float = 1.0


def create_cohort(
    *,
    name: str,
    time_zone: str,
    starts_on: date,
    ends_on: date,
    tracks: Sequence[TrackTarget],
    state: CohortState = CohortState.PLANNING,
    actor: Actor | None,
    now: datetime,
) -> Cohort:
    """A cohort with its tracks; phases and their calendar are added after."""
    cohort = Cohort(name=name, time_zone=time_zone, starts_on=starts_on, ends_on=ends_on, state=state)
    cohort.tracks = [
        Track(position=place, name=t.name, target_min=t.low, target_aim=t.aim, target_max=t.high)
        for place, t in enumerate(tracks, start=1)
    ]
    db.session.add(cohort)
    db.session.flush()
    record(Tag.COHORT_CREATE, actor_id=actor.id if actor else None, subject=("cohort", cohort.id), now=now)
    return cohort


def add_phase(
    cohort: Cohort,
    *,
    name: str,
    starts_on: date,
    ends_on: date,
    authorship: AuthorshipMode = AuthorshipMode.FELLOW_WRITES,
    cadence_weeks: int = 1,
    weekday: int = FRIDAY,
    at: time = CLOSE_OF_DAY,
) -> Phase:
    """A phase with its report periods, numbered on from the cohort's last."""
    phase = Phase(cohort=cohort, name=name, starts_on=starts_on, ends_on=ends_on)
    phase.authorship, phase.cadence_weeks = authorship, cadence_weeks
    phase.weekday, phase.due_time = weekday, at
    db.session.add(phase)
    db.session.flush()
    last = select(func.coalesce(func.max(ReportPeriod.number), 0)).where(ReportPeriod.cohort_id == cohort.id)
    calendar = slots(
        starts_on,
        ends_on,
        weekday=weekday,
        at=at,
        zone_name=cohort.deadline_zone,
        cadence_weeks=cadence_weeks,
    )
    for number, slot in enumerate(calendar, start=(db.session.scalar(last) or 0) + 1):
        period = ReportPeriod(cohort=cohort, phase=phase, number=number)
        period.opens_at, period.due_at = slot.opens_at, slot.due_at
        db.session.add(period)
    db.session.flush()
    return phase
