"""Finding the people of a whole sheet by a few statements."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.stages import GONE
from program.folding import fold
from program.imports.models import OtherAddress
from program.imports.people import by_folded
from program.mentors.models import Mentor

T = TypeVar("T")
BATCH = 500
"""Values that one statement asks for, or rows that one writes."""


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The values, so many at a time."""
    rest = iter(values)
    while batch := [*islice(rest, size)]:
        yield batch


def accounts_by_address(addresses: Iterable[str]) -> dict[str, Account]:
    """The accounts that have these addresses, or are known by them in sheets."""
    found: dict[str, Account] = {}
    query = select(Account).options(selectinload(Account.held_roles))
    for batch in batches(addresses):
        others = select(OtherAddress.address, OtherAddress.account_id).where(
            OtherAddress.address.in_(batch), OtherAddress.account_id.is_not(None)
        )
        pairs = [(address, key) for address, key in db.session.execute(others) if key is not None]
        if pairs:
            keys = {
                account.id: account
                for account in db.session.scalars(
                    query.where(Account.id.in_([key for _address, key in pairs]))
                )
            }
            found |= {address: keys[key] for address, key in pairs}
        for account in db.session.scalars(query.where(Account.email.in_(batch))):
            found[account.email] = account
    return found


def accounts_by_name(names: Iterable[str]) -> dict[str, list[Account]]:
    """The accounts with these names, however they are accented. All are looked through, but only once."""
    wanted = {fold(name) for name in names}
    if not wanted:
        return {}
    lines = db.session.execute(select(Account.id, Account.folded).execution_options(yield_per=5_000))
    keys = {key: name for key, folded in lines if (name := folded.rpartition(" ")[0]) in wanted}
    found: list[tuple[str, Account]] = []
    for batch in batches(keys):
        query = select(Account).where(Account.id.in_(batch)).options(selectinload(Account.held_roles))
        found += [(keys[account.id], account) for account in db.session.scalars(query.order_by(Account.id))]
    return by_folded((folded, account) for folded, account in found if not account.is_erased)


def account_key(account: Account) -> str:
    """How an account is named in an answer."""
    return f"account:{account.id}"


def told_of_account(account: Account) -> str:
    """Who it is."""
    return f"{account.name}, {account.email}"


def read_pool() -> Sequence[Mentor]:
    """The whole mentor pool."""
    loads = [selectinload(Mentor.organisation), selectinload(Mentor.account)]
    return db.session.scalars(select(Mentor).options(*loads).order_by(Mentor.id)).all()


def mentors_with_fellows(cohort: Cohort, *, today: date) -> set[int]:
    """The ids of the mentors who have a fellow in the cohort today, or will have one."""
    query = select(Assignment.mentor_id).join(Assignment.fellowship).distinct()
    query = query.where(Fellowship.cohort_id == cohort.id, Fellowship.stage.not_in(GONE))
    return {*db.session.scalars(query.where(or_(Assignment.ends_on.is_(None), Assignment.ends_on >= today)))}


def mentors_by_address(pool: Iterable[Mentor]) -> dict[str, Mentor]:
    """The pool by every address it is known by."""
    mentors = {mentor.id: mentor for mentor in pool}
    others = select(OtherAddress.address, OtherAddress.mentor_id).where(OtherAddress.mentor_id.is_not(None))
    found = {address: mentors[key] for address, key in db.session.execute(others) if key in mentors}
    found |= {mentor.account.email: mentor for mentor in mentors.values() if mentor.account}
    return found | {mentor.email: mentor for mentor in mentors.values() if mentor.email}


def mentor_key(mentor: Mentor) -> str:
    """How a mentor is named in an answer."""
    return f"mentor:{mentor.id}"


def told_of_mentor(mentor: Mentor) -> str:
    """Who it is."""
    address = mentor.email or (mentor.account.email if mentor.account else "no address")
    return f"{mentor.name}, {address}"
