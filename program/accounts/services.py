"""Making and changing accounts."""

from collections.abc import Iterable
from datetime import datetime

from program.access import Actor, Role
from program.accounts.models import Account, AccountRole
from program.audit.models import Tag
from program.audit.services import record
from program.errors import NotFoundError
from program.extensions import db


def create_account(
    *, email: str, name: str, roles: Iterable[Role], time_zone: str, actor: Actor | None, now: datetime
) -> Account:
    """A new account with these roles. Raises IntegrityError at flush if the address is taken."""
    account = Account(email=email.lower(), name=name, time_zone=time_zone, created_at=now)
    account.held_roles = [AccountRole(role=role) for role in sorted(set(roles))]
    db.session.add(account)
    db.session.flush()
    after = {"roles": sorted(account.roles)}
    record(
        Tag.ACCOUNT_CREATE,
        actor_id=actor.id if actor else None,
        subject=("account", account.id),
        now=now,
        after=after,
    )
    return account


def change_own_account(*, actor: Actor, name: str, time_zone: str, now: datetime) -> None:
    """Change how one is called and in which zone one reads times. Raises NotFoundError."""
    account = db.session.get(Account, actor.id)
    if account is None:
        raise NotFoundError("Your account is gone.")
    before = {"name": account.name, "time_zone": account.time_zone}
    account.name, account.time_zone = name, time_zone
    after = {"name": name, "time_zone": time_zone}
    subject = ("account", account.id)
    record(Tag.ACCOUNT_UPDATE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)
