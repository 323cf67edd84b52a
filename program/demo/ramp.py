"""Fellows of the demo whose reports are written otherwise this week than in their phase."""

from program.authorship.models import AuthorshipOverride
from program.clock import today
from program.cohorts.models import AuthorshipMode
from program.demo.roster import Demo
from program.demo.setting import DAY, THIS_WEEK
from program.demo.writing import begin, write
from program.extensions import db

NOTES = "Two runs failed on the cluster, the third is through: the probe finds nothing on layer six. Ask for compute?"
RAMP = {
    "Zofia Wrzesi\u0144ska": (
        AuthorshipMode.MANAGER_DRAFTS,
        "Back from a conference: begins again slowly.",
        NOTES,
    ),
    "Arjun Bhagwat": (AuthorshipMode.TOGETHER, "Asked to write with his research manager for a while.", ""),
}


def other_ramps(demo: Demo) -> None:
    """From this week on, with a reason; where there are notes, the fellow has left them."""
    period = demo.periods[THIS_WEEK]
    for place in demo.places:
        if place.person.name not in RAMP:
            continue
        mode, reason, notes = RAMP[place.person.name]
        day = today(period.opens_at, demo.cohort.time_zone) + DAY
        override = AuthorshipOverride(fellowship=place.fellowship, starts_on=day, mode=mode, reason=reason)
        override.by_id, override.at = demo.coordinator.id, period.opens_at
        db.session.add(override)
        if notes:
            report = begin(place, period, at=demo.now)
            write(report, author=place.fellowship.account, body={}, at=demo.now, aside={"notes": notes})
