"""Fellows who come to owe a report while the run goes on, and what each of them has to be told: one thing, once.

Nothing here looks at the outbox: what is owed is known beforehand, by who is in which cohort and when its one report
is due. Each report opens in the moment it is due, so that there is one rung to be told of, "at due".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select, update

from program import clock
from program.accounts.models import Account
from program.cohorts.models import CohortState, ReportPeriod
from program.cohorts.services import TrackTarget, add_phase, create_cohort
from program.extensions import db
from program.fellows.models import Fellowship
from tests.bench.bulk import TRACKS, enrol

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
COHORTS = 30


@dataclass(frozen=True)
class Owed:
    """A fellow's address, and when their report is due."""

    address: str
    due_at: datetime


def owe_reports(app: Flask, count: int, *, within: float) -> list[Owed]:
    """So many fellows: a third of the reports were due an hour ago, the others are within so many seconds."""
    owed: list[Owed] = []
    with app.test_request_context():
        now = clock.now()
        shares = _shares(count)
        for number, share in enumerate(shares):
            wait = timedelta(seconds=within * number / max(1, len(shares) - 1)) if number else -HOUR
            owed += _cohort(share, first=len(owed), due_at=now + wait)
        db.session.commit()
    return owed


def owe_more(app: Flask, owed: list[Owed], count: int) -> list[Owed]:
    """So many fellows more, whose reports are due now; they are added, and given."""
    with app.test_request_context():
        more = _cohort(count, first=len(owed), due_at=clock.now())
        db.session.commit()
    owed += more
    return more


def _shares(count: int) -> list[int]:
    """How many are in each cohort: a third in the first, the others evenly."""
    first = max(1, count // 3)
    each, more = divmod(count - first, COHORTS)
    return [first, *(share for place in range(COHORTS) if (share := each + (place < more)))]


def _cohort(size: int, *, first: int, due_at: datetime) -> list[Owed]:
    """A cohort of its own for each moment; its fellows are numbered from `first` on."""
    day = due_at.date()
    cohort = create_cohort(
        name=f"Faults from {first}",
        time_zone="UTC",
        starts_on=day - 6 * DAY,
        ends_on=day,
        tracks=[TrackTarget(name, aim=1 / len(TRACKS)) for name in TRACKS],
        state=CohortState.RUNNING,
        actor=None,
        now=due_at,
    )
    add_phase(cohort, name="Research", starts_on=day - 6 * DAY, ends_on=day, weekday=day.weekday())
    moment = {"due_at": due_at, "opens_at": due_at - INSTANT}
    db.session.execute(update(ReportPeriod).where(ReportPeriod.cohort_id == cohort.id).values(**moment))
    places = enrol(cohort, size, first=first)
    who = select(Account.email).join(Fellowship, Fellowship.account_id == Account.id)
    addresses = db.session.scalars(who.where(Fellowship.id.in_(places))).all()
    return [Owed(address, due_at) for address in addresses]
