"""Whom reminders may reach beside who owes something, and what they have been told already."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, load_only

from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.extensions import db
from program.fellows.models import Fellowship
from program.notices.models import Notice, NoticeKind
from program.obligations.models import Obligation, ObligationKind
from program.preferences.hours import Habits
from program.reminders.defaults import default_ladder
from program.reminders.ladder import Ladder, Place
from program.reminders.models import CohortLadder
from program.reports.models import Report

OF_FELLOW = {ObligationKind.REPORT, ObligationKind.MENDING, ObligationKind.SURVEY}
OF_FELLOWSHIP = {ObligationKind.DRAFT, ObligationKind.EVALUATION}
OF_REPORT = {ObligationKind.REVIEW, ObligationKind.ASK}
Told = tuple[int, int | None, str, int, datetime | None]
"""Reader, who owes it if that is another, kind, subject, deadline: what one ladder is climbed for."""


@dataclass(frozen=True, slots=True)
class Ladders:
    """Every cohort's ladders, and where it counts its days."""

    own: Mapping[tuple[int, ObligationKind], Ladder] = field(default_factory=dict)
    places: Mapping[int, Place] = field(default_factory=dict)

    def of(self, obligation: Obligation) -> Ladder:
        """The ladder of an obligation."""
        key = (obligation.cohort_id, obligation.kind)
        return self.own.get(key) or default_ladder(obligation.kind)

    def place(self, obligation: Obligation) -> Place:
        """Where its cohort is."""
        return self.places.get(obligation.cohort_id, Place())

    def window(self, first: datetime, last: datetime) -> tuple[datetime, datetime]:
        """The deadlines between which some rung can fall between two instants."""
        ladders = [*self.own.values(), *(default_ladder(kind) for kind in ObligationKind)]
        after, before = zip(*(ladder.reach for ladder in ladders), strict=True)
        return first - max(after), last + max(before)


def read_ladders(cohort_id: int | None = None) -> Ladders:
    """The ladders of all cohorts, or of one."""
    own, cohorts = select(CohortLadder), select(Cohort)
    if cohort_id is not None:
        own, cohorts = own.filter_by(cohort_id=cohort_id), cohorts.filter_by(id=cohort_id)
    cohorts = cohorts.options(load_only(Cohort.time_zone), joinedload(Cohort.breaks))
    return Ladders(
        {(row.cohort_id, row.kind): row.ladder for row in db.session.scalars(own)},
        {one.id: Place(one.time_zone, one.breaks) for one in db.session.scalars(cohorts).unique()},
    )


def habits_by_account(account_ids: Collection[int]) -> dict[int, Habits]:
    """When mails may reach these people."""
    chosen = (Account.time_zone, Account.wakes_at, Account.sleeps_at, Account.weekends, Account.pace)
    query = select(Account.id, *chosen).where(Account.id.in_(account_ids))
    return {row[0]: Habits(*row[1:]) for row in db.session.execute(query)}


def manager_by_obligation(obligations: Iterable[Obligation]) -> dict[Obligation, int]:
    """The research manager of the fellow that each is about, but of whom owes it themselves."""
    owed = [*obligations]
    by_fellow = _by_fellow([one for one in owed if one.kind in OF_FELLOW])
    by_fellowship = _by_fellowship([one.subject_id for one in owed if one.kind in OF_FELLOWSHIP])
    by_report = _by_report([one.subject_id for one in owed if one.kind in OF_REPORT])
    found: dict[Obligation, int] = {}
    for one in owed:
        manager = (
            by_fellow.get((one.account_id, one.cohort_id))
            if one.kind in OF_FELLOW
            else (by_report if one.kind in OF_REPORT else by_fellowship).get(one.subject_id)
        )
        if manager is not None and manager != one.account_id:
            found[one] = manager
    return found


def _by_fellow(owed: Sequence[Obligation]) -> Mapping[tuple[int, int], int | None]:
    if not owed:
        return {}
    query = select(Fellowship.account_id, Fellowship.cohort_id, Fellowship.research_manager_id)
    rows = db.session.execute(query.where(Fellowship.account_id.in_({one.account_id for one in owed})))
    return {(account_id, cohort_id): manager_id for account_id, cohort_id, manager_id in rows}


def _by_fellowship(ids: Sequence[int]) -> Mapping[int, int | None]:
    query = select(Fellowship.id, Fellowship.research_manager_id).where(Fellowship.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)} if ids else {}


def _by_report(ids: Sequence[int]) -> Mapping[int, int | None]:
    query = (
        select(Report.id, Fellowship.research_manager_id).join(Report.fellowship).where(Report.id.in_(ids))
    )
    return {row[0]: row[1] for row in db.session.execute(query)} if ids else {}


def latest_told(readers: Collection[int], *, due_at: Collection[datetime]) -> Mapping[Told, datetime]:
    """The instant of the newest rung that each of these people was told, of these deadlines.

    One that staff hold or that failed was told, too: what becomes of it is theirs to say.
    """
    key = (Notice.account_id, Notice.owner_id, Notice.subject_kind, Notice.subject_id, Notice.due_at)
    query = (
        select(*key, func.max(Notice.rung_at))
        .where(Notice.kind == NoticeKind.REMINDER, Notice.account_id.in_(readers))
        .where(Notice.due_at.in_(due_at))
        .group_by(*key)
    )
    rows = db.session.execute(query)
    return {(reader, owner, kind, subject, due): at for reader, owner, kind, subject, due, at in rows if at}
