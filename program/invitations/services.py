"""Inviting people, and joining."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import current_app
from sqlalchemy import CursorResult, update

from program.access import Actor, Given, Permission, Role, require
from program.accounts.models import Account
from program.accounts.queries import list_known
from program.accounts.services import create_accounts
from program.audit.models import Tag
from program.audit.services import record
from program.config import Settings
from program.errors import ForbiddenStepError, InvalidLinkError
from program.extensions import db, flush_or_conflict
from program.invitations.models import Invitation, InvitationState
from program.invitations.pasted import Invitee
from program.invitations.queries import find_open_invitation, invitations_of
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.sign_in.models import Method
from program.sign_in.services import start_session
from program.sign_in.tokens import hash_token, invitation_token, issued_token, new_nonce

LIFE = timedelta(days=14)
GONE = "Invitations work once and for 14 days. Please ask whoever invited you to send it again."


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of a list: who was written to, and whose address belongs to an account already."""

    invitations: Sequence[Invitation]
    known: Sequence[str]


def invite(
    people: Iterable[Invitee],
    *,
    roles: Iterable[Role],
    cohort_id: int | None,
    time_zone: str,
    actor: Actor,
    now: datetime,
) -> Invited:
    """Make an account that waits for each new address, and mail its link; known addresses are left as they are.

    Raises ForbiddenError if the actor may not give these roles, ConflictError if somebody else was quicker.
    """
    given = frozenset(roles)
    require(actor, Permission.PERSON_INVITE, Given(given), now=now)
    named = {invitee.email: invitee.name or invitee.email.partition("@")[0] for invitee in people}
    known = list_known(named)
    accounts = create_accounts(
        {email: name for email, name in named.items() if email not in known},
        roles=given,
        time_zone=time_zone,
        actor=actor,
        now=now,
    )
    invitations = [_new(account, cohort_id, actor) for account in accounts]
    _send(invitations, actor=actor, now=now)
    return Invited(invitations, sorted(known))


def invite_waiting(
    accounts: Sequence[Account], *, cohort_id: int | None, actor: Actor, now: datetime
) -> Sequence[Invitation]:
    """Mail a link to those of these accounts that wait for their owner and have none that works; their invitations.

    Safe to do twice. Raises ForbiddenError if the actor may not give the roles of one of them, ConflictError if
    somebody else was quicker.
    """
    for account in accounts:
        require(actor, Permission.PERSON_INVITE, Given(account.roles), now=now)
    held = invitations_of([account.id for account in accounts], lock=True)
    waiting = [account for account in accounts if account.joined_at is None and account.disabled_at is None]
    dead = (held[account.id] for account in waiting if account.id in held)
    again = [one for one in dead if one.state_at(now) in (InvitationState.EXPIRED, InvitationState.WITHDRAWN)]
    for invitation in again:
        invitation.sent_count += 1
    sent = [_new(account, cohort_id, actor) for account in waiting if account.id not in held] + again
    _send(sent, actor=actor, now=now)
    return sent


def send_again(invitation: Invitation, *, actor: Actor, now: datetime) -> None:
    """Mail a new link that lives 14 days; the one of before is dead. Raises ForbiddenStepError."""
    require(actor, Permission.PERSON_INVITE, invitation, now=now)
    _hold(invitation)
    _check_step(invitation, InvitationState.WAITING, now=now)
    if invitation.account.disabled_at is not None:
        raise ForbiddenStepError("The account is disabled. Enable it first, then send the invitation again.")
    invitation.sent_count += 1
    _send([invitation], actor=actor, now=now)


def withdraw(invitation: Invitation, *, actor: Actor, now: datetime) -> None:
    """Nobody joins by its link any more, which ends now, and a mail that waits is not sent.

    Raises ForbiddenStepError.
    """
    require(actor, Permission.PERSON_INVITE, invitation, now=now)
    _hold(invitation)
    _check_step(invitation, InvitationState.WITHDRAWN, now=now)
    invitation.state, invitation.expires_at = InvitationState.WITHDRAWN, min(invitation.expires_at, now)
    db.session.flush()
    record(Tag.INVITATION_WITHDRAW, actor_id=actor.id, subject=("account", invitation.account_id), now=now)


def accept(token: str, *, name: str, time_zone: str, device: str, now: datetime) -> str:
    """Join, and start a session; its token. Of many who try at once, one succeeds. Raises InvalidLinkError."""
    invitation = find_open_invitation(hash_token(token), now=now)
    used = update(Invitation).where(
        Invitation.id == (invitation and invitation.id),
        Invitation.token_hash == hash_token(token),
        Invitation.state == InvitationState.WAITING,
    )
    accepting = used.values(state=InvitationState.ACCEPTED)
    if invitation is None or cast("CursorResult[None]", db.session.execute(accepting)).rowcount != 1:
        raise InvalidLinkError(GONE)
    account = invitation.account
    account.name, account.time_zone, account.joined_at = name, time_zone, now
    db.session.flush()
    record(Tag.INVITATION_ACCEPT, actor_id=account.id, subject=("account", account.id), now=now)
    return start_session(account.id, method=Method.LINK, device=device, now=now)


def invitation_url(invitation: Invitation) -> str:
    """The address that is mailed."""
    settings = _settings()
    return f"{str(settings.public_url).rstrip('/')}/join/{_token(invitation)}"


def _new(account: Account, cohort_id: int | None, actor: Actor) -> Invitation:
    return Invitation(account=account, cohort_id=cohort_id, invited_by_id=actor.id)


def _send(invitations: Sequence[Invitation], *, actor: Actor, now: datetime) -> None:
    """A new link for each, good for 14 days, and the mail with it."""
    for invitation in invitations:
        invitation.nonce = new_nonce()
        invitation.token_hash = hash_token(_token(invitation))
        invitation.state, invitation.sent_at, invitation.expires_at = InvitationState.WAITING, now, now + LIFE
    db.session.add_all(invitations)
    flush_or_conflict("Somebody else has just invited one of them. Nobody was written to: look again.")
    for invitation in invitations:
        subject = ("account", invitation.account_id)
        after = {"cohort": invitation.cohort_id} if invitation.cohort_id else {}
        record(Tag.INVITATION_SEND, actor_id=actor.id, subject=subject, now=now, after=after)
    post([_message(invitation) for invitation in invitations], now=now)


def _message(invitation: Invitation) -> Message:
    """Sent again it is another message: the link's end tells them apart."""
    return Message(
        NoticeKind.INVITATION, invitation.account_id, "invitation", invitation.id, invitation.expires_at
    )


def _hold(invitation: Invitation) -> None:
    """As it stands now, and nobody else takes a step before this transaction is over."""
    db.session.refresh(invitation, with_for_update=True)


def _check_step(invitation: Invitation, state: InvitationState, *, now: datetime) -> None:
    if not invitation.can_become(state, now=now):
        raise ForbiddenStepError(f"This invitation is {invitation.state_at(now)}: nothing was changed.")


def _token(invitation: Invitation) -> str:
    return issued_token(
        invitation_token, invitation.nonce, invitation.token_hash, keys=_settings().signing_keys
    )


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])
