"""A made-up programme of any size, for measuring and for trying things on."""

from collections import Counter
from collections.abc import Callable, Iterator

from sqlalchemy import select

from program.accounts.models import Account, AccountRole
from program.cohorts.models import Cohort, Phase, ReportPeriod, Track, TrackGroup
from program.errors import ForbiddenStepError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship, FellowshipStep, Leave
from program.mentors.models import Engagement, EngagementStep, Mentor, MentorAbsence
from program.names.keeping import rebuild_parts
from program.names.models import SearchPart
from program.organisations.models import Organisation
from program.organisations.services import load_catalogue
from program.reports.templates import ensure_template
from program.seed.bulk import Rows, settle, write
from program.seed.fellows import Intake, fellow_batches
from program.seed.ground import cohort_rows, organisation_rows, people_rows, plan_cohorts
from program.seed.mentors import Pool, mentor_batches
from program.seed.plan import Size

NUMBERED = (
    Account,
    AccountRole,
    Assignment,
    Cohort,
    Engagement,
    EngagementStep,
    Fellowship,
    FellowshipStep,
    Leave,
    Mentor,
    MentorAbsence,
    Organisation,
    Phase,
    ReportPeriod,
    Track,
    TrackGroup,
)


def seed(size: Size, *, say: Callable[[str], None], add: bool = False) -> int:
    """Write a programme of this size; how many rows that were. The same size in an empty database: the same rows.

    Raises ForbiddenStepError if there are people already, unless these are to be put beside them.
    """
    if not add and db.session.scalar(select(Account.id).limit(1)):
        raise ForbiddenStepError("There are people in this database. Give --add to put these beside them.")
    load_catalogue()
    ensure_template()
    counts: Counter[str] = Counter()
    for what, rows in _parts(size):
        counts[what] += write(rows)
        say(f"{what}: {counts[what]:,} rows")
    for parts in rebuild_parts(lambda rows: write({SearchPart: rows})):
        counts["parts of names"] += parts
        say(f"parts of names: {counts['parts of names']:,} rows")
    settle(NUMBERED)
    return counts.total()


def _parts(size: Size) -> Iterator[tuple[str, Rows]]:
    yield "organisations", organisation_rows(size)
    people, staff, managers = people_rows(size)
    yield "staff and research managers", people
    cohorts = plan_cohorts(size)
    yield "cohorts", cohort_rows(size, cohorts)
    organisations = db.session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
    for rows in mentor_batches(Pool(size, cohorts, organisations, staff)):
        yield "mentors", rows
    for rows in fellow_batches(Intake(size, cohorts, staff, managers)):
        yield "fellows", rows
