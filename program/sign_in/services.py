"""Signing in by a mailed link, and out."""

import secrets
from datetime import datetime, timedelta
from typing import cast

from flask import current_app
from sqlalchemy import ColumnElement, CursorResult, select, update

from program.accounts.models import Account
from program.accounts.queries import find_account
from program.audit.models import Tag
from program.audit.services import origin, record
from program.config import Settings
from program.errors import InvalidLinkError, NotFoundError
from program.extensions import db
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.sign_in.models import Method, SignInLink, SignInSession
from program.sign_in.queries import SignedIn, find_open_link
from program.sign_in.tokens import hash_token, issued_token, link_token, new_nonce

STRONG = frozenset({Method.PASSKEY, Method.PASSWORD})
"""What takes two factors at once: a device that checks its holder; a password with a code."""
LINK_LIFE = timedelta(minutes=10)


def request_link(email: str, *, now: datetime) -> None:
    """Mail a link to the account with this address. An unknown address is not told apart by any answer."""
    account = find_account(email)
    if account is not None:
        link = make_link(account, now=now)
        post([Message(NoticeKind.SIGN_IN_LINK, account.id, "sign_in_link", link.id)], now=now)


def make_link(account: Account, *, now: datetime) -> SignInLink:
    """A link for the account, good once and for ten minutes. Who asked for it is not known."""
    nonce = new_nonce()
    link = SignInLink(account=account, nonce=nonce, created_at=now, expires_at=now + LINK_LIFE)
    link.token_hash = hash_token(link_token(nonce, _settings().secret_key))
    db.session.add(link)
    db.session.flush()
    record(Tag.SIGN_IN_REQUEST, actor_id=None, subject=("account", account.id), now=now)
    return link


def link_url(link: SignInLink) -> str:
    """The address that is mailed."""
    settings = _settings()
    token = issued_token(link_token, link.nonce, link.token_hash, keys=settings.signing_keys)
    return f"{str(settings.public_url).rstrip('/')}/sign-in/{token}"


def mint_sign_in_link(account: Account, *, now: datetime) -> str:
    """The address of a fresh link, for whoever runs the machine: the demo and the first administrator."""
    return link_url(make_link(account, now=now))


def redeem_link(token: str, *, device: str, now: datetime) -> str:
    """Use the link and start a session; the session's token. Of many who try at once, one succeeds.

    Raises InvalidLinkError.
    """
    link = find_open_link(hash_token(token), now=now)
    used = update(SignInLink).where(SignInLink.id == (link and link.id), SignInLink.redeemed_at.is_(None))
    if (
        link is None
        or cast("CursorResult[None]", db.session.execute(used.values(redeemed_at=now))).rowcount != 1
    ):
        raise InvalidLinkError(
            "Sign-in links work once and for ten minutes. Ask for a new one: it takes a moment."
        )
    return start_session(link.account_id, method=Method.LINK, device=device, now=now)


def start_session(account_id: int, *, method: Method, device: str, now: datetime) -> str:
    """Let the person in by this method; the token that their browser keeps, which no table holds."""
    token = secrets.token_urlsafe(32)
    started = SignInSession(
        account_id=account_id,
        token_hash=hash_token(token),
        method=method,
        device=device[:120],
        address=origin.get(),
        created_at=now,
        last_seen_at=now,
        proved_at=now,
        second_factor_at=now if method in STRONG else None,
        expires_at=_end_of(now, used_at=now),
    )
    db.session.add(started)
    after = {"method": method}
    record(Tag.SIGN_IN, actor_id=account_id, subject=("account", account_id), now=now, after=after)
    return token


def end_session(signed_in: SignedIn, *, now: datetime) -> None:
    """Sign this browser out."""
    ending = update(SignInSession).where(
        SignInSession.id == signed_in.session_id, SignInSession.ended_at.is_(None)
    )
    db.session.execute(ending.values(ended_at=now))
    record(Tag.SIGN_OUT, actor_id=signed_in.id, subject=("account", signed_in.id), now=now)


def end_own_session(session_id: int, *, actor: SignedIn, now: datetime) -> None:
    """Sign one of one's own browsers out. Raises NotFoundError."""
    if _end(actor, SignInSession.id == session_id, now=now) != 1:
        raise NotFoundError("You are not signed in there any more.")
    record(Tag.SIGN_OUT, actor_id=actor.id, subject=("account", actor.id), now=now)


def end_others(actor: SignedIn, *, let_in_by: Method | None = None, now: datetime) -> int:
    """Sign every browser of one's own out but this one, or those that this method let in; how many those were."""
    others = SignInSession.id != actor.session_id
    ended = _end(
        actor, others if let_in_by is None else others & (SignInSession.method == let_in_by), now=now
    )
    if ended:
        after = {"sessions": ended}
        record(Tag.SESSIONS_END, actor_id=actor.id, subject=("account", actor.id), now=now, after=after)
    return ended


def _end(actor: SignedIn, which: ColumnElement[bool], *, now: datetime) -> int:
    ending = update(SignInSession).where(
        which, SignInSession.account_id == actor.id, SignInSession.ended_at.is_(None)
    )
    return cast("CursorResult[None]", db.session.execute(ending.values(ended_at=now))).rowcount


def prove_again(actor: SignedIn, *, now: datetime) -> str:
    """This session has shown a second factor now; the new token that its browser keeps."""
    token = secrets.token_urlsafe(32)
    _change(actor, token_hash=hash_token(token), proved_at=now, second_factor_at=now)
    record(Tag.PROOF, actor_id=actor.id, subject=("account", actor.id), now=now)
    return token


def hold_factors(account_id: int) -> None:
    """Nobody else changes the person's second factors before this transaction is over: read them after this."""
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())


def add_factor(signed_in: SignedIn, *, now: datetime) -> None:
    """The person has set up one more second factor, and has shown it by doing so."""
    _count_factors(signed_in.id, 1)
    _change(signed_in, second_factor_at=now)


def drop_factor(account_id: int) -> None:
    """The person has one second factor fewer."""
    _count_factors(account_id, -1)


def clear_factors(account_id: int) -> None:
    """The person has no second factor."""
    db.session.execute(update(Account).where(Account.id == account_id).values(second_factors=0))


def note_seen(signed_in: SignedIn, *, now: datetime) -> None:
    """This browser was used now, and may rest so long again; but no sign-in outlives its days."""
    _change(signed_in, last_seen_at=now, expires_at=_end_of(signed_in.began_at, used_at=now))


def _end_of(began_at: datetime, *, used_at: datetime) -> datetime:
    """When a session ends that is not used any more."""
    settings = _settings()
    rest = used_at + timedelta(days=settings.session_idle_days)
    return min(rest, began_at + timedelta(days=settings.session_days))


def _count_factors(account_id: int, by: int) -> None:
    counting = update(Account).where(Account.id == account_id)
    db.session.execute(counting.values(second_factors=Account.second_factors + by))


def _change(actor: SignedIn, **values: object) -> None:
    db.session.execute(update(SignInSession).where(SignInSession.id == actor.session_id).values(**values))


def end_access(account_id: int, *, now: datetime) -> int:
    """End every session of the person and close every link that waits for them; how many sessions those were."""
    links = update(SignInLink).where(SignInLink.account_id == account_id, SignInLink.expires_at > now)
    db.session.execute(links.values(expires_at=now))
    sessions = update(SignInSession).where(
        SignInSession.account_id == account_id, SignInSession.ended_at.is_(None)
    )
    return cast("CursorResult[None]", db.session.execute(sessions.values(ended_at=now))).rowcount


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])
