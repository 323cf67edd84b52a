"""How late a report is. Said once, here; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from program.cohorts.models import Cohort

ZERO = timedelta()


class Lateness(StrEnum):
    """From its deadline to when it was sent, or to now."""

    ON_TIME = "on time"
    GRACE = "in grace"
    LATE = "late"
    VERY_LATE = "very late"

    @property
    def is_late(self) -> bool:
        """Whether it is called late: in grace it is not."""
        return self in (Lateness.LATE, Lateness.VERY_LATE)


@dataclass(frozen=True, slots=True)
class Margins:
    """How long after a deadline a report is not called late yet, and from when on very late; both from the deadline."""

    grace: timedelta = ZERO
    very_late: timedelta = timedelta(days=7)

    def lateness(self, due_at: datetime, at: datetime) -> Lateness:
        """How late `at` is. On the very moment of a deadline, or of a margin's end, it is not later than before."""
        over = at - due_at
        if over <= ZERO:
            return Lateness.ON_TIME
        if over <= self.grace:
            return Lateness.GRACE
        return Lateness.LATE if over < max(self.very_late, self.grace) else Lateness.VERY_LATE


def margins_of(cohort: Cohort) -> Margins:
    """Those of a cohort."""
    return Margins(timedelta(hours=cohort.grace_hours), timedelta(days=cohort.very_late_days))


def worst(found: Iterable[Lateness]) -> Lateness:
    """The latest of several; on time if there is none."""
    order = list(Lateness)
    return max(found, key=order.index, default=Lateness.ON_TIME)
