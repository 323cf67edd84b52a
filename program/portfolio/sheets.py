"""The tracks and groups of a cohort side by side, as a sheet. Shares are in per cent."""

from program.access import Permission
from program.exports.services import Sheet
from program.portfolio.figures import PLACE, Line
from program.portfolio.shares import tenths

PORTFOLIO: Sheet[Line] = Sheet(
    "portfolio",
    Permission.COHORT_READ,
    {
        "name": lambda line: line.name,
        "is a": lambda line: "group" if line.is_group else "track",
        "at least": lambda line: tenths(line.target.low) / 10,
        "aim": lambda line: tenths(line.target.aim) / 10,
        "at most": lambda line: tenths(line.target.high) / 10,
        "identified": lambda line: line.tally.identified,
        "contacted": lambda line: line.tally.contacted,
        "interested": lambda line: line.tally.interested,
        "confirmed": lambda line: line.tally.confirmed,
        "declined": lambda line: line.tally.declined,
        "mentors withdrawn": lambda line: line.tally.mentors_withdrawn,
        "seats, fewest": lambda line: line.tally.least,
        "seats wanted": lambda line: line.tally.wanted,
        "seats granted": lambda line: line.tally.granted,
        "applied": lambda line: line.tally.applicants / PLACE,
        "offers": lambda line: line.tally.offers / PLACE,
        "fellows": lambda line: line.tally.fellows / PLACE,
        "share of fellows": lambda line: tenths(line.share) / 10,
        "withdrawn": lambda line: line.tally.withdrawn / PLACE,
    },
)
