"""The fellows of a cohort as a sheet."""

from program.access import Permission
from program.exports.services import Sheet
from program.fellows.listing import FellowLine

FELLOWS: Sheet[FellowLine] = Sheet(
    "fellows",
    Permission.COHORT_READ,
    {
        "name": lambda line: line.fellowship.account.name,
        "address": lambda line: line.fellowship.account.email,
        "stage": lambda line: line.fellowship.stage,
        "track": lambda line: line.fellowship.track.name,
        "per cent": lambda line: line.fellowship.track_weight,
        "second track": lambda line: (
            line.fellowship.second_track.name if line.fellowship.second_track else ""
        ),
        "project": lambda line: line.fellowship.project,
        "mentors": lambda line: "; ".join(line.mentors),
        "research manager": lambda line: (
            line.fellowship.research_manager.name if line.fellowship.research_manager else ""
        ),
        "first day": lambda line: line.fellowship.starts_on,
        "last day": lambda line: line.fellowship.ends_on,
    },
)
