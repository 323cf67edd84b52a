"""Somebody in the demo asks for more time, and nobody has answered yet."""

from datetime import timedelta

from program.demo.roster import Demo
from program.extensions import db
from program.postponing.models import ExtensionRequest

WHO, WEEK = "Tane Parata", 5
WHY = "The cluster is down until Saturday, and the plots of this week come from it."


def a_request(demo: Demo) -> None:
    """Of this week's report, until the Monday after it."""
    place = next(place for place in demo.places if place.person.name == WHO)
    period = demo.periods[WEEK]
    wish = ExtensionRequest(fellowship=place.fellowship, period=period, reason=WHY)
    wish.wanted_on = period.due_at.date() + timedelta(days=3)
    wish.created_at = demo.now - timedelta(hours=5)
    db.session.add(wish)
