"""What waits for a decision of staff: applicants, who was never invited, mentors' steps, names to sort, imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Date, Integer, String, cast, func, literal, null, select, union_all

from program.accounts.models import Account
from program.cohorts.models import OVER, Cohort
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage
from program.imports.models import Import, ImportState
from program.mentors.models import Engagement, EngagementStage, Mentor
from program.onboarding.queries import uninvited
from program.organisations.models import Organisation

UNDECIDED = (FellowshipStage.APPLIED, FellowshipStage.SHORTLISTED, FellowshipStage.OFFERED)
OUT = (EngagementStage.DECLINED, EngagementStage.WITHDRAWN)
ASKING = (ImportState.COLUMNS, ImportState.CHECKED, ImportState.FAILED)
"""The states of an import in which somebody has to say how it goes on."""
NAMES, IMPORTS, INVITING = "names", "imports", "inviting"
SHOWN = 10
"""How many mentors' steps are named at once."""


class Undecided(NamedTuple):
    """How many of a cohort's applicants stand at stages that somebody has to move them on from."""

    cohort_id: int
    cohort: str
    counts: dict[FellowshipStage, int]

    @property
    def stages(self) -> list[tuple[FellowshipStage, int]]:
        """The stages with somebody at them, the furthest first."""
        return [(stage, self.counts[stage]) for stage in reversed(UNDECIDED) if stage in self.counts]


class NextStep(NamedTuple):
    """What somebody is to do about a mentor, by a day that has come."""

    mentor: str
    engagement_id: int
    cohort: str
    step: str
    day: date | None
    owner: str | None


class Uninvited(NamedTuple):
    """How many have a place in a cohort, and nobody has invited them to sign in."""

    cohort_id: int
    cohort: str
    people: int


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that waits."""

    applicants: Sequence[Undecided]
    uninvited: Sequence[Uninvited]
    steps: Sequence[NextStep]
    """Those that have waited longest."""
    are_more: bool
    """Whether there are steps beyond those."""
    names: int
    imports: int

    def __bool__(self) -> bool:
        """Whether anything does."""
        return bool(self.applicants or self.uninvited or self.steps or self.names or self.imports)


def list_decisions(day: date) -> Decisions:
    """What waits on this day, in cohorts that are not over."""
    applicants: dict[int, Undecided] = {}
    outside: list[Uninvited] = []
    steps: list[NextStep] = []
    counts: dict[str, int] = {}
    for own, cohort, what, count, due, mentor, owner in db.session.execute(_waiting(day)):
        if own is None:
            counts[what] = count
        elif what == INVITING:
            outside.append(Uninvited(own, cohort, count))
        elif mentor is None:
            applicants.setdefault(own, Undecided(own, cohort, {})).counts[FellowshipStage(what)] = count
        else:
            steps.append(NextStep(mentor, own, cohort, what, due, owner))
    steps.sort(key=lambda step: (step.day or day, step.engagement_id))
    outside.sort(key=lambda waiting: waiting.cohort)
    found = sorted(applicants.values(), key=lambda waiting: waiting.cohort)
    return Decisions(found, outside, steps[:SHOWN], len(steps) > SHOWN, counts[NAMES], counts[IMPORTS])


def _waiting(day: date) -> CompoundSelect[*tuple[Any, ...]]:
    """Applicants by cohort and stage, what is counted, and mentors' steps: one query, whose rows tell by their gaps."""
    nowhere, nothing, no_day = cast(null(), Integer), cast(null(), String), cast(null(), Date)
    applicants = (
        select(Cohort.id, Cohort.name, cast(Fellowship.stage, String), func.count(), no_day, nothing, nothing)
        .join(Fellowship, Fellowship.cohort_id == Cohort.id)
        .where(Cohort.state.not_in(OVER), Fellowship.stage.in_(UNDECIDED))
        .group_by(Cohort.id, Cohort.name, Fellowship.stage)
    )
    names, imports = (
        select(nowhere, nothing, literal(what), func.count(), no_day, nothing, nothing)
        for what in (NAMES, IMPORTS)
    )
    names = names.select_from(Organisation)
    names = names.where(Organisation.provisional, Organisation.merged_into_id.is_(None))
    imports = imports.select_from(Import).where(Import.state.in_(ASKING))
    due = Engagement.next_step_on
    steps = (
        select(Engagement.id, Cohort.name, Engagement.next_step, literal(1), due, Mentor.name, Account.name)
        .join(Engagement.mentor)
        .join(Engagement.cohort)
        .outerjoin(Engagement.owner)
        .where(Cohort.state.not_in(OVER), Engagement.stage.not_in(OUT), due <= day)
        .order_by(due, Engagement.id)
        .limit(SHOWN + 1)
    )
    never = uninvited().subquery()
    inviting = select(Cohort.id, Cohort.name, literal(INVITING), never.c.people, no_day, nothing, nothing)
    inviting = inviting.join(never, never.c.cohort_id == Cohort.id)
    return union_all(applicants, names, imports, inviting, select(steps.subquery()))
