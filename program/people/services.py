"""What those who run the programme do to an account: its roles, and whether it opens at all."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from program.access import Actor, Given, Permission, Role, require
from program.accounts.models import Account, AccountRole
from program.audit.models import Tag
from program.audit.services import record
from program.errors import ForbiddenStepError
from program.extensions import db, flush_or_conflict
from program.factors.services import forget_factors
from program.invitations.models import InvitationState
from program.invitations.queries import find_invitation_of
from program.invitations.services import withdraw
from program.looking.services import end_looks_at
from program.notices.models import SecurityChange
from program.notices.services import tell_of_change
from program.oidc.services import disconnect_all
from program.passkeys.services import forget_passkeys
from program.people.queries import lock_administrators
from program.sign_in.services import clear_factors, end_access


def change_roles(account: Account, *, roles: Iterable[Role], actor: Actor, now: datetime) -> None:
    """Give the person these roles and no others, from their next request on.

    Raises ForbiddenError if the actor may not change the person or not give these roles, ForbiddenStepError if
    nobody would be left to administer.
    """
    _check_not_erased(account)
    given = frozenset(roles)
    for guarded in (account, Given(given)):
        require(actor, Permission.PERSON_CHANGE, guarded, now=now)
    before = account.roles
    if given == before:
        return
    if Role.ADMIN in before - given:
        _check_not_last(account)
    account.held_roles = [held for held in account.held_roles if held.role in given]
    account.held_roles += [AccountRole(role=role) for role in sorted(given - before)]
    flush_or_conflict("Somebody else changed these roles at the same time. Please look at them again.")
    end_looks_at(account.id, actor=actor, now=now)
    _write_down(
        Tag.ROLES_CHANGE,
        account,
        actor,
        now=now,
        before={"roles": sorted(before)},
        after={"roles": sorted(given)},
    )


def disable_account(account: Account, *, actor: Actor, now: datetime) -> None:
    """Shut the account: every session, every mailed link and the invitation end with this request.

    Enabling it brings none of them back. Safe to do twice. Raises ForbiddenError and ForbiddenStepError.
    """
    require(actor, Permission.PERSON_CHANGE, account, now=now)
    if account.id == actor.id:
        raise ForbiddenStepError("You would shut yourself out. Another administrator can do this.")
    if account.disabled_at is not None:
        return
    if Role.ADMIN in account.roles:
        _check_not_last(account)
    account.disabled_at = now
    ended = end_access(account.id, now=now)
    end_looks_at(account.id, actor=actor, now=now)
    invitation = find_invitation_of(account.id)
    if invitation and invitation.can_become(InvitationState.WITHDRAWN, now=now):
        withdraw(invitation, actor=actor, now=now)
    _write_down(Tag.ACCOUNT_DISABLE, account, actor, now=now, after={"sessions": ended})


def enable_account(account: Account, *, actor: Actor, now: datetime) -> None:
    """Let the person sign in again, anew. Safe to do twice. Raises ForbiddenError."""
    require(actor, Permission.PERSON_CHANGE, account, now=now)
    if account.disabled_at is None:
        return
    _check_not_erased(account)
    account.disabled_at = None
    db.session.flush()
    _write_down(Tag.ACCOUNT_ENABLE, account, actor, now=now)


def end_sessions_of(account: Account, *, actor: Actor, now: datetime) -> int:
    """Sign the person out everywhere; how many sessions that were. Raises ForbiddenError."""
    require(actor, Permission.PERSON_CHANGE, account, now=now)
    ended = end_access(account.id, now=now)
    _write_down(Tag.SESSIONS_END, account, actor, now=now, after={"sessions": ended})
    return ended


def reset_sign_in(account: Account, *, actor: Actor, now: datetime) -> None:
    """For who lost their devices: second factors and other providers' accounts go, and every browser is signed out.

    They sign in by a mailed link and begin anew. Raises ForbiddenError.
    """
    require(actor, Permission.PERSON_CHANGE, account, now=now)
    had = {"authenticator": int(forget_factors(account.id)), "passkeys": forget_passkeys(account.id)}
    clear_factors(account.id)
    if any(had.values()):
        _write_down(Tag.FACTORS_RESET, account, actor, now=now, before=had)
        tell_of_change(account.id, SecurityChange.FACTORS_RESET, now=now)
    disconnect_all(account, actor=actor, now=now)
    end_sessions_of(account, actor=actor, now=now)


def _check_not_erased(account: Account) -> None:
    if account.is_erased:
        raise ForbiddenStepError("This person was erased: there is nobody any more whom the account is for.")


def _check_not_last(account: Account) -> None:
    if account.can_sign_in and lock_administrators() <= {account.id}:
        raise ForbiddenStepError("This is the last administrator. Make somebody else one first.")


def _write_down(
    tag: Tag,
    account: Account,
    actor: Actor,
    *,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    subject = ("account", account.id)
    record(
        tag, actor_id=actor.id, subject=subject, now=now, before={**(before or {})}, after={**(after or {})}
    )
