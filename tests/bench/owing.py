"""Many people who owe everything there is to owe, written in bulk; and how a database means to find what one owes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from sqlalchemy import Connection, select, update

from program import clock
from program.access import Role
from program.accounts.models import Account, AccountRole
from program.cohorts.models import Cohort
from program.concerns.models import Concern, ConcernState
from program.evaluations.models import Evaluation, EvaluationRound, Moment
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.mentors.models import Engagement, Mentor
from program.postponing.models import ExtensionRequest, RequestState
from program.reports.models import Ask, Report, ReportState
from program.reports.templates import ensure_template
from program.surveys.models import Participation, Wave, WaveKind, WaveState
from program.surveys.services import create_career_survey, plan_wave
from tests.bench.bulk import cohort_due_tomorrow, enrol, insert_all
from tests.bench.plans import plan_of, whole_reads

DAY = timedelta(days=1)
SCAN = re.compile(r"SCAN (\w+?)(?:_\d+)?(?: |$)")
STATES = (ReportState.ACCEPTED, ReportState.RETURNED, ReportState.SUBMITTED)
EACH = 7
"""How many fellows a mentor has."""


def crowd(fellows: int) -> dict[Role, int]:
    """A cohort with so many fellows, and of each role one who owes what that role can owe."""
    now, cohort = clock.now(), cohort_due_tomorrow(weeks=2)
    places = enrol(cohort, fellows)
    staff, managers = _people(Role.STAFF, 20), _people(Role.RESEARCH_MANAGER, fellows // 50)
    mentors = _people(Role.MENTOR, fellows // EACH)
    named = {"name": "A Mentor", "folded": "a mentor"}
    pool = insert_all(Mentor, [named | {"account_id": account} for account in mentors], Mentor.id)
    pairs = [(place, pool[n % len(pool)]) for n, place in enumerate(places)]
    begun = {"starts_on": cohort.starts_on, "ends_on": None}
    insert_all(Assignment, [begun | {"fellowship_id": one, "mentor_id": by} for one, by in pairs])
    for n, manager in enumerate(managers):
        theirs = Fellowship.id.in_(places[n * 50 : n * 50 + 50])
        db.session.execute(update(Fellowship).where(theirs).values(research_manager_id=manager))
    _write(cohort, places)
    _ask(cohort, places, mentors, staff)
    part = {"cohort_id": cohort.id, "track_id": cohort.tracks[0].id, "stage_since": now, "next_step": "Write"}
    part |= {"next_step_on": now.date(), "next_step_due_at": now + DAY}
    insert_all(Engagement, [part | {"mentor_id": m, "owner_id": staff[n % 20]} for n, m in enumerate(pool)])
    fellow = db.session.scalars(select(Fellowship.account_id).where(Fellowship.id == places[0])).one()
    return {
        Role.FELLOW: fellow,
        Role.MENTOR: mentors[0],
        Role.RESEARCH_MANAGER: managers[0],
        Role.STAFF: staff[0],
    }


def _people(role: Role, count: int) -> Sequence[int]:
    now = clock.now()
    known = {"name": f"A {role}", "created_at": now, "joined_at": now}
    rows = [known | {"email": f"{role}{n}@many.example", "folded": f"a {role} {n:06d}"} for n in range(count)]
    accounts = insert_all(Account, rows, Account.id)
    insert_all(AccountRole, [{"account_id": account, "role": role} for account in accounts])
    return accounts


def _write(cohort: Cohort, places: Sequence[int]) -> None:
    """A report of each, a third in each state, with two asks; one of ten is open."""
    now, [first, *_later] = clock.now(), cohort.weeks
    known = {"period_id": first.id, "template_id": ensure_template().id, "saved_at": now, "owed_at": now}
    rows = [known | {"fellowship_id": one, "state": STATES[n % 3]} for n, one in enumerate(places)]
    reports = insert_all(Report, rows, Report.id)
    ask = {"text": "May I?", "created_at": now}
    insert_all(
        Ask,
        [
            ask | {"report_id": one, "position": place, "answered_at": None if n % 10 < 4 else now}
            for n, one in enumerate(reports)
            for place in (1, 2)
        ],
    )


def _ask(cohort: Cohort, places: Sequence[int], mentors: Sequence[int], staff: Sequence[int]) -> None:
    """A survey, a round, wishes for more time and concerns, most of which are done with."""
    now = clock.now()
    wave: Wave = plan_wave(
        create_career_survey(cohort), kind=WaveKind.MIDPOINT, opens_at=now - DAY, closes_at=now + DAY
    )
    wave.state = WaveState.OPEN
    roster = {"wave_id": wave.id}
    insert_all(
        Participation, [roster | {"fellowship_id": p, "answered": n % 9 > 0} for n, p in enumerate(places)]
    )
    asked = EvaluationRound(cohort_id=cohort.id, moment=Moment.MIDPOINT, opens_at=now - DAY, due_at=now + DAY)
    db.session.add(asked)
    db.session.flush()
    said = {"round_id": asked.id, "wording": 1, "saved_at": now, "sent_at": now, "led": True}
    rows = [
        said | {"fellowship_id": one, "author_id": mentors[n % len(mentors)]}
        for n, one in enumerate(places)
        if n % len(mentors)
    ]
    insert_all(Evaluation, rows)
    wish = {"period_id": cohort.weeks[1].id, "wanted_on": now.date(), "reason": "x", "created_at": now}
    wish |= {"owed_at": now}
    insert_all(
        ExtensionRequest,
        [
            wish
            | {"fellowship_id": one, "state": RequestState.OPEN if n % 500 == 0 else RequestState.GRANTED}
            for n, one in enumerate(places)
        ],
    )
    raised = {"raised_by_id": staff[1], "raised_at": now, "owed_at": now}
    insert_all(
        Concern,
        [
            raised
            | {"fellowship_id": one, "once": str(one)}
            | {"state": ConcernState.RAISED if n % 2_000 == 0 else ConcernState.CLOSED}
            for n, one in enumerate(places)
        ],
    )


def read_whole(connection: Connection, statement: str, values: object, *, large: Iterable[str]) -> list[str]:
    """The large tables that the statement reads from end to end."""
    if connection.dialect.name == "postgresql":
        return whole_reads(plan_of(connection, statement, values), large=large)
    return [name for name in _scanned(connection, statement, values) if name in set(large)]


def _scanned(connection: Connection, statement: str, values: object) -> Iterator[str]:
    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
        yield from SCAN.findall(row[-1])
