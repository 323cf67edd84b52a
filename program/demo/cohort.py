"""Loads the demo: a cohort in the middle of its fifth week, with everything that has happened until now."""

from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import select

from program.cohorts.models import ReportPeriod
from program.demo.chosen import tell_choices
from program.demo.evaluations import midpoint_evaluations
from program.demo.people import CAST, CastMember
from program.demo.ramp import other_ramps
from program.demo.reminded import reminded, reminded_of_wave
from program.demo.requests import a_report_beside, a_request
from program.demo.roster import Demo, full_cohort
from program.demo.seasons import other_cohorts
from program.demo.surveys import career_survey
from program.demo.traces import keep_events, keep_sent, keep_texts, told_about
from program.demo.weeks import Week, forgotten_ask, play
from program.extensions import db
from program.reports.models import Report
from program.reviews.models import Review

__all__ = ["CAST", "CastMember", "load_demo"]

FORGOTTEN = "Tomás Requena", 3
"""Whose question of which week nobody has answered."""
FORGOTTEN_SINCE = timedelta(days=11, hours=2)


def load_demo(*, now: datetime) -> None:
    """The whole cohort as it stands at `now`; flushes and leaves the commit to the caller."""
    demo = full_cohort(now)
    tell_choices(demo)
    other_cohorts(demo)
    reports = written_weeks(demo)
    other_ramps(demo)
    db.session.flush()
    keep_texts(reports)
    reviews = db.session.scalars(select(Review)).all()
    intake, *_later = career_survey(demo)
    midpoint_evaluations(demo)
    a_request(demo)
    a_report_beside(demo)
    keep_events(reports, reviews)
    told = [told_about(reports, reviews), reminded(reports, reviews, now=now), reminded_of_wave(intake)]
    keep_sent(chain(*told))


def written_weeks(demo: Demo) -> list[Report]:
    """Every week so far of every fellow, as the letters in the data say."""
    weeks = [
        (Week(place, period, demo.now), place.person.weeks[number - 1])
        for number, period in demo.periods.items()
        if period.opens_at <= demo.now
        for place in demo.places
    ]
    return [report for week, letter in weeks if (report := _played(week, letter)) is not None]


def _played(week: Week, letter: str) -> Report | None:
    if (week.place.person.name, week.period.number) == FORGOTTEN:
        return forgotten_ask(week, sent_at=_forgotten_since(week.period, week.now))
    return play(week, letter)


def _forgotten_since(period: ReportPeriod, now: datetime) -> datetime:
    return min(period.due_at - timedelta(hours=1), now - FORGOTTEN_SINCE)
