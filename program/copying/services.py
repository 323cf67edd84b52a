"""A new cohort like an earlier one."""

from datetime import datetime

from program.access import Actor
from program.cohorts.calendar import calendar_of
from program.cohorts.models import Cohort, TrackGroup
from program.cohorts.plans import Plan
from program.cohorts.services import TrackTarget, add_period, create_cohort, write_plan
from program.extensions import db
from program.ladders.services import copy_ladders


def copy_cohort(original: Cohort, *, name: str, plan: Plan, actor: Actor, now: datetime) -> Cohort:
    """A new cohort with this plan and the original's tracks, groups, targets, review days and ladders; nobody is in it.

    Raises ConflictError for a taken name.
    """
    cohort = create_cohort(
        name=name,
        time_zone=plan.time_zone,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        tracks=[
            TrackTarget(t.name, aim=t.target_aim, low=t.target_min, high=t.target_max)
            for t in original.tracks
        ],
        review_days=original.review_days,
        copy_of=original.id,
        actor=actor,
        now=now,
    )
    by_name = {track.name: track for track in cohort.tracks}
    for group in original.groups:
        targets = {name: getattr(group, name) for name in ("target_min", "target_aim", "target_max")}
        tracks = [by_name[track.name] for track in group.tracks]
        db.session.add(TrackGroup(cohort_id=cohort.id, name=group.name, tracks=tracks, **targets))
    cohort.grace_hours, cohort.very_late_days = original.grace_hours, original.very_late_days
    phases = write_plan(cohort, plan.afresh())
    for place in calendar_of(plan.afresh()):
        add_period(cohort, place, phases[place.phase])
    db.session.flush()
    copy_ladders(original, cohort)
    return cohort
