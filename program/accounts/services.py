"""Making and changing accounts."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from program.access import Actor, Role
from program.accounts.models import Account, AccountRole
from program.audit.models import Tag
from program.audit.services import record
from program.errors import NotFoundError
from program.extensions import db, flush_or_conflict
from program.preferences.hours import Pace


def create_account(
    *, email: str, name: str, roles: Iterable[Role], time_zone: str, actor: Actor | None, now: datetime
) -> Account:
    """A new account with these roles, which can sign in. Raises ConflictError if the address is taken."""
    people = {email: name}
    [account] = create_accounts(people, roles=roles, time_zone=time_zone, actor=actor, now=now, joined_at=now)
    return account


def create_accounts(
    people: Mapping[str, str],
    *,
    roles: Iterable[Role],
    time_zone: str,
    actor: Actor | None,
    now: datetime,
    joined_at: datetime | None = None,
) -> list[Account]:
    """New accounts for these addresses with their names; nobody signs in to one that has not joined.

    Raises ConflictError if an address is taken.
    """
    given = sorted(set(roles))
    accounts = [
        Account(email=email.lower(), name=name, time_zone=time_zone, created_at=now, joined_at=joined_at)
        for email, name in people.items()
    ]
    for account in accounts:
        account.held_roles = [AccountRole(role=role) for role in given]
    db.session.add_all(accounts)
    flush_or_conflict("There is an account with this address already.")
    for account in accounts:
        record(
            Tag.ACCOUNT_CREATE,
            actor_id=actor.id if actor else None,
            subject=("account", account.id),
            now=now,
            after={"roles": given},
        )
    return accounts


def change_own_account(
    *,
    actor: Actor,
    name: str,
    time_zone: str,
    home: Role | None = None,
    digest: bool | None = None,
    now: datetime,
) -> None:
    """Change how one is called, in which zone one reads times, and which home one sees first.

    `digest` is whether a mentor wants one mail a day for all reports; None leaves that as it is. Raises NotFoundError.
    """
    account = db.session.get(Account, actor.id)
    if account is None:
        raise NotFoundError("Your account is gone.")
    before = _own(account)
    account.name, account.time_zone, account.home = name, time_zone, home
    pace = Pace.DAILY if digest else Pace.IMMEDIATE
    if digest is not None and pace is not account.pace:
        account.pace, account.paced_at = pace, now
    after = _own(account)
    subject = ("account", account.id)
    record(Tag.ACCOUNT_UPDATE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def _own(account: Account) -> dict[str, str | None]:
    own = {"name": account.name, "time_zone": account.time_zone, "home": account.home}
    return own | ({"reports": "one mail a day"} if account.pace is Pace.DAILY else {})
