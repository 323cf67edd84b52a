"""The random question of each ceremony: kept in the browser's signed cookie, good once and for five minutes."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_bytes

from flask import session
from sqlalchemy import delete

from program.errors import PasskeyRefusedError
from program.extensions import db, insert_missing
from program.passkeys.models import SpentChallenge

KEY = "passkey"
LIFE = timedelta(minutes=5)
TOO_LATE = "The question to your device was too old, or answered already. Nothing was changed: try once more."


class Ceremony(StrEnum):
    """What a challenge is for; it is good for nothing else."""

    ADD = "add"
    SIGN_IN = "sign_in"


def ask_challenge(ceremony: Ceremony, *, account_id: int = 0, now: datetime) -> bytes:
    """A new question for this browser; an older one is forgotten."""
    challenge = token_bytes(32)
    session[KEY] = [ceremony, account_id, challenge.hex(), int((now + LIFE).timestamp())]
    return challenge


def spend_challenge(ceremony: Ceremony, *, account_id: int = 0, now: datetime) -> bytes:
    """The question that this browser was asked, once. Of many who answer it at once, one is heard.

    Raises PasskeyRefusedError.
    """
    kept = session.pop(KEY, None)
    if kept is None or kept[:2] != [ceremony, account_id] or kept[3] <= now.timestamp():
        raise PasskeyRefusedError(TOO_LATE)
    challenge = bytes.fromhex(kept[2])
    db.session.execute(delete(SpentChallenge).where(SpentChallenge.expires_at <= now))
    spent = {"challenge_hash": sha256(challenge).hexdigest(), "expires_at": now + LIFE}
    if not insert_missing(SpentChallenge, [spent]):
        raise PasskeyRefusedError(TOO_LATE)
    return challenge
