"""The mentor pool as a sheet."""

from program.access import Permission
from program.exports.services import Sheet
from program.mentors.models import Mentor

POOL: Sheet[Mentor] = Sheet(
    "mentors",
    Permission.MENTOR_READ,
    {
        "name": lambda mentor: mentor.name,
        "address": lambda mentor: mentor.email,
        "organisation": lambda mentor: mentor.organisation.current.name if mentor.organisation else "",
        "expertise": lambda mentor: mentor.expertise,
        "links": lambda mentor: mentor.links,
        "signs in": lambda mentor: mentor.account_id is not None,
    },
)
