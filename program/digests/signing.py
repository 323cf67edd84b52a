"""The link of a digest that accepts one version of a report: signed, so that no table needs to hold it. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

LIFE = timedelta(days=7)
SALT = "digests.accept"
"""What is signed for this is a signature for nothing else, and the other way round."""


class Grant(NamedTuple):
    """Whoever holds the link may accept this version in this mentor's name."""

    account_id: int
    revision_id: int


def sign_grant(grant: Grant, *, keys: Sequence[str], now: datetime) -> str:
    """The token of a link that works for a week, signed by the first key."""
    return _serializer(keys).dumps([*grant, int((now + LIFE).timestamp())])


def read_grant(token: str, *, keys: Sequence[str], now: datetime) -> Grant | None:
    """What the token grants, by whichever key it was signed; None if it is not one of ours, or over."""
    try:
        account_id, revision_id, until = _serializer(keys).loads(token)
    except BadData:
        return None
    return Grant(account_id, revision_id) if now < datetime.fromtimestamp(until, UTC) else None


def _serializer(keys: Sequence[str]) -> URLSafeSerializer:
    """The last of its keys signs."""
    return URLSafeSerializer([*reversed(keys)], salt=SALT, signer_kwargs={"digest_method": sha256})
