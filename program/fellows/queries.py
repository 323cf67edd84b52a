"""Reading fellowships, and the one place that says in SQL whose they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload

from program.access import POLICY, Actor, Permission, Relation, every, managed, mentored, own
from program.cohorts.models import Track
from program.extensions import db
from program.fellows.models import Assignment, Fellowship, FellowshipStage
from program.mentors.models import Mentor


def assignment_holds(now: datetime) -> ColumnElement[bool]:
    """Whether an assignment is in force on this day (UTC, as `Assignment.holds_on` is asked)."""
    day = now.date()
    return and_(Assignment.starts_on <= day, or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day))


def visible_to(actor: Actor, permission: Permission, *, now: datetime) -> ColumnElement[bool]:
    """Which fellowships the policy gives this actor the permission on, as a condition on `Fellowship`."""
    relations = [relation for role, relation in POLICY[permission].items() if role in actor.roles]
    return or_(False, *(_as_condition(relation, actor, now) for relation in relations))  # noqa: FBT003 - SQL false


def _as_condition(relation: Relation, actor: Actor, now: datetime) -> ColumnElement[bool]:
    if relation is every:
        return true()
    if relation is own:
        return Fellowship.account_id == actor.id
    if relation is managed:
        return Fellowship.research_manager_id == actor.id
    if relation is mentored:
        return Fellowship.id.in_(mentored_ids(actor.id, now=now))
    raise ValueError(f"the relation {relation.__name__} has no condition in SQL")


def mentored_ids(account_id: int, *, now: datetime) -> Select[int]:
    """The fellowships that the account is assigned to as a mentor today."""
    query = select(Assignment.fellowship_id).join(Assignment.mentor)
    return query.where(Mentor.account_id == account_id, assignment_holds(now))


def find_own_fellowship(account_id: int, cohort_id: int) -> Fellowship | None:
    """The account's place in the cohort."""
    query = select(Fellowship).where(Fellowship.account_id == account_id, Fellowship.cohort_id == cohort_id)
    return db.session.scalar(query.options(joinedload(Fellowship.cohort), joinedload(Fellowship.account)))


def find_current_fellowship(account_id: int) -> Fellowship | None:
    """The account's latest place, with its cohort and track."""
    query = (
        select(Fellowship)
        .where(Fellowship.account_id == account_id)
        .options(joinedload(Fellowship.cohort), joinedload(Fellowship.track))
        .order_by(Fellowship.starts_on.desc(), Fellowship.id.desc())
    )
    return db.session.scalars(query.limit(1)).first()


def list_mentored(account_id: int, *, now: datetime) -> Sequence[Fellowship]:
    """The fellowships that the account mentors today, by name."""
    condition = Fellowship.id.in_(mentored_ids(account_id, now=now))
    return _by_name(condition)


def list_managed(account_id: int) -> Sequence[Fellowship]:
    """The active fellowships that the account is research manager of, by name."""
    return _by_name(
        and_(Fellowship.research_manager_id == account_id, Fellowship.stage == FellowshipStage.ACTIVE)
    )


def _by_name(condition: ColumnElement[bool]) -> Sequence[Fellowship]:
    loads = [joinedload(Fellowship.account), joinedload(Fellowship.track), joinedload(Fellowship.cohort)]
    query = select(Fellowship).join(Fellowship.account).where(condition).options(*loads)
    return sorted(db.session.scalars(query), key=lambda f: (f.account.name, f.id))


def count_by_track(cohort_id: int) -> dict[int, int]:
    """How many active fellows stand on each track of the cohort."""
    query = select(Fellowship.track_id, func.count()).where(
        Fellowship.cohort_id == cohort_id, Fellowship.stage == FellowshipStage.ACTIVE
    )
    return dict(db.session.execute(query.group_by(Fellowship.track_id)).all())


def roster(cohort_id: int) -> Sequence[tuple[int, str]]:
    """The active fellowships of the cohort with the name of their track: whom a survey is asked of."""
    query = (
        select(Fellowship.id, Track.name)
        .join(Fellowship.track)
        .where(Fellowship.cohort_id == cohort_id, Fellowship.stage == FellowshipStage.ACTIVE)
        .order_by(Fellowship.id)
    )
    return [(fellowship_id, name) for fellowship_id, name in db.session.execute(query)]
