"""The demo's cohort: when it runs and what it aims at."""

from datetime import datetime, time, timedelta

from program import clock
from program.accounts.models import Account
from program.cohorts.models import AuthorshipMode, Cohort, CohortState
from program.cohorts.plans import CLOSE_OF_DAY
from program.cohorts.services import TrackTarget, add_phase, create_cohort
from program.demo import people
from program.extensions import db

ZONE = "Europe/London"
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKS, THIS_WEEK, TRAINING_WEEKS = 10, 5, 2
AHEAD = timedelta(hours=50)
"""How far off this week's deadline is at least: none of its reminders is due yet, all of them are to come."""
TARGETS = (
    TrackTarget(people.INTERPRETABILITY, aim=0.40, low=0.30, high=0.50),
    TrackTarget(people.OVERSIGHT, aim=0.20, low=0.15, high=0.30),
    TrackTarget(people.EVALUATIONS, aim=0.18, low=0.10, high=0.25),
    TrackTarget(people.GOVERNANCE, aim=0.12, low=0.08, high=0.20),
    TrackTarget(people.TECHNICAL_GOVERNANCE, aim=0.10, low=0.05, high=0.20),
)


def due_this_week(now: datetime) -> datetime:
    """The first close of day in the cohort's zone that is far enough off."""
    day = clock.today(now + AHEAD, ZONE)
    due = clock.deadline(day, CLOSE_OF_DAY, ZONE)
    return due if due >= now + AHEAD else clock.deadline(day + DAY, CLOSE_OF_DAY, ZONE)


def season(now: datetime) -> str:
    """What a cohort that runs at this moment is called: "Summer 26"."""
    name = ("Winter", "Spring", "Summer", "Autumn")[now.month % 12 // 3]
    return f"{name} {now:%y}"


def running_cohort(now: datetime, *, actor: Account) -> Cohort:
    """A cohort of ten weeks, in its fifth: two of training, then research."""
    day = clock.today(due_this_week(now), ZONE)
    first_due = day - WEEK * (THIS_WEEK - 1)
    starts_on, ends_on = first_due - 4 * DAY, first_due + WEEK * (WEEKS - 1)
    cohort = create_cohort(
        name=season(now),
        time_zone=ZONE,
        starts_on=starts_on,
        ends_on=ends_on,
        tracks=TARGETS,
        state=CohortState.RUNNING,
        actor=actor,
        now=clock.deadline(starts_on - 60 * DAY, time(9), ZONE),
    )
    training_ends = first_due + WEEK * (TRAINING_WEEKS - 1)
    add_phase(
        cohort,
        name="Training",
        starts_on=starts_on,
        ends_on=training_ends,
        authorship=AuthorshipMode.TOGETHER,
        weekday=day.weekday(),
    )
    add_phase(cohort, name="Research", starts_on=training_ends + DAY, ends_on=ends_on, weekday=day.weekday())
    db.session.expire(cohort, ["periods", "phases"])
    return cohort
