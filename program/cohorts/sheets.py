"""The cohorts as a sheet."""

from program.access import Permission
from program.cohorts.models import Cohort
from program.exports.services import Sheet

COHORTS: Sheet[Cohort] = Sheet(
    "cohorts",
    Permission.COHORT_READ,
    {
        "name": lambda cohort: cohort.name,
        "state": lambda cohort: cohort.state.value,
        "first day": lambda cohort: cohort.starts_on.isoformat(),
        "last day": lambda cohort: cohort.ends_on.isoformat(),
        "deadlines in": lambda cohort: cohort.deadline_zone,
        "working days for a review": lambda cohort: cohort.review_days,
    },
)
