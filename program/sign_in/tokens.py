"""Tokens that only their holder knows: the database keeps their hashes."""

import hashlib
import hmac
import secrets


def new_nonce() -> str:
    """128 random bits as text."""
    return secrets.token_hex(16)


def link_token(nonce: str, secret_key: str) -> str:
    """The token of a sign-in link. It is derived, so that a worker can mail it and no table needs to hold it."""
    return hmac.new(secret_key.encode(), b"sign-in-link:" + nonce.encode(), hashlib.sha256).hexdigest()


def hash_token(token: str) -> str:
    """What is stored and looked up. The tokens have 128 bits of chance or more: no salt is needed."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
