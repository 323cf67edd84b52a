"""Reading who mentors whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from program.access import Actor, Permission
from program.assignments.rules import Wish
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship, FellowshipStage
from program.fellows.queries import assignment_holds, hold_fellowship, visible_to
from program.mentors.models import Engagement, EngagementStage, Mentor, MentorAbsence

GONE = (EngagementStage.DECLINED, EngagementStage.WITHDRAWN)
TAKES_A_SEAT = (FellowshipStage.ACCEPTED, FellowshipStage.ACTIVE)


@dataclass(frozen=True, slots=True)
class Seats:
    """A mentor who has a part in the cohort, the seats they were granted and how many of them are taken."""

    mentor: Mentor
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
    query = select(Assignment).where(Assignment.fellowship_id == fellowship_id)
    query = query.options(joinedload(Assignment.mentor))
    return db.session.scalars(query.order_by(Assignment.starts_on.desc(), Assignment.id.desc())).all()


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
            Fellowship.stage.in_(TAKES_A_SEAT),
        )
        .correlate(Engagement)
        .scalar_subquery()
    )
    query = (
        select(Engagement, taken)
        .join(Engagement.mentor)
        .where(Engagement.cohort_id == cohort_id, Engagement.stage.not_in(GONE))
        .order_by(Mentor.folded, Mentor.id)
        .options(contains_eager(Engagement.mentor))
    )
    confirmed = EngagementStage.CONFIRMED
    return [
        Seats(one.mentor, one.stage is confirmed, one.seats_granted, count)
        for one, count in db.session.execute(query)
    ]


def find_absence(mentor_id: int, wish: Wish) -> MentorAbsence | None:
    """The mentor's first absence within the wished assignment."""
    query = select(MentorAbsence).where(
        MentorAbsence.mentor_id == mentor_id, MentorAbsence.ends_on >= wish.starts_on
    )
    if wish.ends_on is not None:
        query = query.where(MentorAbsence.starts_on <= wish.ends_on)
    return db.session.scalars(query.order_by(MentorAbsence.starts_on, MentorAbsence.id).limit(1)).first()


def lock_assignments(fellowship: Fellowship) -> Sequence[Assignment]:
    """The fellowship's assignments; nobody else makes one before this transaction is over."""
    hold_fellowship(fellowship.id)
    return list_assignments(fellowship.id)
