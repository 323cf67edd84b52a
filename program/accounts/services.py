"""Making and changing accounts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from program.access import Actor, Role
from program.accounts.models import Account, AccountRole
from program.accounts.queries import get_own_account
from program.audit.models import Tag
from program.audit.services import record
from program.extensions import db, flush_or_conflict
from program.preferences.hours import Habits
from program.preferences.topics import Topic


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
    now: datetime,
) -> None:
    """Change how one is called, in which zone one reads times, and which home one sees first. Raises NotFoundError."""
    account = get_own_account(actor)
    before = _own(account)
    account.name, account.time_zone, account.home = name, time_zone, home
    after = _own(account)
    subject = ("account", account.id)
    record(Tag.ACCOUNT_UPDATE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def _own(account: Account) -> dict[str, str | None]:
    return {"name": account.name, "time_zone": account.time_zone, "home": account.home}


def choose_mail(*, actor: Actor, habits: Habits, wanted: Mapping[Topic, bool], now: datetime) -> None:
    """Change when one's mail comes, how often, and what it is about: topics that are not named stay as they were.

    Raises NotFoundError.
    """
    account = get_own_account(actor)
    before = _mail(account)
    if habits.pace is not account.pace:
        account.pace, account.paced_at = habits.pace, now
    account.wakes_at, account.sleeps_at, account.weekends = habits.wakes_at, habits.sleeps_at, habits.weekends
    kept = {topic for topic in account.muted if topic not in wanted}
    account.muted = sorted(kept | {topic.value for topic, wants in wanted.items() if not wants})
    after = _mail(account)
    subject = ("account", account.id)
    record(Tag.ACCOUNT_UPDATE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)


def _mail(account: Account) -> dict[str, Any]:
    hours = f"{account.wakes_at} to {account.sleeps_at}"
    return {
        "pace": account.pace,
        "hours": hours,
        "weekends": account.weekends,
        "muted": account.muted,
    }
