"""Reading fellowships, and the one place that says in SQL whose they are."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from program.access import POLICY, Actor, Permission, Relation, Role, every, managed, mentored, own, writing
from program.accounts.models import Account, AccountRole
from program.clock import ANYWHERE_ON_EARTH_ZONE
from program.cohorts.models import OVER, Cohort, ReportPeriod, Track
from program.columns import AccountId, Day, Instant
from program.days import local_day
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship, FellowshipStage, Leave
from program.mentors.models import Mentor


def assignment_holds(day: Day) -> ColumnElement[bool]:
    """Whether an assignment is in force on this day (UTC, as `Assignment.holds_on` is asked)."""
    return and_(Assignment.starts_on <= day, or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day))


def leads(day: Day) -> ColumnElement[bool]:
    """Whether an assignment makes its mentor the one who answers the fellow on this day: one who can.

    Whoever has no account, whose account is disabled or is no mentor's any more leads nobody: staff see that.
    """
    mentors = select(AccountRole.account_id).join(Account, Account.id == AccountRole.account_id)
    theirs = mentors.where(
        AccountRole.account_id == Mentor.account_id,
        AccountRole.role == Role.MENTOR,
        Account.disabled_at.is_(None),
    )
    primary = Assignment.kind == AssignmentKind.PRIMARY
    return and_(primary, assignment_holds(day), theirs.correlate(Mentor).exists())


def goes_on() -> ColumnElement[bool]:
    """Whether a fellowship goes on, as `Fellowship.goes_on` says of one."""
    over = select(Cohort.id).where(Cohort.state.in_(OVER))
    return and_(Fellowship.stage == FellowshipStage.ACTIVE, Fellowship.cohort_id.not_in(over))


def deadline_day(due_at: ColumnElement[datetime] | None = None) -> ColumnElement[date]:
    """The day on which a period falls due where its deadlines stand: in its cohort's zone, or anywhere on Earth.

    By the calendar, unless another deadline is given.
    """
    zone = case((Cohort.anywhere_on_earth, ANYWHERE_ON_EARTH_ZONE), else_=Cohort.time_zone)
    query = select(zone).where(Cohort.id == ReportPeriod.cohort_id).correlate(ReportPeriod)
    return local_day(ReportPeriod.due_at if due_at is None else due_at, query.scalar_subquery())


def day_there(now: Instant) -> ColumnElement[date]:
    """The day that it is where the fellowship's cohort is."""
    query = select(Cohort.time_zone).where(Cohort.id == Fellowship.cohort_id).correlate(Fellowship)
    return local_day(now, query.scalar_subquery())


def is_on_leave(day: Day | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether the fellow has leave on this day, so that nothing is owed."""
    query = select(Leave.id).where(
        Leave.fellowship_id == Fellowship.id, Leave.starts_on <= day, Leave.ends_on >= day
    )
    return query.correlate_except(Leave).exists()


def is_here(now: Instant) -> ColumnElement[bool]:
    """Whether a fellowship goes on and its fellow is not on leave, so that something can be owed."""
    return and_(goes_on(), ~is_on_leave(day_there(now)))


def visible_to(actor: Actor, permission: Permission, *, now: datetime) -> ColumnElement[bool]:
    """Which fellowships the policy gives this actor the permission on, as a condition on `Fellowship`."""
    return related(relations_of(actor, permission), account_id=actor.id, day=now.date())


def relations_of(actor: Actor, permission: Permission) -> frozenset[Relation]:
    """The relations that give this actor the permission, by the roles they hold."""
    return frozenset(relation for role, relation in POLICY[permission].items() if role in actor.roles)


def related(relations: frozenset[Relation], *, account_id: AccountId, day: Day) -> ColumnElement[bool]:
    """Which fellowships the account stands in one of these relations to on this day."""
    conditions = (_as_condition(relation, account_id, day) for relation in relations)
    return or_(False, *conditions)  # noqa: FBT003 - SQL false


def _as_condition(relation: Relation, account_id: AccountId, day: Day) -> ColumnElement[bool]:
    if relation is every:
        return true()
    if relation is own:
        return Fellowship.account_id == account_id
    if relation is writing:
        return and_(Fellowship.account_id == account_id, goes_on())
    if relation is managed:
        return and_(Fellowship.research_manager_id == account_id, goes_on())
    if relation is mentored:
        return and_(Fellowship.id.in_(_mentored_ids(account_id, day)), goes_on())
    raise ValueError(f"the relation {relation.__name__} has no condition in SQL")


def _mentored_ids(account_id: AccountId, day: Day) -> Select[int]:
    """The fellowships that the account is assigned to as a mentor on this day."""
    query = select(Assignment.fellowship_id).join(Assignment.mentor)
    return query.where(Mentor.account_id == account_id, assignment_holds(day))


def get_fellowship(actor: Actor, fellowship_id: int, permission: Permission, *, now: datetime) -> Fellowship:
    """A fellowship that the actor has this permission on, with what is said of it everywhere. Raises NotFoundError."""
    query = (
        select(Fellowship)
        .where(Fellowship.id == fellowship_id, visible_to(actor, permission, now=now))
        .options(
            joinedload(Fellowship.account),
            joinedload(Fellowship.cohort),
            joinedload(Fellowship.track),
            joinedload(Fellowship.second_track),
            joinedload(Fellowship.research_manager),
            selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
        )
    )
    fellowship = db.session.scalar(query)
    if fellowship is None:
        raise NotFoundError("There is no such fellowship among those you can read.")
    return fellowship


def hold_fellowship(fellowship: Fellowship) -> None:
    """Nobody else changes it, or what hangs on it, before this transaction is over; it is read anew."""
    held = ["stage", "starts_on", "ends_on", "research_manager_id"]
    db.session.refresh(fellowship, held, with_for_update=True)


def find_leave_on(fellowship_id: int, day: date) -> Leave | None:
    """The leave that the fellow has on this day."""
    query = select(Leave).where(Leave.fellowship_id == fellowship_id)
    return db.session.scalars(query.where(Leave.starts_on <= day, Leave.ends_on >= day).limit(1)).first()


def list_mentored(account_id: int, *, now: datetime) -> Sequence[Fellowship]:
    """The fellowships that the account mentors today, by name."""
    return _list_related(mentored, account_id, now)


def list_managed(account_id: int, *, now: datetime) -> Sequence[Fellowship]:
    """The fellowships that the account is research manager of, by name."""
    return _list_related(managed, account_id, now)


def _list_related(relation: Relation, account_id: int, now: datetime) -> Sequence[Fellowship]:
    values = {"account_id": account_id, "day": now.date()}
    return sorted(db.session.scalars(_related_fellowships(relation), values), key=_name)


@cache
def _related_fellowships(relation: Relation) -> Select[Fellowship]:
    related_to = _as_condition(relation, bindparam("account_id"), bindparam("day"))
    loads = [joinedload(Fellowship.account), joinedload(Fellowship.track), joinedload(Fellowship.cohort)]
    return select(Fellowship).where(related_to).options(*loads)


def _name(fellowship: Fellowship) -> tuple[str, int]:
    return fellowship.account.folded, fellowship.id


def roster(cohort_id: int) -> Sequence[tuple[int, str]]:
    """The active fellowships of the cohort with the name of their track: whom a survey is asked of."""
    query = (
        select(Fellowship.id, Track.name)
        .join(Fellowship.track)
        .where(Fellowship.cohort_id == cohort_id, Fellowship.stage == FellowshipStage.ACTIVE)
        .order_by(Fellowship.id)
    )
    return [(fellowship_id, name) for fellowship_id, name in db.session.execute(query)]
