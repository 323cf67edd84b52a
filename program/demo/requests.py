"""Somebody in the demo asks for more time, and another is asked for a report beside the calendar."""

from datetime import timedelta

from program.cohorts.models import PeriodKind, ReportPeriod
from program.demo.roster import Demo
from program.extensions import db
from program.postponing.models import ExtensionRequest
from program.postponing.services import decision_due

WHO, WEEK = "Tane Parata", 5
VISIT = "the visit of the board"
WHY = "The cluster is down until Saturday, and the plots of this week come from it."


def a_request(demo: Demo) -> None:
    """Of this week's report, until the Monday after it."""
    place = next(place for place in demo.places if place.person.name == WHO)
    period = demo.periods[WEEK]
    wish = ExtensionRequest(fellowship=place.fellowship, period=period, reason=WHY)
    wish.wanted_on = period.due_at.date() + timedelta(days=3)
    wish.created_at = demo.now - timedelta(hours=5)
    wish.owed_at = decision_due(demo.cohort, due_at=period.due_at, now=wish.created_at)
    db.session.add(wish)


def a_report_beside(demo: Demo) -> None:
    """Of the last who is listed, for a visit: it opens and is due with the week after this one."""
    week, place = demo.periods[WEEK + 1], demo.places[-1]
    period = ReportPeriod(cohort_id=demo.cohort.id, phase_id=week.phase_id, kind=PeriodKind.ON_REQUEST)
    period.called, period.fellowship_id = VISIT, place.fellowship.id
    period.opens_at, period.due_at = week.opens_at, week.due_at
    db.session.add(period)
