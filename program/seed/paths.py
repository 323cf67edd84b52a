"""The steps that mentors and fellows take through their stages, in days from the cohort's first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Generic, TypeVar

from program.fellows.models import FellowshipStage as Fellow
from program.mentors.models import EngagementStage as Mentor
from program.seed.plan import CohortPlan

T = TypeVar("T", Fellow, Mentor)


@dataclass(frozen=True, slots=True)
class Path(Generic[T]):
    """Stages with the day they are entered on; `weight` is how many of a hundred go it."""

    weight: int
    steps: tuple[tuple[T, int], ...]


APPLIED, SHORTLISTED, OFFERED, ACCEPTED = (
    (Fellow.APPLIED, -100),
    (Fellow.SHORTLISTED, -75),
    (Fellow.OFFERED, -50),
    (Fellow.ACCEPTED, -40),
)
ACTIVE, COMPLETED = (Fellow.ACTIVE, 0), (Fellow.COMPLETED, 81)
TURNED_DOWN = (APPLIED, (Fellow.DECLINED, -60))
WAITING = (APPLIED, SHORTLISTED, (Fellow.WAITLISTED, -45))
DEFERRED = (APPLIED, SHORTLISTED, OFFERED, ACCEPTED, (Fellow.DEFERRED, -20))
REFUSED = (APPLIED, SHORTLISTED, OFFERED, (Fellow.DECLINED, -35))
LEFT = (APPLIED, SHORTLISTED, OFFERED, ACCEPTED, ACTIVE, (Fellow.WITHDRAWN, 20))

COMING = (
    Path(40, (APPLIED,)),
    Path(20, (APPLIED, SHORTLISTED)),
    Path(12, (APPLIED, SHORTLISTED, OFFERED)),
    Path(10, (APPLIED, SHORTLISTED, OFFERED, ACCEPTED)),
    Path(10, TURNED_DOWN),
    Path(5, WAITING),
    Path(2, DEFERRED),
    Path(1, REFUSED),
)
RUNNING = (
    Path(25, (APPLIED, SHORTLISTED, OFFERED, ACCEPTED, ACTIVE)),
    Path(45, TURNED_DOWN),
    Path(10, WAITING),
    Path(8, REFUSED),
    Path(4, DEFERRED),
    Path(3, LEFT),
    Path(3, (APPLIED, SHORTLISTED, OFFERED, ACCEPTED)),
    Path(2, (APPLIED, SHORTLISTED)),
)
OVER = (
    Path(26, (APPLIED, SHORTLISTED, OFFERED, ACCEPTED, ACTIVE, COMPLETED)),
    Path(46, TURNED_DOWN),
    Path(12, WAITING),
    Path(8, REFUSED),
    Path(4, DEFERRED),
    Path(4, LEFT),
)

FOUND, ASKED, KEEN, SURE = (
    (Mentor.IDENTIFIED, -180),
    (Mentor.CONTACTED, -150),
    (Mentor.INTERESTED, -130),
    (Mentor.CONFIRMED, -110),
)
RECRUITED = (
    Path(18, (FOUND,)),
    Path(24, (FOUND, ASKED)),
    Path(14, (FOUND, ASKED, KEEN)),
    Path(28, (FOUND, ASKED, KEEN, SURE)),
    Path(8, (FOUND, ASKED, (Mentor.DECLINED, -120))),
    Path(5, (FOUND, ASKED, KEEN, (Mentor.DECLINED, -100))),
    Path(3, (FOUND, ASKED, KEEN, SURE, (Mentor.WITHDRAWN, 15))),
)


def fellow_paths(cohort: CohortPlan, day: date) -> Sequence[Path[Fellow]]:
    """The paths of a cohort that is as far as this one on this day."""
    if cohort.is_over:
        return OVER
    return COMING if cohort.starts_on > day else RUNNING


def walked(path: Path[T], cohort: CohortPlan, *, day: date, rng: Random) -> list[tuple[T, date]]:
    """The steps with their dates, a little scattered: in order, and none after this day."""
    found: list[tuple[T, date]] = []
    for stage, offset in path.steps:
        scatter = rng.randint(-9, 9) if offset else 0
        planned = cohort.starts_on + timedelta(days=offset + scatter)
        taken = min(planned, day, cohort.ends_on)
        found.append((stage, max(taken, found[-1][1]) if found else taken))
    return found
