"""Inviting those who have a place in a cohort, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from program.access import PROGRAMME, Actor, Permission, require
from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.cohorts.states import check_changeable
from program.errors import ConflictError
from program.extensions import db
from program.fellows.models import Fellowship
from program.invitations.services import invite_waiting
from program.mentors.queries import get_engagement
from program.onboarding.queries import Outsider, Part, digest_of, list_ready
from program.recruiting.services import Joining, invite_mentor

MOST = 500
"""How many are invited at once, as in a list that is typed."""
MOVED = "This list has changed since you looked at it. Nobody was invited: look at it as it is now."


@dataclass(frozen=True, slots=True)
class Welcomed:
    """How many were written to, and what became of those who were not, with their names."""

    invited: int
    others: Sequence[tuple[str, Joining]]


def invite_outsiders(cohort: Cohort, *, seen: str, actor: Actor, now: datetime) -> Welcomed:
    """Invite all who can be, up to `MOST`, if they are still those who were `seen`; nobody is written to twice.

    Raises ForbiddenError, ForbiddenStepError in a cohort that is archived, ConflictError if they are others by now.
    """
    require(actor, Permission.FELLOWSHIP_CHANGE, PROGRAMME, now=now)
    check_changeable(cohort.state)
    ready = list_ready(cohort.id, limit=MOST, now=now)
    if digest_of(ready) != seen:
        raise ConflictError(MOVED)
    accounts = _accounts_of([one.part_id for one in ready if one.part == Part.FELLOW])
    invited = len(invite_waiting(accounts, cohort_id=cohort.id, actor=actor, now=now))
    let_in = [(one.name, _let_in(one, actor, now)) for one in ready if one.part == Part.MENTOR]
    others = [(name, joining) for name, joining in let_in if joining is not Joining.INVITED]
    return Welcomed(invited + len(let_in) - len(others), others)


def _accounts_of(fellowship_ids: Sequence[int]) -> Sequence[Account]:
    query = select(Account).join(Fellowship, Fellowship.account_id == Account.id)
    query = query.where(Fellowship.id.in_(fellowship_ids)).options(selectinload(Account.held_roles))
    return db.session.scalars(query).all()


def _let_in(mentor: Outsider, actor: Actor, now: datetime) -> Joining:
    return invite_mentor(get_engagement(mentor.part_id), actor=actor, now=now)
