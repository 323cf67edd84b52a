"""Tokens that only their holder knows: the database keeps their hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence

Derive = Callable[[str, str], str]
"""From a nonce and a key, a token."""


def new_nonce() -> str:
    """128 random bits as text."""
    return secrets.token_hex(16)


def link_token(nonce: str, secret_key: str) -> str:
    """The token of a sign-in link. It is derived, so that a worker can mail it and no table needs to hold it."""
    return _derived("sign-in-link", nonce, secret_key)


def invitation_token(nonce: str, secret_key: str) -> str:
    """The token of an invitation, derived likewise; neither is ever the other."""
    return _derived("invitation", nonce, secret_key)


def hash_token(token: str) -> str:
    """What is stored and looked up. The tokens have 128 bits of chance or more: no salt is needed."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def issued_token(derive: Derive, nonce: str, token_hash: str | None, *, keys: Sequence[str]) -> str:
    """The token that was issued, by whichever key; with a row that holds none yet, the one of the first key."""
    tokens = [derive(nonce, key) for key in keys]
    return next((token for token in tokens if hash_token(token) == token_hash), tokens[0])


def _derived(purpose: str, nonce: str, secret_key: str) -> str:
    return hmac.new(secret_key.encode(), f"{purpose}:{nonce}".encode(), hashlib.sha256).hexdigest()
