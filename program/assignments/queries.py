"""Reading who mentors whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from program.access import Actor, Permission
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.fellows.queries import assignment_holds, hold_fellowship, visible_to
from program.fellows.stages import SEATED
from program.mentors.funnel import OUT
from program.mentors.models import Engagement, EngagementStage, Mentor, MentorAbsence


@dataclass(frozen=True, slots=True)
class Seats:
    """A mentor who has a part in the cohort, the seats they were granted and how many of them are taken."""

    mentor: Mentor
    track: str
    confirmed: bool
    granted: int
    taken: int

    @property
    def words(self) -> str:
        """As it stands beside the name."""
        seats = f"{self.taken} of {self.granted} seats taken" if self.granted else "no seats granted"
        return seats if self.confirmed else f"not confirmed, {seats}"


def list_assignments(fellowship_id: int) -> Sequence[Assignment]:
    """The fellowship's assignments, the latest first."""
    return db.session.scalars(_assignments(fellowship_id)).all()


def _assignments(fellowship_id: int) -> Select[Assignment]:
    query = select(Assignment).where(Assignment.fellowship_id == fellowship_id)
    query = query.options(joinedload(Assignment.mentor))
    return query.order_by(Assignment.starts_on.desc(), Assignment.id.desc())


def get_assignment(actor: Actor, assignment_id: int, *, now: datetime) -> Assignment:
    """An assignment that the actor may change, with its fellowship. Raises NotFoundError."""
    fellowship = contains_eager(Assignment.fellowship)
    query = (
        select(Assignment)
        .join(Assignment.fellowship)
        .where(Assignment.id == assignment_id, visible_to(actor, Permission.FELLOWSHIP_CHANGE, now=now))
        .options(
            joinedload(Assignment.mentor),
            fellowship.joinedload(Fellowship.account),
            fellowship.joinedload(Fellowship.cohort),
        )
    )
    assignment = db.session.scalar(query)
    if assignment is None:
        raise NotFoundError("There is no such assignment.")
    return assignment


def list_seats(cohort_id: int, *, day: date) -> Sequence[Seats]:
    """The mentors who have a part in the cohort, by name, with their seats there on this day."""
    taken = (
        select(func.count())
        .select_from(Assignment)
        .join(Assignment.fellowship)
        .where(
            Assignment.mentor_id == Engagement.mentor_id,
            Assignment.kind == AssignmentKind.PRIMARY,
            assignment_holds(day),
            Fellowship.cohort_id == cohort_id,
            Fellowship.stage.in_(SEATED),
        )
        .correlate(Engagement)
        .scalar_subquery()
    )
    query = (
        select(Engagement, taken)
        .join(Engagement.mentor)
        .where(Engagement.cohort_id == cohort_id, Engagement.stage.not_in(OUT))
        .order_by(Mentor.folded, Mentor.id)
        .options(contains_eager(Engagement.mentor), joinedload(Engagement.track))
    )
    confirmed = EngagementStage.CONFIRMED
    return [
        Seats(one.mentor, one.track.name, one.stage is confirmed, one.seats_granted, count)
        for one, count in db.session.execute(query)
    ]


def find_absence(mentor_id: int, *, first: date, last: date) -> MentorAbsence | None:
    """The mentor's first absence that has any of these days."""
    query = select(MentorAbsence).where(
        MentorAbsence.mentor_id == mentor_id, MentorAbsence.ends_on >= first, MentorAbsence.starts_on <= last
    )
    return db.session.scalars(query.order_by(MentorAbsence.starts_on, MentorAbsence.id).limit(1)).first()


def lock_assignments(fellowship: Fellowship) -> Sequence[Assignment]:
    """The fellowship's assignments, read anew; nobody else makes one before this transaction is over."""
    hold_fellowship(fellowship)
    return db.session.scalars(_assignments(fellowship.id).execution_options(populate_existing=True)).all()


def hold_part(mentor: Mentor, cohort_id: int) -> EngagementStage | None:
    """The stage of the mentor's part in the cohort, which nobody else changes before this transaction is over."""
    query = select(Engagement.stage).where(
        Engagement.mentor_id == mentor.id, Engagement.cohort_id == cohort_id
    )
    return db.session.scalar(query.with_for_update())
