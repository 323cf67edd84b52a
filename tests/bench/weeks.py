"""A cohort that has reported for weeks, written in bulk: the same weeks of the same people, however many others there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import literal, select, update

from program import clock
from program.access import Role
from program.accounts.models import Account, AccountRole
from program.cohorts.models import Cohort, ReportPeriod
from program.columns import Base
from program.demo.texts import report_sections
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.fulltext.models import ReportText
from program.fulltext.words import words_of
from program.mentors.models import Mentor
from program.reports.models import Ask, Report, ReportState, Revision
from program.reports.templates import ensure_template
from tests.bench.bulk import DAY, cohort_due_tomorrow, enrol, insert_all, settle_statistics
from tests.bench.stage import Visit, visit
from tests.live import Live

EACH = 25
"""Fellows of one mentor."""
TEXT = report_sections("Interpretability", week=5, seed=1)
ASK = "May I have two more GPUs for a week?"


@dataclass(frozen=True, slots=True)
class Weeks:
    """The signed-in mentor whose queue is full, the first fellows, and what they look at."""

    mentor: Visit
    fellows: Sequence[Visit]
    waiting: Sequence[int]
    """The reports in the queue."""
    unwritten: Sequence[int]
    """The periods that nobody has begun, all but the last long due."""

    @property
    def posts(self) -> list[tuple[str, Visit, dict[str, str]]]:
        """A report of each of the fellows for each of these periods."""
        fields = {f"section-{key}": text for key, text in {**TEXT, "asks": ASK}.items()} | {"version": "0"}
        return [
            (f"/periods/{period}/report", one, fields | {"csrf_token": one.csrf_token})
            for period in self.unwritten
            for one in self.fellows
        ]


def report_for_weeks(live: Live, *, fellows: int, weeks: int, unwritten: int, writers: int) -> Weeks:
    """All have reported but for the last weeks; the first mentor has the latest of each of their fellows to read."""
    cohort = cohort_due_tomorrow(weeks=weeks)
    places = enrol(cohort, fellows)
    lead(cohort, places)
    numbers = [period.id for period in sorted(cohort.periods, key=lambda one: one.number)]
    written = numbers[:-unwritten]
    _report(written)
    waiting = _wait(places[:EACH], written[-1])
    settle_statistics()
    first = db.session.scalars(select(Account).join(Mentor).order_by(Mentor.id).limit(1)).one()
    query = select(Account).join(Fellowship, Fellowship.account_id == Account.id)
    people = db.session.scalars(query.order_by(Fellowship.id).limit(writers)).all()
    visits = [visit(live.app, account) for account in people]
    return Weeks(visit(live.app, first), visits, waiting, numbers[-unwritten:])


def lead(cohort: Cohort, fellowships: Sequence[int]) -> None:
    """Give them mentors, so many fellows to each."""
    now = clock.now()
    people = [
        {"name": f"Mentor {n:04d}", "email": f"m{n:04d}@many.example", "folded": f"mentor {n:04d}"}
        | {"created_at": now, "joined_at": now}
        for n in range(-(-len(fellowships) // EACH))
    ]
    accounts = insert_all(Account, people, Account.id)
    insert_all(AccountRole, [{"account_id": account, "role": Role.MENTOR} for account in accounts])
    mentors = insert_all(
        Mentor,
        [
            {"account_id": account, "name": one["name"], "folded": one["folded"]}
            for account, one in zip(accounts, people, strict=True)
        ],
        Mentor.id,
    )
    leads = {"kind": AssignmentKind.PRIMARY, "starts_on": cohort.starts_on}
    insert_all(
        Assignment,
        [
            leads | {"fellowship_id": who, "mentor_id": mentors[n // EACH]}
            for n, who in enumerate(fellowships)
        ],
    )


def _report(periods: Sequence[int]) -> None:
    """An accepted report of each fellow for each of these periods, with all that belongs to it."""
    due = ReportPeriod.due_at
    same = {"template_id": ensure_template().id, "state": ReportState.ACCEPTED, "revision_number": 1}
    times = dict.fromkeys(("saved_at", "first_submitted_at", "submitted_at", "decided_at"), due)
    _from(
        Report,
        {"fellowship_id": Fellowship.id, "period_id": ReportPeriod.id, **times},
        same | {"version": 2},
        periods,
    )
    own = {"report_id": Report.id}
    sent = dict.fromkeys(("saved_at", "submitted_at"), due)
    text = {"body": TEXT, "aside": {}, "number": 1, "words": 90, "fellow_words": 90}
    _from(Revision, {**own, **sent, "author_id": Fellowship.account_id}, text, periods)
    _from(Ask, {**own, "created_at": due}, {"position": 1, "text": ASK}, periods)
    words = [word for section in TEXT.values() for word in words_of(section)]
    _from(ReportText, own, {"words": words}, periods)


def _from(
    model: type[Base], columns: dict[str, Any], values: dict[str, object], periods: Sequence[int]
) -> None:
    """A row for each fellow and period; but for reports, of their report."""
    table = model.__table__
    same = {name: literal(value, table.c[name].type) for name, value in values.items()}
    chosen = {**columns, **same}
    query = select(*chosen.values()).select_from(Fellowship)
    query = query.join(ReportPeriod, ReportPeriod.cohort_id == Fellowship.cohort_id)
    if model is not Report:
        mine = (Report.fellowship_id == Fellowship.id) & (Report.period_id == ReportPeriod.id)
        query = query.join(Report, mine)
    query = query.where(ReportPeriod.id.in_(periods)).order_by(ReportPeriod.id, Fellowship.id)
    db.session.execute(table.insert().from_select([*chosen], query))


def _wait(fellowships: Sequence[int], period: int) -> Sequence[int]:
    """The reports of these for this period are to be read still, and were sent two days ago."""
    now = clock.now()
    theirs = Report.period_id == period, Report.fellowship_id.in_(fellowships)
    values = {"state": ReportState.SUBMITTED, "submitted_at": now - 2 * DAY, "decided_at": None}
    db.session.execute(update(Report).where(*theirs).values(values | {"owed_at": now + timedelta(hours=18)}))
    return db.session.scalars(select(Report.id).where(*theirs).order_by(Report.id)).all()
