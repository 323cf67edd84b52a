"""Where things are in the demo, and the few situations that the tour of its pages adds to it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from program import clock
from program.access import Role
from program.accounts.models import Account
from program.accounts.services import create_account
from program.cohorts.models import Cohort
from program.cohorts.queries import find_current_cohort
from program.extensions import db
from program.fellows.models import Fellowship
from program.imports.models import Import, ImportRow, ImportState
from program.imports.plans import NOTHING, Verdict
from program.obligations.queries import list_owed_by_any
from program.releases.models import JobState
from program.releases.queries import find_job
from program.releases.services import claim_job, close_and_summarise, summarise
from program.reports.models import Report
from program.reviews.queries import list_queue
from program.surveys.models import Wave, WaveKind
from program.surveys.services import open_wave, plan_wave
from tests.browser.launch import Programme
from tests.factories import make_import

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Places:
    """Addresses by what they are called, and people by what there is to say of them."""

    programme: Programme
    periods: dict[int, str]
    reports: dict[tuple[str, int], str]
    waves: dict[str, str]
    imports: dict[str, str]
    at_ease: str
    idle: str

    def job_is(self, state: JobState) -> None:
        """Put the job of the alumni wave into this state; it is leased, so no worker takes it."""
        with self.programme.inside():
            wave = db.session.scalars(select(Wave).filter_by(kind=WaveKind.ALUMNI)).one()
            job = find_job(wave.id)
            job.state = state
            db.session.commit()


def find_places(programme: Programme) -> Places:
    """Look everything up, once the tour's own situations are there."""
    with programme.inside():
        add_waves()
        db.session.commit()
        cohort = find_current_cohort(clock.now())
        return Places(
            programme=programme,
            periods={period.number: f"/periods/{period.id}/report" for period in cohort.periods},
            reports={
                (report.fellowship.account.name, report.period.number): f"/reports/{report.id}"
                for report in db.session.scalars(select(Report))
            },
            waves={wave.kind.value: f"/waves/{wave.id}" for wave in db.session.scalars(select(Wave))},
            imports=add_imports(cohort),
            at_ease=_fellow_who_owes_nothing(),
            idle=_mentor_with_empty_queue(),
        )


def add_waves() -> None:
    """One that too few answered for a summary, and one whose summary is under way for as long as it takes."""
    now = clock.now()
    staff = db.session.scalars(select(Account).filter_by(name="Ruth Calloway")).one()
    questionnaire = db.session.scalars(select(Wave).limit(1)).one().questionnaire
    for kind in (WaveKind.APPLICATION, WaveKind.ALUMNI):
        wave = plan_wave(questionnaire, kind=kind, opens_at=now - 40 * DAY, closes_at=now - 30 * DAY)
        open_wave(wave, actor=staff, now=now)
        close_and_summarise(wave, actor=staff, now=now)
        job = claim_job(lease=DAY, now=now)
        if kind is WaveKind.APPLICATION:
            list(summarise(job, now=now))
    job.steps_done, job.attempts = 2, 5


def add_imports(cohort: Cohort) -> dict[str, str]:
    """A sheet in every state, by its state; none waits for a worker."""
    now = clock.now()
    staff = db.session.scalars(select(Account).filter_by(name="Ruth Calloway")).one()
    made = {}
    for state in ImportState:
        run = make_import(cohort, staff, checked=False, at=now)
        run.state, run.counts = state, {"new": 1, "changed": 1, "unchanged": 0, "asked": 1, "wrong": 1}
        run.rows_done, run.rows_total, run.last_error = 40, 100, "This sheet has rows without end."
        run.lease_token, run.lease_until, run.finished_at = state.value, now + DAY, now
        db.session.add_all(rows_of_import(run))
        made[state.value] = f"/imports/{run.id}"
    db.session.commit()
    return made


def rows_of_import(run: Import) -> list[ImportRow]:
    """A row with each verdict that says something."""
    found = {
        Verdict.NEW: {"changes": [["Account", NOTHING, "Noor Vance"], ["Stage", NOTHING, "applied"]]},
        Verdict.CHANGED: {"changes": [["Stage", "applied", "offered"]], "note": "Halden Institute is new."},
        Verdict.ASKED: {
            "options": [["account:1", "The same person as Ada Marsh"], ["other", "Somebody else"]]
        },
        Verdict.WRONG: {"errors": ["Track: there is none, and a new fellow needs one."]},
    }
    return [
        ImportRow(import_id=run.id, number=number, verdict=verdict, label=f"Person {number}", **told)
        for number, (verdict, told) in enumerate(found.items(), start=2)
    ]


def add_newcomers() -> None:
    """In a programme without a cohort: somebody of every kind, and nothing to do for any of them."""
    for name, role in (
        ("Nell Fellow", Role.FELLOW),
        ("Max Mentor", Role.MENTOR),
        ("Rae Manager", Role.RESEARCH_MANAGER),
        ("Sam Staff", Role.STAFF),
        ("Ana Analyst", Role.ANALYST),
        ("Vi Visitor", None),
    ):
        roles = [role] if role else []
        email = f"{name.split()[0].lower()}@new.example"
        create_account(
            email=email, name=name, roles=roles, time_zone="Europe/London", actor=None, now=clock.now()
        )


def _fellow_who_owes_nothing() -> str:
    fellows = {f.account_id: f.account.name for f in db.session.scalars(select(Fellowship))}
    owing = {owed.account_id for owed in list_owed_by_any(fellows, now=clock.now())}
    return next(name for account_id, name in fellows.items() if account_id not in owing)


def _mentor_with_empty_queue() -> str:
    accounts = db.session.scalars(select(Account).order_by(Account.id))
    mentors = (account for account in accounts if Role.MENTOR in account.roles)
    return next(mentor.name for mentor in mentors if not list_queue(mentor, now=clock.now()).rows)
