"""How many fellows each research manager has, and who handed whom over."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from program.access import Actor, Permission, Role
from program.accounts.models import Account, AccountRole
from program.accounts.queries import has_role
from program.cohorts.models import OVER, Cohort
from program.columns import AnySelect
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship
from program.fellows.queries import visible_to
from program.fellows.stages import SEATED


class Load(NamedTuple):
    """A research manager, and how many fellows are in their care: in this cohort, and in all that go on.

    Who `can` no more still has those whom nobody took over.
    """

    account_id: int
    name: str
    here: int
    everywhere: int
    can: bool

    @property
    def words(self) -> str:
        """As it stands beside the name."""
        return f"{self.everywhere} fellow{'' if self.everywhere == 1 else 's'}"

    @property
    def bar(self) -> dict[str, str | int]:
        """The line as it is drawn."""
        return {"label": self.name, "value": self.here, "text": str(self.here)}


def list_loads(cohort_id: int) -> Sequence[Load]:
    """Everybody who can be a research manager or has fellows in their care all the same, by name, with how many."""
    going_on = select(Cohort.id).where(Cohort.state.not_in(OVER))
    whose = func.coalesce(
        Fellowship.research_manager_id, 0
    )  # bare, SQLite would walk through its index, over all
    cares = (
        select(
            whose.label("account_id"),
            func.sum(case((Fellowship.cohort_id == cohort_id, 1), else_=0)).label("here"),
            func.count().label("everywhere"),
        )
        .where(Fellowship.stage.in_(SEATED), Fellowship.cohort_id.in_(going_on))
        .group_by(whose)
        .subquery()
    )
    can = and_(has_role(Role.RESEARCH_MANAGER), Account.disabled_at.is_(None))
    here, everywhere = (func.coalesce(count, 0) for count in (cares.c.here, cares.c.everywhere))
    able = select(AccountRole.account_id).where(AccountRole.role == Role.RESEARCH_MANAGER)
    query = (
        select(Account.id, Account.name, here, everywhere, can.label("can"))
        .outerjoin(cares, cares.c.account_id == Account.id)
        .where(Account.id.in_(able.union(_managing(cohort_id))), or_(can, here > 0))
        .order_by(Account.folded, Account.id)
    )
    return [Load(*row) for row in db.session.execute(query)]


def _managing(cohort_id: int) -> AnySelect:
    """Whose the cohort's fellows are."""
    query = select(Fellowship.research_manager_id)
    return query.where(Fellowship.cohort_id == cohort_id, Fellowship.research_manager_id.is_not(None))


def count_uncared(cohort_id: int) -> int:
    """How many of the cohort's fellows nobody coaches."""
    query = select(func.count()).select_from(Fellowship)
    query = query.where(Fellowship.cohort_id == cohort_id, Fellowship.stage.in_(SEATED))
    return db.session.scalar(query.where(Fellowship.research_manager_id.is_(None))) or 0


def list_in_care(
    actor: Actor, cohort_id: int, account_id: int | None, *, now: datetime
) -> Sequence[Fellowship]:
    """The cohort's fellows in this research manager's care, or in nobody's."""
    query = (
        select(Fellowship)
        .where(
            Fellowship.cohort_id == cohort_id,
            Fellowship.research_manager_id.is_not_distinct_from(account_id),
            Fellowship.stage.in_(SEATED),
            visible_to(actor, Permission.FELLOWSHIP_CHANGE, now=now),
        )
        .order_by(Fellowship.id)
        .options(joinedload(Fellowship.cohort))
    )
    return db.session.scalars(query).all()


def get_research_manager(account_id: int) -> Account:
    """Somebody who can be a research manager. Raises NotFoundError."""
    query = select(Account).where(Account.id == account_id, Account.disabled_at.is_(None))
    account = db.session.scalar(query.where(has_role(Role.RESEARCH_MANAGER)))
    if account is None:
        raise NotFoundError("There is no such research manager.")
    return account
