"""The mentors of a cohort as a sheet."""

from program.access import Permission
from program.exports.services import Sheet
from program.recruiting.queries import Line

ENGAGEMENTS: Sheet[Line] = Sheet(
    "mentors",
    Permission.MENTOR_READ,
    {
        "name": lambda line: line.engagement.mentor.name,
        "address": lambda line: line.engagement.mentor.email,
        "organisation": lambda line: (
            line.engagement.mentor.organisation.current.name if line.engagement.mentor.organisation else ""
        ),
        "stage": lambda line: line.engagement.stage,
        "since (UTC)": lambda line: line.engagement.stage_since,
        "track": lambda line: line.engagement.track.name,
        "seats at least": lambda line: line.engagement.seats_min,
        "seats wanted": lambda line: line.engagement.seats_wanted,
        "seats granted": lambda line: line.engagement.seats_granted,
        "fellows": lambda line: line.load.assigned,
        "next step": lambda line: line.engagement.next_step,
        "by": lambda line: line.engagement.next_step_on,
        "owner": lambda line: line.engagement.owner.name if line.engagement.owner else "",
    },
)
