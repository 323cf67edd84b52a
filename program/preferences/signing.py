"""The link by which a mail is switched off from within it: signed, so that no table needs to hold it. Pure."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from program.preferences.topics import Topic

SALT = "preferences.stop"
"""What is signed for this is a signature for nothing else, and the other way round."""


class Stop(NamedTuple):
    """Whoever holds the link may switch these mails off for this person."""

    account_id: int
    topic: Topic


def sign_stop(stop: Stop, *, keys: Sequence[str]) -> str:
    """The token of a link, signed by the first key. It never ends: a mail may be read years later."""
    return _serializer(tuple(keys)).dumps([*stop])


def read_stop(token: str, *, keys: Sequence[str]) -> Stop | None:
    """What the token stops, by whichever key it was signed; None if it is not one of ours."""
    try:
        account_id, topic = _serializer(tuple(keys)).loads(token)
        stop = Stop(account_id, Topic(topic))
    except (BadData, ValueError):
        return None
    return stop if stop.topic.is_optional else None


@lru_cache(maxsize=4)
def _serializer(keys: tuple[str, ...]) -> URLSafeSerializer:
    """The last of its keys signs. Made once: thousands of mails are written with it."""
    return URLSafeSerializer([*reversed(keys)], salt=SALT, signer_kwargs={"digest_method": sha256})
